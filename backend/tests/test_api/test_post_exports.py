"""Posts as CSV."""

import httpx2 as httpx
import pytest
from fastapi import FastAPI

from domain.permissions import Role
from service.factory import Factory
from tests.conftest import browser
from tests.support.csv_files import rows_of
from tests.support.helpers import grant, refusal_of, sign_up, sign_up_proved
from tests.support.resource import SIGNED_IN, Access

ACCESS = {("GET", "/api/posts.csv"): Access(SIGNED_IN)}


@pytest.fixture
async def admin(client: httpx.AsyncClient, factory: Factory) -> httpx.AsyncClient:
    await grant(factory, await sign_up_proved(client), Role.ADMIN)
    return client


async def test_quotes_commas_and_line_breaks_survive(admin: httpx.AsyncClient) -> None:
    title, content = 'Say "hello", world; ünïcode', "One,\ntwo"
    await admin.post("/api/posts", json={"title": title, "content": content})
    await admin.post("/api/posts", json={"title": "=1+1", "content": content})
    response = await admin.get("/api/posts.csv", params={"sort": "created_at"})
    assert [row["title"] for row in rows_of(response)] == [title, "'=1+1"]
    assert b'"Say ""hello"", world;' in response.content
    assert response.content.endswith(b"\r\n")


async def test_it_has_only_what_the_caller_may_read(admin: httpx.AsyncClient, app: FastAPI) -> None:
    await admin.post("/api/posts", json={"title": "Draft of another user", "content": "x"})
    async with browser(app) as ada:
        await sign_up(ada)
        await ada.post("/api/posts", json={"title": "Mine", "content": "x"})
        assert [row["title"] for row in rows_of(await ada.get("/api/posts.csv"))] == ["Mine"]
        for path in ("/api/users.csv", "/api/security-events.csv"):
            assert refusal_of(await ada.get(path)) == (403, "PERMISSION_DENIED")
