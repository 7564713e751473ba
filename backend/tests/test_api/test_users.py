"""Accounts."""

import httpx2 as httpx
import pytest

from tests.support.helpers import error_of, sign_up
from tests.support.resource import SIGNED_IN, Access

ACCESS = {
    ("GET", "/api/users/me"): Access(SIGNED_IN),
    ("PATCH", "/api/users/me"): Access(SIGNED_IN, {"name": "A"}),
}


async def test_me_is_the_account_that_is_signed_in(client: httpx.AsyncClient) -> None:
    user = await sign_up(client, name="Ada")
    response = await client.get("/api/users/me")
    assert response.json() == {"data": user}
    assert user["avatar_url"] is None
    assert user["permissions"] == []


async def test_me_without_a_session_asks_to_sign_in(client: httpx.AsyncClient) -> None:
    response = await client.get("/api/users/me")
    assert response.status_code == 401
    assert error_of(response)["internal_code"] == 40100
    assert error_of(response)["message"] == "Please sign in."


async def test_a_name_is_changed_and_taken_away(client: httpx.AsyncClient) -> None:
    user = await sign_up(client, name="Ada")
    response = await client.patch("/api/users/me", json={"name": " Countess "})
    assert response.json() == {"data": {**user, "name": "Countess"}}
    await client.patch("/api/users/me", json={"name": None})
    assert (await client.get("/api/users/me")).json() == {"data": {**user, "name": None}}


async def test_a_language_is_chosen_and_taken_away(client: httpx.AsyncClient) -> None:
    user = await sign_up(client, name="Ada")
    assert user["language"] is None
    response = await client.patch("/api/users/me", json={"language": "de"})
    assert response.json() == {"data": {**user, "language": "de"}}
    await client.patch("/api/users/me", json={"language": None})
    assert (await client.get("/api/users/me")).json() == {"data": user}


@pytest.mark.parametrize(("asked", "language"), [("de-AT,de;q=0.9,en;q=0.8", "de"), ("en", "en"), ("fr", None)])
async def test_a_new_account_has_the_language_of_the_browser(
    client: httpx.AsyncClient, asked: str, language: str | None
) -> None:
    client.headers["Accept-Language"] = asked
    assert (await sign_up(client))["language"] == language


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": ""},
        {"name": "x" * 101},
        {"name": "A", "roles": ["admin"]},
        {"email": "b@example.com"},
        {"language": "fr"},
        {"name": "A", "language": "DE"},
    ],
)
async def test_nothing_else_is_changed(client: httpx.AsyncClient, body: dict[str, object]) -> None:
    user = await sign_up(client, name="Ada")
    assert (await client.patch("/api/users/me", json=body)).status_code == 422
    assert (await client.get("/api/users/me")).json() == {"data": user}


async def test_changing_an_account_needs_a_session(client: httpx.AsyncClient) -> None:
    assert (await client.patch("/api/users/me", json={"name": "Ada"})).status_code == 401
