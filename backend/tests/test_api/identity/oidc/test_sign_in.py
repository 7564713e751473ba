"""Signing in with an account at another provider, and the accounts that this makes."""

from urllib.parse import parse_qs, urlsplit

import httpx2 as httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from tests.conftest import browser
from tests.support.cookies import ACCESS_COOKIE, HANDSHAKE, REFRESH
from tests.support.helpers import PASSWORD, error_of, sign_up
from tests.support.openid_provider import (
    CLIENT_SECRET,
    Provider,
)
from tests.support.openid_sign_in import ADA, code_of, come_back, count, leave, sign_in
from tests.support.resource import PUBLIC, Access

ACCESS = {
    ("GET", "/api/auth/oidc"): Access(PUBLIC),
    ("GET", "/api/auth/oidc/{provider}/start"): Access(PUBLIC, finds=303),
    ("GET", "/api/auth/oidc/{provider}/callback"): Access(PUBLIC, finds=303),
}


async def test_the_page_to_sign_in_learns_of_the_providers_and_no_secret(client: httpx.AsyncClient) -> None:
    response = await client.get("/api/auth/oidc")
    assert response.json()["data"][0] == {"name": "truth", "label": "Truth"}
    assert CLIENT_SECRET not in response.text


async def _approve_at_real_provider(issuer: str, location: str, **decision: str) -> dict[str, str]:
    async with httpx.AsyncClient() as user:
        answer = await user.post(location, data=decision)
    assert answer.status_code == 302, answer.text
    query = parse_qs(urlsplit(answer.headers["Location"]).query)
    return {name: values[0] for name, values in query.items()}


async def test_a_first_sign_in_at_a_real_provider_makes_a_verified_account_without_a_password(
    client: httpx.AsyncClient, real_provider: str, connection: AsyncConnection
) -> None:
    async with httpx.AsyncClient() as administrator:
        await administrator.put(f"{real_provider}/users/grace", json={**ADA, "sub": "grace"})
    for _ in range(2):  # the second time it is the same account
        answer = await _approve_at_real_provider(real_provider, await leave(client, "real"), sub="grace")
        response = await come_back(client, "real", **answer)
        assert response.headers["Location"] == "/dashboard?tab=1"
        user = (await client.get("/api/users/me")).json()["data"]
        assert (user["email"], user["name"], user["is_verified"]) == ("ada@example.com", "Ada", True)
    assert await count(connection, "users") == 1
    assert (await connection.execute(text("SELECT password_hash FROM users"))).scalar_one() is None
    (identity,) = (await client.get("/api/auth/identities")).json()["data"]
    assert (identity["provider"], identity["label"], identity["email"]) == ("real", "Real", "ada@example.com")


async def test_an_address_that_a_real_provider_does_not_vouch_for_makes_no_account(
    client: httpx.AsyncClient, real_provider: str, connection: AsyncConnection
) -> None:
    answer = await _approve_at_real_provider(real_provider, await leave(client, "real"), sub="bob@example.com")
    assert code_of(await come_back(client, "real", **answer)) == "EMAIL_NOT_VERIFIED_BY_PROVIDER"
    assert await count(connection, "users") == 0


async def test_a_user_who_declines_at_a_real_provider_is_told(client: httpx.AsyncClient, real_provider: str) -> None:
    location = await leave(client, "real")
    answer = await _approve_at_real_provider(real_provider, location, action="deny")
    state = parse_qs(urlsplit(location).query)["state"][0]
    assert code_of(await come_back(client, "real", **{"state": state, **answer})) == "PROVIDER_REFUSED"


async def test_a_code_is_good_once_even_with_its_cookie(client: httpx.AsyncClient, real_provider: str) -> None:
    async with httpx.AsyncClient() as administrator:
        await administrator.put(f"{real_provider}/users/grace", json={**ADA, "sub": "grace"})
    answer = await _approve_at_real_provider(real_provider, await leave(client, "real"), sub="grace")
    kept = client.cookies[HANDSHAKE]
    await come_back(client, "real", **answer)
    assert HANDSHAKE not in client.cookies
    assert code_of(await come_back(client, "real", **answer)) == "HANDSHAKE_FAILED"
    client.cookies.set(HANDSHAKE, kept)
    assert code_of(await come_back(client, "real", **answer)) == "PROVIDER_REFUSED"


async def test_the_browser_leaves_with_everything_that_the_answer_must_fit(
    client: httpx.AsyncClient, provider: Provider
) -> None:
    response = await client.get("/api/auth/oidc/truth/start")
    (cookie,) = response.headers.get_list("set-cookie")
    for part in (f"{HANDSHAKE}=", "HttpOnly", "SameSite=lax", "Path=/", "Max-Age=600"):
        assert part in cookie
    assert response.headers["Cache-Control"] == "no-store"
    location = urlsplit(response.headers["Location"])
    query = parse_qs(location.query)
    assert f"{location.scheme}://{location.netloc}{location.path}" == f"{provider.issuer}/authorize"
    assert query["response_type"] == ["code"]
    assert query["scope"] == ["openid email profile"]
    assert query["redirect_uri"] == ["http://127.0.0.1:8000/api/auth/oidc/truth/callback"]
    assert query["code_challenge_method"] == ["S256"]
    for name in ("state", "nonce", "code_challenge"):
        assert len(query[name][0]) == 43
    again = parse_qs(urlsplit(await leave(client)).query)
    assert all(again[name] != query[name] for name in ("state", "nonce", "code_challenge"))


async def test_an_honest_provider_signs_in(client: httpx.AsyncClient, provider: Provider) -> None:
    response = await sign_in(client, provider)
    assert response.headers["Location"] == "/dashboard?tab=1"
    assert {ACCESS_COOKIE, REFRESH} <= set(client.cookies)
    assert (await client.post("/api/auth/refresh")).status_code == 200
    assert provider.asked == ["/.well-known/openid-configuration", "/token", "/keys"]


async def test_a_sign_in_at_a_provider_ends_the_session_that_the_browser_held(
    client: httpx.AsyncClient, app: FastAPI, provider: Provider
) -> None:
    await sign_up(client)
    held = client.cookies[REFRESH]
    assert (await sign_in(client, provider)).headers["Location"] == "/dashboard?tab=1"
    async with browser(app) as thief:
        thief.cookies.set(REFRESH, held)
        assert (await thief.post("/api/auth/refresh")).status_code == 401
    assert (await client.get("/api/users/me")).json()["data"]["email"] == "ada@example.com"


async def test_one_providers_user_is_not_anothers(
    client: httpx.AsyncClient, provider: Provider, other_provider: Provider, connection: AsyncConnection
) -> None:
    await sign_in(client, provider)
    client.cookies.clear()
    other_provider.user = {**ADA, "email": "else@example.com"}  # the same subject
    await sign_in(client, other_provider, "other")
    assert (await client.get("/api/users/me")).json()["data"]["email"] == "else@example.com"
    assert await count(connection, "users") == 2


@pytest.mark.parametrize("verified", [False, None, "false", "yes", 1.5, []])
async def test_only_a_verified_address_makes_an_account(
    client: httpx.AsyncClient, provider: Provider, connection: AsyncConnection, verified: object
) -> None:
    provider.user["email_verified"] = verified
    assert code_of(await sign_in(client, provider)) == "EMAIL_NOT_VERIFIED_BY_PROVIDER"
    assert await count(connection, "users") == 0


@pytest.mark.parametrize(
    "email", [None, "", "no address", "a@example.com\r\nBcc: b@example.com", 7, "a\x00@example.com"]
)
async def test_only_an_address_makes_an_account(
    client: httpx.AsyncClient, provider: Provider, connection: AsyncConnection, email: object
) -> None:
    provider.user["email"] = email
    assert code_of(await sign_in(client, provider)) == "EMAIL_NOT_VERIFIED_BY_PROVIDER"
    assert await count(connection, "users") == 0


async def test_a_strange_name_is_made_presentable(client: httpx.AsyncClient, provider: Provider) -> None:
    provider.user["name"] = " Ada\x00\n\u202e " + "x" * 200
    await sign_in(client, provider)
    assert (await client.get("/api/users/me")).json()["data"]["name"] == "Ada " + "x" * 96


@pytest.mark.parametrize("proof", ["is_verified = true", "proved_at = now()"])
async def test_a_proved_account_with_the_same_address_is_not_taken_over(
    client: httpx.AsyncClient, provider: Provider, connection: AsyncConnection, app: FastAPI, proof: str
) -> None:
    async with browser(app) as owner:
        await sign_up(owner, email="ada@example.com")
    await connection.execute(text(f"UPDATE users SET {proof}"))
    assert code_of(await sign_in(client, provider)) == "ACCOUNT_EXISTS"
    assert not client.cookies
    assert await count(connection, "external_identities") == 0


async def test_a_deactivated_user_cannot_come_in_through_a_provider(
    client: httpx.AsyncClient, provider: Provider, connection: AsyncConnection
) -> None:
    await sign_in(client, provider)
    await connection.execute(text("UPDATE users SET is_active = false"))
    client.cookies.clear()
    assert code_of(await sign_in(client, provider)) == "ACCOUNT_DEACTIVATED"
    assert not client.cookies


async def test_an_account_without_a_password_cannot_be_signed_in_to_by_one(
    client: httpx.AsyncClient, provider: Provider
) -> None:
    await sign_in(client, provider)
    for password in (PASSWORD, "None", "x"):
        response = await client.post("/api/auth/signin", json={"email": "ada@example.com", "password": password})
        assert error_of(response)["code"] == "INVALID_CREDENTIALS"
        again = await client.post("/api/auth/reauthenticate", json={"password": password})
        assert error_of(again)["code"] == "WRONG_PASSWORD"
