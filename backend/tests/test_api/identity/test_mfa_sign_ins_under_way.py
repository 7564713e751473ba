"""Sign-ins by second factors, and changes of these, that meet a change which ends sessions."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeAlias
from uuid import UUID

import httpx2 as httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.identity.sign_in import SecondFactorRequired
from service.factory import Factory
from tests.conftest import browser
from tests.support.authenticators import AuthenticatorApp, PasskeyAuthenticator
from tests.support.credentials import sign_in
from tests.support.helpers import refusal_of, sign_up_proved
from tests.support.locks import DEACTIVATION, END_OF_SESSIONS, meet, open_sessions, until_a_lock_is_awaited
from tests.support.second_factors import (
    add_passkey,
    begin_sign_in,
    enable_mfa,
    registration_options,
    sign_in_options,
    sign_in_with,
    verify,
)

pytestmark = pytest.mark.race

# Prepares a sign-in from another browser, and returns how it goes on.
SignIn: TypeAlias = Coroutine[Any, Any, httpx.Response]
Way: TypeAlias = Callable[[httpx.AsyncClient, httpx.AsyncClient, dict[str, Any]], Coroutine[Any, Any, SignIn]]


async def _by_passkey(owner: httpx.AsyncClient, elsewhere: httpx.AsyncClient, user: dict[str, Any]) -> SignIn:
    authenticator = (await add_passkey(owner))[0]
    return sign_in_with(elsewhere, authenticator)


async def _by_recovery_code(owner: httpx.AsyncClient, elsewhere: httpx.AsyncClient, user: dict[str, Any]) -> SignIn:
    codes = (await enable_mfa(owner))[1]
    await begin_sign_in(elsewhere, user)
    return verify(elsewhere, recovery_code=codes[0])


async def _by_second_passkey(owner: httpx.AsyncClient, elsewhere: httpx.AsyncClient, user: dict[str, Any]) -> SignIn:
    await enable_mfa(owner)
    authenticator = (await add_passkey(owner))[0]
    await begin_sign_in(elsewhere, user)
    return verify(elsewhere, credential=authenticator.get(await sign_in_options(elsewhere)))


WAYS: dict[str, Way] = {
    "passkey": _by_passkey,
    "recovery code": _by_recovery_code,
    "passkey as a second factor": _by_second_passkey,
}
# The statements of the removal of second factors before its commit, in the order in which it locks.
REMOVAL = (
    "SELECT id FROM users FOR NO KEY UPDATE",
    "DELETE FROM pending_sign_ins",
    "UPDATE sessions SET revoked_at = now()",
    "DELETE FROM recovery_codes",
    "DELETE FROM passkeys",
)


@pytest.mark.parametrize("change", [DEACTIVATION, REMOVAL], ids=["deactivation", "removal"])
@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
async def test_a_sign_in_waits_for_a_change_that_ends_sessions_and_is_refused(
    committing_app: FastAPI, engine: AsyncEngine, way: Way, change: tuple[str, ...]
) -> None:
    async with browser(committing_app) as owner, browser(committing_app) as elsewhere:
        signing_in = await way(owner, elsewhere, await sign_up_proved(owner))
        assert (await meet(engine, change, signing_in)).status_code == 401
        assert await open_sessions(engine) == 0


async def test_a_sign_in_that_waits_for_second_factors_to_be_turned_on_asks_for_one(
    committing_app: FastAPI, engine: AsyncEngine
) -> None:
    async with browser(committing_app) as owner, browser(committing_app) as elsewhere:
        user = await sign_up_proved(owner)
        assert (await owner.post("/api/auth/mfa/enroll")).status_code == 200
        turning_on = ("SELECT id FROM users FOR UPDATE", "UPDATE totp_seeds SET confirmed_at = now()")
        answer = await meet(engine, turning_on, sign_in(elsewhere, user["email"]))
        assert refusal_of(answer) == (401, "MFA_REQUIRED")
        assert await open_sessions(engine) == 1


async def test_ending_sessions_waits_for_a_sign_in_that_asks_for_a_second_factor_and_ends_it(
    committing_app: FastAPI, committing_factory: Factory, engine: AsyncEngine
) -> None:
    async with browser(committing_app) as owner:
        user = await sign_up_proved(owner)
        await enable_mfa(owner)
        async with asyncio.TaskGroup() as group, committing_factory.unit_of_work() as work:
            outcome = await work.identity.sign_in_completion.complete(UUID(user["id"]))
            assert isinstance(outcome, SecondFactorRequired)
            ending = group.create_task(owner.delete("/api/auth/sessions"))
            await until_a_lock_is_awaited(engine)
        assert ending.result().is_success
    async with engine.connect() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM pending_sign_ins"))).scalar_one() == 0


# Each prepares a change of second factors, and returns how it goes on.


async def _confirm(client: httpx.AsyncClient) -> SignIn:
    app = AuthenticatorApp((await client.post("/api/auth/mfa/enroll")).json()["data"]["secret"])
    return client.post("/api/auth/mfa/confirm", json={"code": await app.next_code()})


async def _replace_codes(client: httpx.AsyncClient) -> SignIn:
    await enable_mfa(client)
    return client.post("/api/auth/mfa/recovery-codes")


async def _turn_off(client: httpx.AsyncClient) -> SignIn:
    await enable_mfa(client)
    return client.post("/api/auth/mfa/disable")


async def _add_passkey(client: httpx.AsyncClient) -> SignIn:
    credential = PasskeyAuthenticator().create(await registration_options(client))
    return client.post("/api/auth/passkeys", json={"name": "Laptop", "credential": credential})


async def _remove_passkey(client: httpx.AsyncClient) -> SignIn:
    _, passkey = await add_passkey(client)
    return client.delete(f"/api/auth/passkeys/{passkey['id']}")


@pytest.mark.parametrize("prepare", [_confirm, _replace_codes, _turn_off, _add_passkey, _remove_passkey])
async def test_a_session_that_has_just_ended_changes_no_second_factor(
    committing_app: FastAPI,
    engine: AsyncEngine,
    prepare: Callable[[httpx.AsyncClient], Coroutine[Any, Any, SignIn]],
) -> None:
    async with browser(committing_app) as client:
        await sign_up_proved(client)
        changing = await prepare(client)
        assert (await meet(engine, END_OF_SESSIONS, changing)).status_code == 401
