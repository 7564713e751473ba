"""What holds for every request, where posts add something of their own."""

from typing import Any

import httpx2 as httpx
import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.conftest import browser
from tests.support.helpers import commits_refused, error_of, sign_up
from tests.support.posts import write_post
from tests.test_api.test_caching import depends_on_the_caller
from tests.test_api.test_document import assert_headers_are_documented

WORDS = {"title": "A", "content": "B"}


async def test_a_post_is_kept_by_its_reader_and_asked_about_again(client: httpx.AsyncClient) -> None:
    await sign_up(client)
    path = f"/api/posts/{(await write_post(client))['id']}"
    read = await client.get(path)
    again = await client.get(path, headers={"If-None-Match": read.headers["ETag"]})
    assert [read.status_code, again.status_code] == [200, 304]
    for response in (read, again, await client.head(path)):
        assert response.headers["Cache-Control"] == "private, no-cache"
        assert depends_on_the_caller(response)
    assert (await client.patch(path, json={"title": "New"})).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("method", "path", "options"),
    [
        ("post", "/api/posts", {"json": WORDS}),
        ("get", "/api/posts", {}),
        ("get", "/api/posts/{post_id}", {}),
        ("put", "/api/posts/{post_id}", {"json": WORDS}),
        ("patch", "/api/posts/{post_id}", {"json": WORDS}),
        ("patch", "/api/posts/{post_id}", {"json": WORDS, "headers": {"If-Match": '"99"'}}),
        ("delete", "/api/posts/{post_id}", {}),
    ],
)
async def test_the_headers_that_are_sent_are_documented(
    client: httpx.AsyncClient, app: FastAPI, method: str, path: str, options: dict[str, Any]
) -> None:
    await sign_up(client)
    response = await client.request(method, path.format(post_id=(await write_post(client))["id"]), **options)
    assert_headers_are_documented(app.openapi(), path, response)


@pytest.mark.race
@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/api/posts"), ("PATCH", "/api/posts/{}"), ("PUT", "/api/posts/{}")]
)
async def test_no_success_is_answered_when_the_commit_fails(
    committing_app: FastAPI, engine: AsyncEngine, method: str, path: str
) -> None:
    async with browser(committing_app) as client:
        await sign_up(client)
        address = path.format((await write_post(client))["id"])
        async with commits_refused(engine, "posts"):
            assert (await client.request(method, address, json=WORDS)).status_code == 500


@pytest.mark.parametrize("char", ["\n", "\u202e", "\u200b", "\u2028", "\x1b"], ids=ascii)
@pytest.mark.parametrize("field", ["title", "subtitle"])
async def test_no_field_of_one_line_takes_what_is_not_seen(client: httpx.AsyncClient, field: str, char: str) -> None:
    await sign_up(client)
    answer = await client.post("/api/posts", json={**WORDS, field: f"a{char}b"})
    assert answer.status_code == 422
    assert [detail["field"] for detail in error_of(answer)["details"]] == [field]
