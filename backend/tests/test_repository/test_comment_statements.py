"""The cost of requests for comments to the database: the number of statements, and their indexes."""

from collections.abc import AsyncIterator
from typing import Any

import httpx2 as httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from embedded.services import Urls
from tests.conftest import browser
from tests.support.comments import write_comment
from tests.support.databases import filled_database
from tests.support.helpers import assert_by_index, recorded_statements, sign_up, statements_of
from tests.support.posts import write_post
from tests.test_repository.test_post_statements import MANY_POSTS
from tests.test_repository.test_statements import SIGNED_IN

WORDS = {"content": "Hm."}
# 20,000 comments on 20 of the posts.
MANY_COMMENTS = (
    """
    INSERT INTO comments (author_id, post_id, content, created_at)
        SELECT author_id, post_id, 'Comment', now() - n * interval '1 second'
        FROM generate_series(1, 1000) n
        CROSS JOIN (SELECT id AS post_id, author_id FROM posts WHERE published LIMIT 20)""",
    "ANALYZE comments",
)


@pytest.fixture(scope="module")
async def engine(services: Urls, process_number: int) -> AsyncIterator[AsyncEngine]:
    name = f"comments_{process_number}"
    async with filled_database(services.database_url, name, *MANY_POSTS, *MANY_COMMENTS) as engine:
        yield engine


@pytest.mark.parametrize(
    ("method", "path", "options", "statements"),
    [
        ("GET", "/api/posts/{id}/comments", {}, 1),
        ("GET", "/api/posts/{id}/comments?count=true", {}, 1),
        # One more is the job that tells the author.
        ("POST", "/api/posts/{id}/comments", {"json": WORDS}, 2),
        ("POST", "/api/posts/{id}/comments", {"json": WORDS, "headers": {"Idempotency-Key": "a-key"}}, 4),
        ("DELETE", "/api/comments/{comment_id}", {}, 1),
    ],
)
async def test_a_request_costs_so_many_statements(
    client: httpx.AsyncClient, method: str, path: str, options: dict[str, Any], statements: int
) -> None:
    await sign_up(client)
    for _ in range(3):
        post = await write_post(client)
        comment = await write_comment(client, post)
    recorded = await statements_of(client, method, path.format(id=post["id"], comment_id=comment["id"]), **options)
    assert len(recorded) == statements + SIGNED_IN, [statement.sql for statement in recorded]


async def test_a_guest_costs_one_statement(client: httpx.AsyncClient, app: FastAPI) -> None:
    await sign_up(client)
    post = await write_post(client)
    async with browser(app) as anonymous:
        assert len(await statements_of(anonymous, "GET", f"/api/posts/{post['id']}/comments")) == 1


@pytest.mark.parametrize("is_signed_in", [True, False])
async def test_comments_are_listed_and_counted_by_index(
    client: httpx.AsyncClient, connection: AsyncConnection, *, is_signed_in: bool
) -> None:
    post_id = (await connection.execute(text("SELECT post_id FROM comments LIMIT 1"))).scalar_one()
    if is_signed_in:
        await sign_up(client)
    comments = f"/api/posts/{post_id}/comments"
    first = (await client.get(comments, params={"limit": 5})).json()
    following = f"{comments}?cursor={first['meta']['next_cursor']}"
    for address in ("/api/posts", f"/api/posts/{post_id}", comments, following):
        with recorded_statements() as recorded:
            assert (await client.get(address)).status_code == 200
        await assert_by_index(connection, recorded[-1], "ix_comments_post_id_created_at_id", "pk_users")


async def test_to_refuse_a_deletion_no_table_is_read_as_a_whole(
    client: httpx.AsyncClient, connection: AsyncConnection
) -> None:
    comment_id = (await connection.execute(text("SELECT id FROM comments LIMIT 1"))).scalar_one()
    await sign_up(client)
    with recorded_statements() as recorded:
        assert (await client.delete(f"/api/comments/{comment_id}")).status_code == 403
    # Otherwise the planner reads a table with few rows, such as that of sessions, as a whole in spite of its index.
    await connection.execute(text("SET LOCAL enable_seqscan = off"))
    for statement in recorded:
        await assert_by_index(connection, statement)
