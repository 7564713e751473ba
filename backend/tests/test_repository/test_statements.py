"""What a request costs the database: how many statements, and by which index."""

from typing import Any

import httpx2 as httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from domain.identity.account import AccountFilter, AccountSort
from domain.page import PageRequest
from domain.permissions import SYSTEM
from service.factory import Factory
from tests.conftest import browser
from tests.support.helpers import Statement, recorded_statements, sign_up, write_comment, write_post

WORDS = {"title": "A", "content": "B"}
KEY = {"Idempotency-Key": "a-key"}
# Signed in, one of them finds out who it is.
SIGNED_IN = 1


@pytest.mark.parametrize(
    ("method", "path", "options", "statements"),
    [
        ("GET", "/api/posts", {}, 1),
        ("GET", "/api/posts?count=true&q=a&published=true&sort=title", {}, 1),
        ("GET", "/api/posts?q=unheard&count=true", {}, 1),
        ("GET", "/api/users/{author}/posts?count=true", {}, 1),
        ("GET", "/api/posts/{id}", {}, 1),
        ("GET", "/api/posts/{id}/comments", {}, 1),
        ("GET", "/api/posts/{id}/comments?count=true", {}, 1),
        ("POST", "/api/posts", {"json": WORDS}, 1),
        ("POST", "/api/posts", {"json": WORDS, "headers": KEY}, 3),
        # One more is the job that tells the author.
        ("POST", "/api/posts/{id}/comments", {"json": {"content": "Hm."}}, 2),
        ("POST", "/api/posts/{id}/comments", {"json": {"content": "Hm."}, "headers": KEY}, 4),
        ("PUT", "/api/posts/{id}", {"json": WORDS, "headers": {"If-Match": '"1"'}}, 1),
        ("PATCH", "/api/posts/{id}", {"json": WORDS}, 1),
        ("DELETE", "/api/posts/{id}", {"headers": {"If-Match": '"1"'}}, 1),
        ("DELETE", "/api/comments/{comment_id}", {}, 1),
    ],
)
async def test_a_request_costs_so_many_statements(
    client: httpx.AsyncClient, engine: AsyncEngine, method: str, path: str, options: dict[str, Any], statements: int
) -> None:
    await sign_up(client)
    for _ in range(3):
        post = await write_post(client)
        comment = await write_comment(client, post)
    path = path.format(id=post["id"], author=post["author"]["id"], comment_id=comment["id"])
    with recorded_statements() as recorded:
        response = await client.request(method, path, **options)
    assert response.is_success
    assert len(recorded) == statements + SIGNED_IN, [statement.sql for statement in recorded]


async def test_a_guest_costs_one_statement(client: httpx.AsyncClient, app: FastAPI, engine: AsyncEngine) -> None:
    await sign_up(client)
    post = await write_post(client)
    async with browser(app) as anonymous:
        for path in ("/api/posts", f"/api/posts/{post['id']}", f"/api/posts/{post['id']}/comments"):
            with recorded_statements() as recorded:
                assert (await anonymous.get(path)).is_success
            assert len(recorded) == 1


# Enough for the planner to see a difference: 20,000 posts by 200 authors, and 20,000 comments on 20 published ones.
FILL = """
INSERT INTO users (email, password_hash, created_at)
    SELECT n || '@example.com', '', now() - n * interval '1 hour' FROM generate_series(1, 200) n;
INSERT INTO posts (author_id, title, content, published, created_at)
    SELECT author_id, 'Title ' || n, 'Some words that most have, and word' || n % 2000, n % 10 > 0, now() - n * interval '1 minute'
    FROM generate_series(1, 20000) n
    JOIN (SELECT id AS author_id, row_number() OVER () - 1 AS number FROM users) authors ON number = n % 200;
INSERT INTO comments (author_id, post_id, content, created_at)
    SELECT author_id, post_id, 'Comment', now() - n * interval '1 second'
    FROM generate_series(1, 1000) n
    CROSS JOIN (SELECT id AS post_id, author_id FROM posts WHERE published LIMIT 20);
ANALYZE users, posts, comments"""


async def _fill(connection: AsyncConnection) -> None:
    for statement in FILL.split(";"):
        await connection.execute(text(statement))


async def _plan(connection: AsyncConnection, statement: Statement) -> str:
    rows = await connection.exec_driver_sql(f"EXPLAIN {statement.sql}", statement.parameters)
    return "\n".join(rows.scalars())


HOT = {
    "/api/posts": "Index Scan Backward using ix_posts_created_at_id",
    "/api/posts?cursor": "Index Scan Backward using ix_posts_created_at_id",
    "/api/posts?sort=created_at": "Index Scan using ix_posts_created_at_id",
    "/api/posts?sort=title&cursor": "Index Scan using ix_posts_title_key_id",
    "/api/posts?sort=-title": "Index Scan Backward using ix_posts_title_key_id",
    "/api/posts?author={author}": "Index Scan Backward using ix_posts_author_id_created_at_id",
    "/api/users/{author}/posts?published=true&cursor": "Scan Backward using ix_posts_author_id_created_at_id",
    "/api/posts?q=word77": "Bitmap Index Scan on ix_posts_search",
    "/api/posts?q=ord1777": "Bitmap Index Scan on ix_posts_search_text",
    "/api/posts?q=слова": "Bitmap Index Scan on ix_posts_search_text",
    "/api/posts?q=語": "Bitmap Index Scan on ix_posts_search_text",
    "/api/posts?q=a%20word1777%20b": "Bitmap Index Scan on ix_posts_search_text",
    "/api/posts?q=ab": "Bitmap Index Scan on ix_posts_search",
    "/api/posts?q=%25%25%25": "Bitmap Index Scan on ix_posts_search",
    "/api/posts/{id}": "Index Scan using pk_posts",
    "/api/posts/{id}/comments": "Index Scan using ix_comments_post_id_created_at_id",
    "/api/posts/{id}/comments?cursor": "Index Scan using ix_comments_post_id_created_at_id",
}


@pytest.mark.parametrize("is_signed_in", [True, False])
async def test_hot_queries_use_their_index(
    client: httpx.AsyncClient, connection: AsyncConnection, engine: AsyncEngine, *, is_signed_in: bool
) -> None:
    await _fill(connection)
    post = (await client.get("/api/posts?sort=created_at&limit=1")).json()["data"][0]
    commented = (await connection.execute(text("SELECT post_id FROM comments LIMIT 1"))).scalar_one()
    if is_signed_in:
        await sign_up(client)
    for path, expected in HOT.items():
        address = path.removesuffix("cursor").rstrip("?&").format(id=commented, author=post["author"]["id"])
        if path.endswith("cursor"):
            first = (await client.get(address, params={**httpx.URL(address).params, "limit": 5})).json()
            address = str(httpx.URL(address).copy_add_param("cursor", first["meta"]["next_cursor"]))
        with recorded_statements() as recorded:
            assert (await client.get(address)).status_code == 200
        plan = await _plan(connection, recorded[-1])
        assert expected in plan, f"{address}\n{plan}"
        assert "Seq Scan on" not in plan, f"{address}\n{plan}"
        assert "pk_users" in plan, f"{address}\n{plan}"
        assert "ix_comments_post_id_created_at_id" in plan, f"{address}\n{plan}"


@pytest.mark.parametrize("part", ["17777", "Nobody7"])
async def test_accounts_are_found_by_index(connection: AsyncConnection, factory: Factory, part: str) -> None:
    await connection.execute(
        text(
            "INSERT INTO users (email, name, password_hash) "
            "SELECT n || '@example.com', 'Somebody' || n, '' FROM generate_series(1, 20000) n"
        )
    )
    await connection.execute(text("ANALYZE users"))
    async with factory.unit_of_work(SYSTEM) as work:
        with recorded_statements() as recorded:
            await work.users.find(AccountFilter(text=part), sort=AccountSort.NEWEST, page=PageRequest())
    plan = await _plan(connection, recorded[-1])
    assert "Bitmap Index Scan on ix_users_search_text" in plan, plan
    assert "Seq Scan on" not in plan, plan


async def test_to_refuse_a_deletion_no_table_is_read_as_a_whole(
    client: httpx.AsyncClient, connection: AsyncConnection, engine: AsyncEngine
) -> None:
    await _fill(connection)
    comment_id = (await connection.execute(text("SELECT id FROM comments LIMIT 1"))).scalar_one()
    await sign_up(client)
    with recorded_statements() as recorded:
        assert (await client.delete(f"/api/comments/{comment_id}")).status_code == 403
    for statement in recorded:
        assert "Seq Scan on" not in await _plan(connection, statement)
