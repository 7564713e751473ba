"""The cost of requests for posts to the database: the number of statements, and their indexes."""

from collections.abc import AsyncIterator
from typing import Any

import httpx2 as httpx
import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from embedded.services import Urls
from tests.conftest import browser
from tests.support.databases import filled_database
from tests.support.helpers import assert_by_index, recorded_statements, sign_up, statements_of
from tests.support.posts import write_post
from tests.test_repository.test_statements import SIGNED_IN

WORDS = {"title": "A", "content": "B"}
# Enough for the planner to see a difference: 20,000 posts by 200 of 5,000 users.
MANY_POSTS = (
    """
    INSERT INTO users (email, password_hash, created_at)
        SELECT n || '@example.com', '', now() - n * interval '1 hour' FROM generate_series(1, 5000) n""",
    """
    INSERT INTO posts (author_id, title, content, published, created_at)
        SELECT author_id, 'Title ' || n, 'Some words that most have, and word' || n % 2000, n % 10 > 0,
            now() - n * interval '1 minute'
        FROM generate_series(1, 20000) n
        JOIN (SELECT id AS author_id, row_number() OVER () - 1 AS number FROM users) authors ON number = n % 200""",
    "ANALYZE users, posts",
)


@pytest.fixture(scope="module")
async def engine(services: Urls, process_number: int) -> AsyncIterator[AsyncEngine]:
    async with filled_database(services.database_url, f"posts_{process_number}", *MANY_POSTS) as engine:
        yield engine


@pytest.mark.parametrize(
    ("method", "path", "options", "statements"),
    [
        ("GET", "/api/posts", {}, 1),
        ("GET", "/api/posts?count=true&q=a&published=true&sort=title", {}, 1),
        ("GET", "/api/posts?q=unheard&count=true", {}, 1),
        ("GET", "/api/users/{author}/posts?count=true", {}, 1),
        ("GET", "/api/posts/{id}", {}, 1),
        ("POST", "/api/posts", {"json": WORDS}, 1),
        ("POST", "/api/posts", {"json": WORDS, "headers": {"Idempotency-Key": "a-key"}}, 3),
        ("PUT", "/api/posts/{id}", {"json": WORDS, "headers": {"If-Match": '"1"'}}, 1),
        ("PATCH", "/api/posts/{id}", {"json": WORDS}, 1),
        ("DELETE", "/api/posts/{id}", {"headers": {"If-Match": '"1"'}}, 1),
    ],
)
async def test_a_request_costs_so_many_statements(
    client: httpx.AsyncClient, method: str, path: str, options: dict[str, Any], statements: int
) -> None:
    await sign_up(client)
    for _ in range(3):
        post = await write_post(client)
    recorded = await statements_of(client, method, path.format(id=post["id"], author=post["author"]["id"]), **options)
    assert len(recorded) == statements + SIGNED_IN, [statement.sql for statement in recorded]


async def test_a_guest_costs_one_statement(client: httpx.AsyncClient, app: FastAPI) -> None:
    await sign_up(client)
    post = await write_post(client)
    async with browser(app) as anonymous:
        for path in ("/api/posts", f"/api/posts/{post['id']}"):
            assert len(await statements_of(anonymous, "GET", path)) == 1


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
}


@pytest.mark.parametrize("is_signed_in", [True, False])
async def test_hot_queries_use_their_index(
    client: httpx.AsyncClient, connection: AsyncConnection, *, is_signed_in: bool
) -> None:
    post = (await client.get("/api/posts?sort=created_at&limit=1")).json()["data"][0]
    if is_signed_in:
        await sign_up(client)
    for path, expected in HOT.items():
        address = path.removesuffix("cursor").rstrip("?&").format(id=post["id"], author=post["author"]["id"])
        if path.endswith("cursor"):
            first = (await client.get(address, params={**httpx.URL(address).params, "limit": 5})).json()
            address = str(httpx.URL(address).copy_add_param("cursor", first["meta"]["next_cursor"]))
        with recorded_statements() as recorded:
            assert (await client.get(address)).status_code == 200
        await assert_by_index(connection, recorded[-1], expected, "pk_users")
