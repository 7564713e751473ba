"""A password that is replaced while it is checked, or a change that ends sessions meanwhile, leaves no session."""

import asyncio
from uuid import UUID

import httpx2 as httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from service.factory import Factory
from service.security import PasswordHasher
from tests.conftest import browser
from tests.support.credentials import NEW_PASSWORD, change, sign_in
from tests.support.emails import Emails
from tests.support.first_proof import OWNER, by_reset
from tests.support.helpers import refusal_of, sign_up, sign_up_proved
from tests.support.locks import DEACTIVATION, meet, open_sessions, until_a_lock_is_awaited
from tests.support.openid_provider import Provider


async def test_a_password_that_is_replaced_while_it_is_checked_opens_no_session(
    client: httpx.AsyncClient,
    ada: httpx.AsyncClient,
    emails: Emails,
    provider: Provider,
    connection: AsyncConnection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await sign_up(client, email=OWNER)
    check = PasswordHasher.verify

    async def slow_check(hasher: PasswordHasher, password: str, password_hash: str | None) -> bool:
        is_right = await check(hasher, password, password_hash)
        monkeypatch.setattr(PasswordHasher, "verify", check)
        await by_reset(ada, emails, provider)
        return is_right

    monkeypatch.setattr(PasswordHasher, "verify", slow_check)
    assert (await sign_in(client, OWNER)).status_code == 401
    open_sessions = "SELECT count(*) FROM sessions WHERE revoked_at IS NULL"
    assert (await connection.execute(text(open_sessions))).scalar_one() == 0


async def test_a_password_that_is_replaced_while_it_is_checked_does_not_come_back_with_new_parameters(
    client: httpx.AsyncClient,
    ada: httpx.AsyncClient,
    emails: Emails,
    provider: Provider,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await sign_up(client, email=OWNER)
    hash_again = PasswordHasher.hash

    async def slow_hash(hasher: PasswordHasher, password: str) -> str:
        monkeypatch.setattr(PasswordHasher, "hash", hash_again)
        await by_reset(ada, emails, provider)
        return await hash_again(hasher, password)

    monkeypatch.setattr(PasswordHasher, "is_outdated", lambda *_: True)
    monkeypatch.setattr(PasswordHasher, "hash", slow_hash)
    assert (await sign_in(client, OWNER)).status_code == 401
    monkeypatch.undo()
    assert (await sign_in(client, OWNER)).status_code == 401
    assert (await sign_in(ada, OWNER, NEW_PASSWORD)).status_code == 200


async def test_a_changed_password_leaves_no_sign_in_behind_either(
    client: httpx.AsyncClient, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sign_up_proved(client, email=OWNER)
    check = PasswordHasher.verify

    async def slow_check(hasher: PasswordHasher, password: str, password_hash: str | None) -> bool:
        monkeypatch.setattr(PasswordHasher, "verify", check)
        assert (await change(client)).status_code == 204
        return await check(hasher, password, password_hash)

    monkeypatch.setattr(PasswordHasher, "verify", slow_check)
    async with browser(app) as thief:
        assert (await sign_in(thief, OWNER)).status_code == 401


@pytest.mark.race
async def test_a_sign_in_that_waits_for_the_deactivation_of_its_account_is_refused(
    committing_app: FastAPI, engine: AsyncEngine
) -> None:
    async with browser(committing_app) as client:
        await sign_up_proved(client, email=OWNER)
        assert refusal_of(await meet(engine, DEACTIVATION, sign_in(client, OWNER))) == (401, "INVALID_CREDENTIALS")
        assert await open_sessions(engine) == 0


@pytest.mark.race
async def test_ending_sessions_waits_for_a_sign_in_and_ends_it(
    committing_app: FastAPI, committing_factory: Factory, engine: AsyncEngine
) -> None:
    async with browser(committing_app) as client:
        user = await sign_up_proved(client, email=OWNER)
        async with asyncio.TaskGroup() as group, committing_factory.unit_of_work() as work:
            await work.identity.sign_in_completion.complete(UUID(user["id"]))
            ending = group.create_task(client.delete("/api/auth/sessions"))
            await until_a_lock_is_awaited(engine)
        assert ending.result().is_success
        assert await open_sessions(engine) == 1
