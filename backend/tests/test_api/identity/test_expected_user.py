"""A tab says which user it shows; the API refuses to answer it as another one."""

import httpx2 as httpx
import pytest
from fastapi import FastAPI

from tests.conftest import browser
from tests.support.helpers import error_of, sign_up
from tests.support.specimen_routes import write_memo

MEMO = {"title": "On engines", "content": "Text."}


@pytest.fixture
def app(specimen_app: FastAPI) -> FastAPI:
    return specimen_app


def expecting(user: dict[str, str]) -> dict[str, str]:
    return {"X-Expected-User": user["id"]}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/api/memos", MEMO),
        ("PATCH", "/api/users/me", {"name": "Grace"}),
        ("DELETE", "/api/auth/sessions", None),
        ("POST", "/api/auth/signout", None),
        ("GET", "/api/users/me", None),
        ("GET", "/api/memos", None),
        ("GET", "/api/dashboard", None),
    ],
)
async def test_a_request_that_is_meant_as_another_user_is_refused(
    client: httpx.AsyncClient, app: FastAPI, method: str, path: str, body: dict[str, str] | None
) -> None:
    async with browser(app) as elsewhere:
        other = await sign_up(elsewhere)
    user = await sign_up(client)
    refused = await client.request(method, path, json=body, headers=expecting(other))
    assert (refused.status_code, error_of(refused)["code"]) == (409, "ANOTHER_USER")
    allowed = await client.request(method, path, json=body, headers=expecting(user))
    assert allowed.is_success, allowed.text


async def test_a_refused_change_changes_nothing(client: httpx.AsyncClient, app: FastAPI) -> None:
    async with browser(app) as elsewhere:
        other = await sign_up(elsewhere)
    await sign_up(client)
    memo = await write_memo(client)
    path = f"/api/memos/{memo['id']}"
    for method, address, body in (("PUT", path, MEMO), ("DELETE", path, None), ("POST", "/api/memos", MEMO)):
        refused = await client.request(method, address, json=body, headers=expecting(other))
        assert refused.status_code == 409
    assert (await client.get(path)).json()["data"]["version"] == memo["version"]
    assert len((await client.get("/api/memos")).json()["data"]) == 1


async def test_no_user_is_answered_like_a_guest_unawares(client: httpx.AsyncClient) -> None:
    user = await sign_up(client)
    client.cookies.clear()
    assert (await client.get("/api/memos")).status_code == 200
    refused = await client.get("/api/memos", headers=expecting(user))
    assert (refused.status_code, error_of(refused)["code"]) == (401, "NOT_AUTHENTICATED")


async def test_whom_a_tab_expects_is_compared_and_never_parsed(client: httpx.AsyncClient) -> None:
    await sign_up(client)
    for nonsense in ("", "me", "0" * 5000, "caf\u00e9".encode()):
        refused = await client.get("/api/users/me", headers=[(b"X-Expected-User", _bytes(nonsense))])
        assert (refused.status_code, error_of(refused)["code"]) == (409, "ANOTHER_USER")


def _bytes(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode()
