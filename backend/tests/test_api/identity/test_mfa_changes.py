"""Consequences of a change of second factors, the right to make one, and codes as a proof of identity."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias
from uuid import UUID, uuid4

import httpx2 as httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from core.email import Mailbox
from domain.identity.mfa import MfaNotEnabled
from domain.permissions import SYSTEM, Role
from domain.user import UserNotFound
from service.factory import Factory
from tests.conftest import browser, run_due_jobs
from tests.support.cookies import ACCESS_COOKIE, REFRESH
from tests.support.credentials import kinds_of_events
from tests.support.helpers import PASSWORD, grant, refusal_of, sign_up_proved
from tests.support.locks import until_a_lock_is_awaited
from tests.support.second_factors import (
    FORGOT_WHO_IT_IS,
    add_passkey,
    begin_sign_in,
    enable_mfa,
    mfa_status,
    verify,
)

# Consequences of a change


Step = Callable[[httpx.AsyncClient], Awaitable[None]]


async def _enable(client: httpx.AsyncClient) -> None:
    await enable_mfa(client)


async def _replace_codes(client: httpx.AsyncClient) -> None:
    assert (await client.post("/api/auth/mfa/recovery-codes")).status_code == 200


async def _disable(client: httpx.AsyncClient) -> None:
    assert (await client.post("/api/auth/mfa/disable")).status_code == 204


async def _add_passkey(client: httpx.AsyncClient) -> None:
    await add_passkey(client)


async def _remove_passkey(client: httpx.AsyncClient) -> None:
    (passkey,) = (await client.get("/api/auth/passkeys")).json()["data"]
    assert (await client.delete(f"/api/auth/passkeys/{passkey['id']}")).status_code == 204


@dataclass(frozen=True)
class Change:
    """A change, what has to be there before, and how the audit log and the mail call it."""

    make: Step
    kind: str
    subject: str
    prepare: Step | None = None


CHANGES = [
    Change(_enable, "mfa_enabled", "Two-factor authentication was turned on"),
    Change(_replace_codes, "recovery_codes_replaced", "Your recovery codes were replaced", prepare=_enable),
    Change(_disable, "mfa_disabled", "Two-factor authentication was turned off", prepare=_enable),
    Change(_add_passkey, "passkey_added", "A passkey was added"),
    Change(_remove_passkey, "passkey_removed", "A passkey was removed", prepare=_add_passkey),
]


@asynccontextmanager
async def _signed_in_elsewhere(
    app: FastAPI, factory: Factory, user: dict[str, Any]
) -> AsyncIterator[httpx.AsyncClient]:
    """Yield another browser of the user's, signed in as if all had been proved."""
    async with factory.unit_of_work() as work:
        tokens = (await work.identity.sign_in_completion.open_session(UUID(user["id"]))).tokens
    async with browser(app) as elsewhere:
        elsewhere.cookies.set(ACCESS_COOKIE, tokens.access_token)
        elsewhere.cookies.set(REFRESH, tokens.refresh_token)
        assert (await elsewhere.get("/api/users/me")).status_code == 200
        yield elsewhere


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.kind)
async def test_a_change_ends_every_other_session_and_is_audited(
    client: httpx.AsyncClient, app: FastAPI, factory: Factory, connection: AsyncConnection, change: Change
) -> None:
    user = await sign_up_proved(client)
    if change.prepare:
        await change.prepare(client)
    async with _signed_in_elsewhere(app, factory, user) as thief:
        await change.make(client)
        assert (await thief.get("/api/users/me")).status_code == 401
        assert (await thief.post("/api/auth/refresh")).status_code == 401
    assert (await client.get("/api/users/me")).status_code == 200
    assert (await kinds_of_events(connection))[-1] == change.kind


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.kind)
async def test_the_owner_is_told_of_a_change_by_mail(
    client: httpx.AsyncClient, factory: Factory, mailbox: Mailbox, change: Change
) -> None:
    user = await sign_up_proved(client)
    if change.prepare:
        await change.prepare(client)
    await change.make(client)
    await run_due_jobs(factory)
    mail = next(mail for mail in await mailbox.newest_first() if mail.message["Subject"] == change.subject)
    assert mail.message["To"] == user["email"]


@dataclass
class Helpdesk:
    """An administrator, and a user who is locked out."""

    admin: httpx.AsyncClient
    locked_out: httpx.AsyncClient
    user: dict[str, Any]

    @property
    def path(self) -> str:
        return f"/api/users/{self.user['id']}/second-factors"


@pytest.fixture
async def helpdesk(app: FastAPI, factory: Factory) -> AsyncIterator[Helpdesk]:
    async with browser(app) as admin, browser(app) as locked_out:
        administrator = await sign_up_proved(admin)
        await grant(factory, administrator, Role.ADMIN)
        helpdesk = Helpdesk(admin, locked_out, await sign_up_proved(locked_out))
        await enable_mfa(locked_out)
        await add_passkey(locked_out)
        yield helpdesk


async def test_an_administrator_removes_the_factors_of_a_user_who_lost_them(
    helpdesk: Helpdesk, factory: Factory, mailbox: Mailbox, connection: AsyncConnection
) -> None:
    shown = (await helpdesk.admin.get(helpdesk.path)).json()["data"]
    assert shown == {"totp_enabled": True, "recovery_codes_left": 10, "passkeys": 1}
    assert (await helpdesk.admin.delete(helpdesk.path)).status_code == 204
    client, user = helpdesk.locked_out, helpdesk.user
    assert (await client.get("/api/users/me")).status_code == 401
    again = await client.post("/api/auth/signin", json={"email": user["email"], "password": PASSWORD})
    assert again.status_code == 200
    assert await mfa_status(client) == {"totp_enabled": False, "recovery_codes_left": 0, "passkeys": 0}
    query = "SELECT user_id, actor_id IS NOT NULL, details FROM security_events WHERE kind = 'mfa_reset'"
    ((user_id, has_actor, details),) = await connection.execute(text(query))
    assert (str(user_id), has_actor, details) == (user["id"], True, {"totp": True, "passkeys": 1})
    await run_due_jobs(factory)
    to = {mail.message["Subject"]: mail.message["To"] for mail in await mailbox.newest_first()}
    assert to["Your second factors were removed"] == user["email"]
    nothing_left = await helpdesk.admin.delete(helpdesk.path)
    assert refusal_of(nothing_left) == (409, "MFA_NOT_ENABLED")


async def test_removing_factors_needs_the_permission_a_recent_proof_and_another_account(
    helpdesk: Helpdesk, connection: AsyncConnection, factory: Factory
) -> None:
    assert refusal_of(await helpdesk.locked_out.delete(helpdesk.path)) == (403, "PERMISSION_DENIED")
    assert refusal_of(await helpdesk.locked_out.get(helpdesk.path)) == (403, "PERMISSION_DENIED")
    own = (await helpdesk.admin.get("/api/users/me")).json()["data"]["id"]
    assert refusal_of(await helpdesk.admin.delete(f"/api/users/{own}/second-factors")) == (403, "OWN_ACCOUNT")
    assert refusal_of(await helpdesk.admin.delete(f"/api/users/{uuid4()}/second-factors")) == (404, "USER_NOT_FOUND")
    await connection.execute(text(FORGOT_WHO_IT_IS))
    assert refusal_of(await helpdesk.admin.delete(helpdesk.path)) == (403, "REAUTHENTICATION_REQUIRED")
    assert (await helpdesk.admin.get(helpdesk.path)).json()["data"]["totp_enabled"]


async def test_an_operator_removes_the_factors_of_a_user_by_address(
    helpdesk: Helpdesk, factory: Factory, mailbox: Mailbox
) -> None:
    async with factory.unit_of_work(SYSTEM) as work:
        await work.identity.second_factor_removal.remove_by_email(helpdesk.user["email"].upper())
    body = {"email": helpdesk.user["email"], "password": PASSWORD}
    assert (await helpdesk.locked_out.post("/api/auth/signin", json=body)).status_code == 200
    await run_due_jobs(factory)
    assert "Your second factors were removed" in [mail.message["Subject"] for mail in await mailbox.newest_first()]
    for email, error in ((helpdesk.user["email"], MfaNotEnabled), ("nobody@example.com", UserNotFound)):
        with pytest.raises(error):
            async with factory.unit_of_work(SYSTEM) as work:
                await work.identity.second_factor_removal.remove_by_email(email)


# A proof of identity


async def test_a_code_is_a_proof_of_identity(client: httpx.AsyncClient, connection: AsyncConnection) -> None:
    await sign_up_proved(client)
    authenticator, _ = await enable_mfa(client)
    await connection.execute(text(FORGOT_WHO_IT_IS))
    wrong = await client.post("/api/auth/reauthenticate", json={"code": authenticator.wrong_code()})
    assert refusal_of(wrong) == (400, "WRONG_SECOND_FACTOR")
    assert (await client.post("/api/auth/mfa/disable")).status_code == 403
    code = await authenticator.next_code()
    assert (await client.post("/api/auth/reauthenticate", json={"code": code})).status_code == 204
    assert (await client.post("/api/auth/reauthenticate", json={"code": code})).status_code == 400
    assert (await client.post("/api/auth/mfa/disable")).status_code == 204


async def test_without_an_app_no_code_proves_anything(client: httpx.AsyncClient) -> None:
    await sign_up_proved(client)
    for _ in range(7):
        response = await client.post("/api/auth/reauthenticate", json={"code": "123456"})
        assert refusal_of(response) == (400, "WRONG_SECOND_FACTOR")


@pytest.mark.parametrize("body", [{}, {"password": PASSWORD, "code": "123456"}, {"recovery_code": "a"}])
async def test_one_proof_is_needed(client: httpx.AsyncClient, body: dict[str, str]) -> None:
    await sign_up_proved(client)
    assert (await client.post("/api/auth/reauthenticate", json=body)).status_code == 422


# Changes during the deletion of the account


Meet: TypeAlias = Callable[[httpx.AsyncClient, httpx.AsyncClient, str], Coroutine[Any, Any, httpx.Response]]

MEETINGS: dict[str, Meet] = {
    "ending the other sessions": lambda client, _, __: client.delete("/api/auth/sessions"),
    "turning off second factors": lambda client, _, __: client.post("/api/auth/mfa/disable"),
    "removing a passkey": lambda client, _, __: client.delete(f"/api/auth/passkeys/{UUID(int=0)}"),
    "a second factor": lambda _, phone, code: verify(phone, recovery_code=code),
}
# In which order a deletion locks what belongs to the account, PostgreSQL decides.
LOCKED_BY_A_DELETION = ("users", "sessions", "totp_seeds", "recovery_codes", "passkeys")


@pytest.mark.race
@pytest.mark.parametrize("meet", MEETINGS.values(), ids=MEETINGS)
async def test_a_deletion_that_has_locked_a_part_of_the_account_meets_no_deadlock(
    committing_app: FastAPI, engine: AsyncEngine, meet: Meet
) -> None:
    async with browser(committing_app) as client, browser(committing_app) as phone:
        user = await sign_up_proved(client)
        _, codes = await enable_mfa(client)
        await begin_sign_in(phone, user)
        async with asyncio.TaskGroup() as group:
            async with engine.begin() as connection:
                for table in LOCKED_BY_A_DELETION:
                    await connection.execute(text(f"SELECT id FROM {table} FOR UPDATE"))
                asked = group.create_task(meet(client, phone, codes[0]))
                await until_a_lock_is_awaited(engine)
                await connection.execute(text("DELETE FROM users"))
            refused = await asked
    assert refused.status_code < 500, refused.text
