"""The first page after signing in."""

import httpx
from fastapi import FastAPI

from tests.conftest import browser
from tests.helpers import PASSWORD, error_of, sign_up


async def test_the_dashboard_shows_user_session_and_how_many_sessions_are_open(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    user = await sign_up(client)
    async with browser(app) as other_device:
        await other_device.post("/api/auth/signin", json={"email": user["email"], "password": PASSWORD})
    dashboard = (await client.get("/api/dashboard")).json()["data"]
    assert dashboard["user"] == user
    assert dashboard["open_sessions"] == 2
    assert dashboard["session"]["created_at"] < dashboard["session"]["expires_at"]


async def test_other_peoples_sessions_are_not_counted(client: httpx.AsyncClient, app: FastAPI) -> None:
    async with browser(app) as stranger:
        await sign_up(stranger)
    await sign_up(client)
    assert (await client.get("/api/dashboard")).json()["data"]["open_sessions"] == 1


async def test_the_dashboard_needs_a_session(client: httpx.AsyncClient) -> None:
    assert error_of(await client.get("/api/dashboard"))["internal_code"] == 40100
