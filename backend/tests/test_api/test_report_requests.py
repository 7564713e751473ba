"""What holds for every request, where reports add something of their own."""

import httpx2 as httpx
import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.conftest import browser
from tests.support.helpers import commits_refused, sign_up
from tests.test_api.test_document import assert_headers_are_documented

WORDS = {"kind": "activity"}


async def test_the_headers_that_are_sent_are_documented(client: httpx.AsyncClient, app: FastAPI) -> None:
    await sign_up(client)
    assert_headers_are_documented(app.openapi(), "/api/reports", await client.post("/api/reports", json=WORDS))


@pytest.mark.race
async def test_no_success_is_answered_when_the_commit_fails(committing_app: FastAPI, engine: AsyncEngine) -> None:
    async with browser(committing_app) as client:
        await sign_up(client)
        async with commits_refused(engine, "reports"):
            assert (await client.post("/api/reports", json=WORDS)).status_code == 500
