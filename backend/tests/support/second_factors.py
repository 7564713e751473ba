"""One-line ways to use second factors in tests, over HTTP."""

from typing import Any

import httpx2 as httpx

from tests.support.authenticators import AuthenticatorApp, PasskeyAuthenticator
from tests.support.helpers import PASSWORD

FORGOT_WHO_IT_IS = "UPDATE sessions SET authenticated_at = authenticated_at - interval '11 minutes'"


async def enable_mfa(client: httpx.AsyncClient) -> tuple[AuthenticatorApp, list[str]]:
    """Turn two-factor authentication on for the signed-in user; return their app and recovery codes."""
    enrolled = await client.post("/api/auth/mfa/enroll")
    assert enrolled.status_code == 200, enrolled.text
    app = AuthenticatorApp(enrolled.json()["data"]["secret"])
    confirmed = await client.post("/api/auth/mfa/confirm", json={"code": await app.next_code()})
    assert confirmed.status_code == 200, confirmed.text
    return app, confirmed.json()["data"]["recovery_codes"]


async def begin_sign_in(client: httpx.AsyncClient, user: dict[str, Any]) -> httpx.Response:
    """Send the password of a user who has a second factor."""
    response = await client.post("/api/auth/signin", json={"email": user["email"], "password": PASSWORD})
    assert response.status_code == 401, response.text
    return response


async def verify(client: httpx.AsyncClient, **factor: Any) -> httpx.Response:
    """Offer a second factor."""
    return await client.post("/api/auth/mfa/verify", json=factor)


async def registration_options(client: httpx.AsyncClient) -> dict[str, Any]:
    """Ask what a new passkey has to sign."""
    response = await client.post("/api/auth/passkeys/registration-options")
    assert response.status_code == 200, response.text
    options: dict[str, Any] = response.json()["data"]
    return options


async def sign_in_options(client: httpx.AsyncClient) -> dict[str, Any]:
    """Ask what a passkey has to sign for a sign-in."""
    response = await client.post("/api/auth/passkeys/authentication-options")
    assert response.status_code == 200, response.text
    options: dict[str, Any] = response.json()["data"]
    return options


async def add_passkey(
    client: httpx.AsyncClient, authenticator: PasskeyAuthenticator | None = None, *, name: str = "Laptop"
) -> tuple[PasskeyAuthenticator, dict[str, Any]]:
    """Add a passkey for the signed-in user; return its authenticator and how the product shows it."""
    authenticator = authenticator or PasskeyAuthenticator()
    credential = authenticator.create(await registration_options(client))
    response = await client.post("/api/auth/passkeys", json={"name": name, "credential": credential})
    assert response.status_code == 201, response.text
    passkey: dict[str, Any] = response.json()["data"]
    return authenticator, passkey


async def sign_in_with(client: httpx.AsyncClient, authenticator: PasskeyAuthenticator) -> httpx.Response:
    """Sign in with a passkey alone."""
    return await answer(client, authenticator.get(await sign_in_options(client)))


async def answer(client: httpx.AsyncClient, credential: dict[str, Any]) -> httpx.Response:
    """Send what a passkey has signed for a sign-in."""
    return await client.post("/api/auth/passkeys/authentication", json={"credential": credential})


async def mfa_status(client: httpx.AsyncClient) -> dict[str, Any]:
    """Return what the user sees of their second factors."""
    response = await client.get("/api/auth/mfa")
    assert response.status_code == 200, response.text
    status: dict[str, Any] = response.json()["data"]
    return status
