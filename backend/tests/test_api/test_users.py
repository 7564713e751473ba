"""Accounts."""

import httpx

from tests.helpers import error_of, sign_up


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
