"""Passkeys as the second factor of a sign-in by password, and as a proof of identity."""

import httpx2 as httpx
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from tests.conftest import browser
from tests.support.authenticators import PasskeyAuthenticator, base64url
from tests.support.cookies import PENDING
from tests.support.helpers import refusal_of, sign_up_proved
from tests.support.resource import SIGNED_IN, Access
from tests.support.second_factors import (
    FORGOT_WHO_IT_IS,
    add_passkey,
    begin_sign_in,
    enable_mfa,
    sign_in_options,
    sign_in_with,
    verify,
)

ACCESS = {
    ("POST", "/api/auth/passkeys/reauthentication-options"): Access(SIGNED_IN),
}


async def test_a_passkey_completes_a_sign_in_by_password(client: httpx.AsyncClient, app: FastAPI) -> None:
    user = await sign_up_proved(client)
    await enable_mfa(client)
    authenticator, _ = await add_passkey(client)
    async with browser(app) as phone:
        await begin_sign_in(phone, user)
        options = await sign_in_options(phone)
        assert [key["id"] for key in options["allowCredentials"]] == [base64url(authenticator.credential_id)]
        credential = authenticator.get(options)
        response = await verify(phone, credential=credential)
        assert response.status_code == 200, response.text
        assert response.json()["data"] == user
        assert refusal_of(await verify(phone, credential=credential)) == (401, "SIGN_IN_ENDED")


async def test_a_passkey_alone_ends_a_sign_in_that_had_begun_unless_it_is_refused(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    user = await sign_up_proved(client)
    _, codes = await enable_mfa(client)
    authenticator, _ = await add_passkey(client)
    async with browser(app) as phone:
        await begin_sign_in(phone, user)
        assert refusal_of(await sign_in_with(phone, PasskeyAuthenticator())) == (401, "INVALID_PASSKEY")
        assert (await verify(phone, recovery_code=codes[0])).status_code == 200
        await begin_sign_in(phone, user)
        token = phone.cookies[PENDING]
        assert (await sign_in_with(phone, authenticator)).status_code == 200
        assert PENDING not in phone.cookies
        phone.cookies.set(PENDING, token)
        assert refusal_of(await verify(phone, recovery_code=codes[1])) == (401, "SIGN_IN_ENDED")


async def test_a_strangers_passkey_does_not_complete_a_sign_in_by_password(
    client: httpx.AsyncClient, app: FastAPI, connection: AsyncConnection
) -> None:
    user = await sign_up_proved(client)
    await enable_mfa(client)
    async with browser(app) as thief:
        await sign_up_proved(thief)
        theirs, _ = await add_passkey(thief)
        await begin_sign_in(thief, user)
        credential = theirs.get(await sign_in_options(thief))
        assert refusal_of(await verify(thief, credential=credential)) == (401, "INVALID_SECOND_FACTOR")
    failed = await connection.execute(text("SELECT user_id FROM security_events WHERE kind = 'second_factor_failed'"))
    assert [str(user_id) for user_id in failed.scalars()] == [user["id"]]


async def test_a_passkey_is_a_proof_of_identity(client: httpx.AsyncClient, connection: AsyncConnection) -> None:
    await sign_up_proved(client)
    authenticator, passkey = await add_passkey(client)
    await connection.execute(text(FORGOT_WHO_IT_IS))
    path = f"/api/auth/passkeys/{passkey['id']}"
    assert refusal_of(await client.delete(path)) == (403, "REAUTHENTICATION_REQUIRED")
    options = (await client.post("/api/auth/passkeys/reauthentication-options")).json()["data"]
    assert [key["id"] for key in options["allowCredentials"]] == [base64url(authenticator.credential_id)]
    proof = {"credential": authenticator.get(options)}
    assert (await client.post("/api/auth/reauthenticate", json=proof)).status_code == 204
    assert refusal_of(await client.post("/api/auth/reauthenticate", json=proof)) == (400, "WRONG_SECOND_FACTOR")
    assert (await client.delete(path)).status_code == 204


async def test_a_passkey_of_another_user_is_no_proof_of_identity(client: httpx.AsyncClient, app: FastAPI) -> None:
    await sign_up_proved(client)
    async with browser(app) as thief:
        await sign_up_proved(thief)
        theirs, _ = await add_passkey(thief)
    options = (await client.post("/api/auth/passkeys/reauthentication-options")).json()["data"]
    refused = await client.post("/api/auth/reauthenticate", json={"credential": theirs.get(options)})
    assert refusal_of(refused) == (400, "WRONG_SECOND_FACTOR")
