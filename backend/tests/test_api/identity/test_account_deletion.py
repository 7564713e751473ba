"""Deleting an account: what is left of it, who may, and what happens at the same time."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from datetime import timedelta
from typing import Any, TypeAlias
from uuid import UUID

import httpx2 as httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from domain.identity.client_info import ClientInfo
from domain.permissions import SYSTEM, Role
from repository.connection import Connection
from repository.identity.account_repository import AccountRepository
from repository.user_repository import UserRepository
from service.factory import Factory
from service.security import hash_token
from tests.conftest import browser
from tests.support.authenticators import AuthenticatorApp
from tests.support.cookies import REFRESH
from tests.support.credentials import (
    grow_old,
    is_signed_in,
    kinds_of_events,
    sign_in,
)
from tests.support.emails import Emails
from tests.support.helpers import error_of, sign_up, sign_up_proved
from tests.support.locks import until_a_lock_is_awaited
from tests.support.resource import SIGNED_IN, Access
from tests.support.second_factors import add_passkey, answer, begin_sign_in, enable_mfa, sign_in_options
from tests.support.specimen import memos_of
from tests.support.specimen_routes import with_memos, write_memo


@pytest.fixture
def app(specimen_app: FastAPI) -> FastAPI:
    return specimen_app


Ask: TypeAlias = Callable[[], Coroutine[Any, Any, httpx.Response]]
Delete: TypeAlias = Callable[[Connection, dict[str, Any]], Awaitable[object]]

DELETIONS: dict[str, Delete] = {
    "by its user": lambda connection, user: UserRepository(connection).delete(UUID(user["id"])),
    "by an admin": lambda connection, user: AccountRepository(connection, SYSTEM).delete(
        UUID(user["id"]), versions=None
    ),
    "to be replaced": lambda connection, user: UserRepository(connection).delete_unproved(user["email"]),
    "as abandoned": lambda connection, _: UserRepository(connection).delete_abandoned(older_than=timedelta(), limit=1),
}

ACCESS = {
    ("DELETE", "/api/users/me"): Access(SIGNED_IN),
}


async def test_who_is_deleted_leaves_nothing_and_gets_a_last_mail(
    client: httpx.AsyncClient, app: FastAPI, connection: AsyncConnection, emails: Emails
) -> None:
    user = await sign_up(client, name="Ada")
    memo = await write_memo(client)
    async with browser(app) as phone:
        await sign_in(phone, user["email"])
        response = await client.delete("/api/users/me")
        assert response.status_code == 204
        assert not client.cookies
        assert not await is_signed_in(phone)
        assert (await phone.post("/api/auth/refresh")).status_code == 401
        assert (await phone.get(f"/api/memos/{memo['id']}")).status_code == 404
    assert (await sign_in(client, user["email"])).status_code == 401
    for table in ("users", "sessions", "refresh_tokens", "specimen.memos", "one_time_tokens"):
        assert (await connection.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one() == 0, table
    assert "Your account was deleted" in await emails.subjects_to(user["email"])
    assert (await kinds_of_events(connection))[-2:] == ["account_deleted", "sign_in_failed"]


async def test_the_only_administrator_cannot_leave(
    client: httpx.AsyncClient, app: FastAPI, connection: AsyncConnection
) -> None:
    ada = await sign_up(client)
    async with browser(app) as other:
        bob = await sign_up(other)
        await _make_administrators(connection, ada)
        assert error_of(await client.delete("/api/users/me"))["internal_code"] == 40232
        await _make_administrators(connection, ada, bob)
        await connection.execute(text("UPDATE users SET is_active = false WHERE id = :id"), {"id": bob["id"]})
        assert error_of(await client.delete("/api/users/me"))["internal_code"] == 40232
        await connection.execute(text("UPDATE users SET is_active = true"))
        assert (await client.delete("/api/users/me")).status_code == 204
        assert error_of(await other.delete("/api/users/me"))["internal_code"] == 40232


@pytest.mark.race
async def test_of_two_administrators_who_leave_at_once_one_stays(committing_app: FastAPI, engine: AsyncEngine) -> None:
    async with browser(committing_app) as ada, browser(committing_app) as bob:
        async with engine.begin() as connection:
            await _make_administrators(connection, await sign_up(ada), await sign_up(bob))
        answers = await asyncio.gather(ada.delete("/api/users/me"), bob.delete("/api/users/me"))
    assert sorted(answer.status_code for answer in answers) == [204, 403]


async def _make_administrators(connection: AsyncConnection, *users: dict[str, Any]) -> None:
    for user in users:
        await connection.execute(text("UPDATE users SET roles = '{admin}' WHERE id = :id"), {"id": user["id"]})


async def test_deleting_an_account_needs_a_recent_proof(client: httpx.AsyncClient, connection: AsyncConnection) -> None:
    assert (await client.delete("/api/users/me")).status_code == 401
    await sign_up(client)
    await grow_old(connection)
    assert error_of(await client.delete("/api/users/me"))["internal_code"] == 40202
    assert await is_signed_in(client)


@pytest.mark.race
async def test_requests_during_the_deletion_of_their_account_never_fail_with_500(
    committing_app: FastAPI, engine: AsyncEngine, specimen: None
) -> None:
    app = with_memos(committing_app)
    async with browser(app) as other, browser(app) as client:
        await sign_up(other)
        memo = await write_memo(other)
        user = await sign_up(client)
        cookies = dict(client.cookies)
        words = {"title": "A"}

        async def ask(method: str, path: str, **options: Any) -> httpx.Response:
            async with browser(app) as tab:
                tab.cookies.update(cookies)
                return await tab.request(method, path, **options)

        async with asyncio.TaskGroup() as group:
            asked = [
                group.create_task(answer)
                for number in range(6)
                for answer in (
                    ask("POST", "/api/memos", json=words),
                    ask("POST", "/api/memos", json=words, headers={"Idempotency-Key": f"key-{number}"}),
                    ask("POST", f"/api/memos/{memo['id']}/remarks", json={"content": "Hm."}),
                    ask("POST", "/api/auth/refresh"),
                    ask("POST", "/api/auth/resend-verification"),
                    ask("DELETE" if number == 2 else "GET", "/api/users/me"),
                    sign_in(other, user["email"]),
                )
            ]
        answers = [task.result() for task in asked]
        assert [answer.text for answer in answers if answer.status_code >= 500] == []
        assert 204 in {answer.status_code for answer in answers}
    async with engine.connect() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM users"))).scalar_one() == 1


@pytest.mark.race
@pytest.mark.parametrize("delete", DELETIONS.values(), ids=DELETIONS)
async def test_an_account_is_deleted_while_a_refresh_is_under_way(
    committing_app: FastAPI, committing_factory: Factory, engine: AsyncEngine, delete: Delete
) -> None:
    async with browser(committing_app) as client:
        user = await sign_up(client)
        token = hash_token(client.cookies[REFRESH])
    client_info, week = ClientInfo(), timedelta(days=7)

    async def delete_user() -> None:
        async with committing_factory.unit_of_work() as work:
            assert await delete(work.connection, user)

    async with asyncio.TaskGroup() as group:
        async with committing_factory.unit_of_work() as work:
            sessions = work.identity.session_repository
            state = await sessions.get_token(token)
            assert state is not None
            assert await sessions.use_token(token)
            deletion = group.create_task(delete_user())
            await until_a_lock_is_awaited(engine)
            await sessions.add_token(state.session_id, hash_token("successor"))
            await sessions.prolong(state.session_id, client=client_info, lifetime=week, at_most=week)
        await deletion
    async with engine.connect() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM refresh_tokens"))).scalar_one() == 0


@pytest.mark.race
async def test_a_refresh_that_waits_for_the_deletion_of_its_account_is_refused(
    committing_app: FastAPI, committing_factory: Factory, engine: AsyncEngine
) -> None:
    async with browser(committing_app) as client:
        user = await sign_up(client)
        async with asyncio.TaskGroup() as group:
            async with committing_factory.unit_of_work() as work:
                assert await work.identity.user_repository.delete(UUID(user["id"]))
                refresh = group.create_task(client.post("/api/auth/refresh"))
                await until_a_lock_is_awaited(engine)
            answer = await refresh
    assert answer.status_code == 401


async def _confirming(client: httpx.AsyncClient) -> Ask:
    enrolled = await client.post("/api/auth/mfa/enroll")
    code = await AuthenticatorApp(enrolled.json()["data"]["secret"]).next_code()
    return lambda: client.post("/api/auth/mfa/confirm", json={"code": code})


async def _replacing_codes(client: httpx.AsyncClient) -> Ask:
    await enable_mfa(client)
    return lambda: client.post("/api/auth/mfa/recovery-codes")


async def _signing_in_with_a_passkey(client: httpx.AsyncClient) -> Ask:
    user = (await client.get("/api/users/me")).json()["data"]
    await enable_mfa(client)
    authenticator, _ = await add_passkey(client)
    await begin_sign_in(client, user)
    credential = authenticator.get(await sign_in_options(client))
    return lambda: answer(client, credential)


@pytest.mark.race
@pytest.mark.parametrize("prepare", [_confirming, _replacing_codes, _signing_in_with_a_passkey])
async def test_a_change_of_credentials_waits_for_the_deletion_of_its_account(
    committing_app: FastAPI, engine: AsyncEngine, prepare: Callable[[httpx.AsyncClient], Awaitable[Ask]]
) -> None:
    async with browser(committing_app) as client:
        await sign_up_proved(client)
        ask = await prepare(client)
        async with asyncio.TaskGroup() as group:
            async with engine.begin() as connection:
                await connection.execute(text("SELECT id FROM users FOR UPDATE"))
                asked = group.create_task(ask())
                await until_a_lock_is_awaited(engine)
                await connection.execute(text("DELETE FROM users"))
            refused = await asked
    assert refused.status_code in {401, 409}, refused.text


@pytest.mark.race
async def test_a_memo_by_a_user_who_was_just_deleted_is_not_authenticated(
    committing_factory: Factory, specimen: None
) -> None:
    """A process remembers a session for a second, in which another one may have deleted it."""
    from domain.permissions import Actor
    from domain.session import NotAuthenticated

    async with committing_factory.unit_of_work() as work:
        user = await work.identity.user_repository.add(
            "a@example.com", name=None, password_hash=None, roles=[Role.MEMBER]
        )
    async with committing_factory.unit_of_work() as work:
        await work.identity.user_repository.delete(user.id)
    with pytest.raises(NotAuthenticated):
        async with committing_factory.unit_of_work(Actor(user.id)) as work:
            await memos_of(work).add("A")
