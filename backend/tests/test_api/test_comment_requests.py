"""What holds for every request, where comments add something of their own."""

import httpx2 as httpx
import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.conftest import browser
from tests.support.helpers import commits_refused, sign_up
from tests.support.posts import write_post
from tests.test_api.test_document import assert_headers_are_documented

WORDS = {"content": "C"}


async def test_the_headers_that_are_sent_are_documented(client: httpx.AsyncClient, app: FastAPI) -> None:
    await sign_up(client)
    post = await write_post(client)
    for response in (
        await client.post(f"/api/posts/{post['id']}/comments", json=WORDS),
        await client.get(f"/api/posts/{post['id']}/comments"),
    ):
        assert_headers_are_documented(app.openapi(), "/api/posts/{post_id}/comments", response)


@pytest.mark.race
async def test_no_success_is_answered_when_the_commit_fails(committing_app: FastAPI, engine: AsyncEngine) -> None:
    async with browser(committing_app) as client:
        await sign_up(client)
        post = await write_post(client)
        async with commits_refused(engine, "comments"):
            assert (await client.post(f"/api/posts/{post['id']}/comments", json=WORDS)).status_code == 500
