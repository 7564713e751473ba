"""Sessions: listing and ending them, and how long they last."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID, uuid4

import httpx2 as httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from core.email import Mailbox
from domain.session import Identity, NotAuthenticated
from service.factory import Factory
from service.identity.identity_cache import IdentityCache
from tests.conftest import browser, run_due_jobs
from tests.support.cookies import ACCESS_COOKIE, REFRESH
from tests.support.helpers import PASSWORD, app_of, error_of, sign_up, sign_up_proved
from tests.support.resource import PERSONAL, SIGNED_IN, Access, Resource
from tests.support.second_factors import FORGOT_WHO_IT_IS, add_passkey, begin_sign_in, enable_mfa, sign_in_with, verify

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"


async def _sign_in(client: httpx.AsyncClient, email: str, *, user_agent: str = FIREFOX) -> None:
    body = {"email": email, "password": PASSWORD}
    response = await client.post("/api/auth/signin", json=body, headers={"User-Agent": user_agent})
    assert response.status_code == 200, response.text


async def _sessions(client: httpx.AsyncClient) -> list[dict[str, object]]:
    response = await client.get("/api/auth/sessions")
    assert response.status_code == 200, response.text
    sessions: list[dict[str, object]] = response.json()["data"]
    return sessions


async def _elsewhere(client: httpx.AsyncClient) -> str:
    """Sign the user in to a second browser, and return the id of that session."""
    before = {session["id"] for session in await _sessions(client)}
    user = (await client.get("/api/users/me")).json()["data"]
    async with browser(app_of(client)) as other:
        await _sign_in(other, user["email"])
    (session_id,) = {session["id"] for session in await _sessions(client)} - before
    return str(session_id)


RESOURCE = Resource(
    "/api/auth/sessions",
    key="session_id",
    visibility=PERSONAL,
    actions=("list", "delete"),
    make=_elsewhere,
    versioned=False,
    paged=False,
)

ACCESS = {
    ("DELETE", "/api/auth/sessions"): Access(SIGNED_IN),
}


async def test_the_list_shows_device_address_and_when_it_was_seen(client: httpx.AsyncClient, app: FastAPI) -> None:
    user = await sign_up(client)
    async with browser(app) as phone:
        await _sign_in(phone, user["email"])
        here, elsewhere = sorted(await _sessions(phone), key=lambda session: not session["is_current"])
    assert here["user_agent"] == FIREFOX
    assert here["ip_address"] == "127.0.0.1"
    assert here["last_seen_at"]
    assert elsewhere["is_current"] is False


async def test_refreshing_says_where_a_session_was_seen_last(
    client: httpx.AsyncClient, connection: AsyncConnection
) -> None:
    await sign_up(client)
    await connection.execute(text("UPDATE sessions SET last_seen_at = last_seen_at - interval '1 hour'"))
    (before,) = await _sessions(client)
    await client.post("/api/auth/refresh", headers={"User-Agent": FIREFOX})
    (after,) = await _sessions(client)
    assert str(after["last_seen_at"]) > str(before["last_seen_at"])
    assert after["user_agent"] == FIREFOX


async def test_a_session_that_is_ended_from_elsewhere_is_signed_out_there_only(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    user = await sign_up(client)
    async with browser(app) as phone:
        await _sign_in(phone, user["email"])
        (lost,) = [session for session in await _sessions(client) if not session["is_current"]]
        assert (await client.delete(f"/api/auth/sessions/{lost['id']}")).status_code == 204
        assert (await phone.get("/api/users/me")).status_code == 401
        refused = await phone.post("/api/auth/refresh")
        assert (refused.status_code, error_of(refused)["code"]) == (401, "SESSION_REVOKED")
    assert (await client.get("/api/users/me")).status_code == 200
    again = await client.delete(f"/api/auth/sessions/{lost['id']}")
    assert (again.status_code, error_of(again)["code"]) == (404, "SESSION_NOT_FOUND")


async def test_ending_sessions_needs_a_recent_proof_and_signing_out_does_not(
    client: httpx.AsyncClient, app: FastAPI, connection: AsyncConnection
) -> None:
    user = await sign_up(client)
    async with browser(app) as phone:
        await _sign_in(phone, user["email"])
        await connection.execute(text(FORGOT_WHO_IT_IS))
        (other,) = [session for session in await _sessions(client) if not session["is_current"]]
        for path in ("/api/auth/sessions", f"/api/auth/sessions/{other['id']}"):
            refused = await client.delete(path)
            assert (refused.status_code, error_of(refused)["code"]) == (403, "REAUTHENTICATION_REQUIRED")
        assert (await client.post("/api/auth/signout")).status_code == 204
        assert (await phone.get("/api/users/me")).status_code == 200


async def test_signing_out_everywhere_else_keeps_this_session(client: httpx.AsyncClient, app: FastAPI) -> None:
    user = await sign_up(client)
    async with browser(app) as phone, browser(app) as tablet:
        await _sign_in(phone, user["email"])
        await _sign_in(tablet, user["email"])
        assert (await client.delete("/api/auth/sessions")).status_code == 204
        assert (await phone.get("/api/users/me")).status_code == 401
        assert (await tablet.post("/api/auth/refresh")).status_code == 401
    assert len(await _sessions(client)) == 1


async def _by_password(client: httpx.AsyncClient, user: dict[str, Any]) -> httpx.Response:
    return await client.post("/api/auth/signin", json={"email": user["email"], "password": PASSWORD})


async def _by_sign_up(client: httpx.AsyncClient, _: dict[str, Any]) -> httpx.Response:
    return await client.post("/api/auth/signup", json={"email": "new@example.com", "password": PASSWORD})


async def _by_code(client: httpx.AsyncClient, user: dict[str, Any]) -> httpx.Response:
    app, _ = await enable_mfa(client)
    await begin_sign_in(client, user)
    assert (await client.get("/api/users/me")).status_code == 200  # the sign-in has only begun
    return await verify(client, code=await app.next_code())


async def _by_passkey(client: httpx.AsyncClient, _: dict[str, Any]) -> httpx.Response:
    authenticator, _ = await add_passkey(client)
    return await sign_in_with(client, authenticator)


async def _refresh_with(app: FastAPI, token: str) -> int:
    async with browser(app) as thief:
        thief.cookies.set(REFRESH, token)
        return (await thief.post("/api/auth/refresh")).status_code


@pytest.mark.parametrize("sign_in", [_by_password, _by_sign_up, _by_code, _by_passkey])
async def test_a_sign_in_ends_the_session_that_the_browser_held(
    client: httpx.AsyncClient,
    app: FastAPI,
    sign_in: Callable[[httpx.AsyncClient, dict[str, Any]], Awaitable[httpx.Response]],
) -> None:
    user = await sign_up_proved(client)
    access, refresh = client.cookies[ACCESS_COOKIE], client.cookies[REFRESH]
    assert (await sign_in(client, user)).status_code in (200, 201)
    assert (await client.get("/api/users/me")).status_code == 200
    assert len(await _sessions(client)) == 1
    async with browser(app) as thief:
        thief.cookies.set(ACCESS_COOKIE, access)
        assert (await thief.get("/api/users/me")).status_code == 401
    assert await _refresh_with(app, refresh) == 401


async def test_another_users_session_in_the_browser_ends_and_no_other_device_does(
    client: httpx.AsyncClient, app: FastAPI, factory: Factory, connection: AsyncConnection, mailbox: Mailbox
) -> None:
    before = await sign_up(client)
    held = client.cookies[REFRESH]
    async with browser(app) as phone_before, browser(app) as phone_after:
        await _sign_in(phone_before, before["email"])
        after = await sign_up(phone_after)
        await run_due_jobs(factory)
        mails = len(await mailbox.newest_first())
        await _sign_in(client, after["email"])
        assert await _refresh_with(app, held) == 401
        for phone in (phone_before, phone_after):
            assert (await phone.post("/api/auth/refresh")).status_code == 200
    await run_due_jobs(factory)
    assert len(await mailbox.newest_first()) == mails
    audited = text("SELECT user_id, details FROM security_events WHERE kind = 'signed_out'")
    (event,) = (await connection.execute(audited)).all()
    assert (str(event.user_id), list(event.details)) == (before["id"], ["replaced_session"])


async def test_a_thief_who_refreshed_first_is_out_when_the_owner_signs_in_again(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    user = await sign_up(client)
    async with browser(app) as thief:
        thief.cookies.update(client.cookies)
        assert (await thief.post("/api/auth/refresh")).status_code == 200
        await _sign_in(client, user["email"])
        assert (await thief.post("/api/auth/refresh")).status_code == 401


async def test_a_token_for_programs_replaces_no_session_of_the_browser(client: httpx.AsyncClient) -> None:
    user = await sign_up(client)
    form = {"username": user["email"], "password": PASSWORD}
    assert (await client.post("/api/auth/token", data=form)).status_code == 200
    assert (await client.post("/api/auth/refresh")).status_code == 200


async def test_a_refused_sign_in_ends_no_session(client: httpx.AsyncClient) -> None:
    user = await sign_up(client)
    wrong = {"email": user["email"], "password": "a wrong password"}
    assert (await client.post("/api/auth/signin", json=wrong)).status_code == 401
    assert (await client.post("/api/auth/refresh")).status_code == 200


async def test_a_session_that_is_not_used_ends(client: httpx.AsyncClient, connection: AsyncConnection) -> None:
    await sign_up(client)
    await connection.execute(text("UPDATE sessions SET expires_at = expires_at - interval '30 days 1 second'"))
    assert (await client.get("/api/users/me")).status_code == 401
    assert (await client.post("/api/auth/refresh")).status_code == 401


async def test_a_session_ends_however_much_it_is_used(client: httpx.AsyncClient, connection: AsyncConnection) -> None:
    await sign_up(client)
    await connection.execute(text("UPDATE sessions SET created_at = created_at - interval '89 days'"))
    await client.post("/api/auth/refresh")
    left = await connection.execute(text("SELECT expires_at - created_at = interval '90 days' FROM sessions"))
    assert left.scalar_one() is True


async def test_a_proof_of_identity_is_asked_for_again_and_grows_old(
    client: httpx.AsyncClient, factory: Factory, connection: AsyncConnection
) -> None:
    await sign_up(client)
    assert (await _identity(client, factory)).is_recently_authenticated
    await connection.execute(text("UPDATE sessions SET authenticated_at = authenticated_at - interval '11 minutes'"))
    assert not (await _identity(client, factory)).is_recently_authenticated
    wrong = await client.post("/api/auth/reauthenticate", json={"password": "wrong password"})
    assert (wrong.status_code, error_of(wrong)["code"]) == (400, "WRONG_PASSWORD")
    assert not (await _identity(client, factory)).is_recently_authenticated
    assert (await client.post("/api/auth/reauthenticate", json={"password": PASSWORD})).status_code == 204
    assert (await _identity(client, factory)).is_recently_authenticated


async def test_what_happens_to_an_account_is_in_the_audit_log_although_it_was_refused(
    client: httpx.AsyncClient, connection: AsyncConnection
) -> None:
    user = await sign_up(client)
    headers = {"User-Agent": FIREFOX}
    wrong = {"email": user["email"], "password": "wrong password"}
    assert (await client.post("/api/auth/signin", json=wrong, headers=headers)).status_code == 401
    await client.delete("/api/auth/sessions")
    rows = await connection.execute(
        text("SELECT kind, user_id, ip_address, user_agent FROM security_events ORDER BY id")
    )
    signed_up, failed, revoked = rows.all()
    assert [signed_up.kind, failed.kind, revoked.kind] == ["signed_up", "sign_in_failed", "other_sessions_revoked"]
    assert {row.user_id for row in (signed_up, failed, revoked)} == {UUID(user["id"])}
    assert (failed.ip_address, failed.user_agent) == ("127.0.0.1", FIREFOX)


async def test_requests_that_come_together_are_recognised_by_one_question(factory: Factory) -> None:
    asked = []

    async def load(token: str) -> Identity:
        asked.append(token)
        await asyncio.sleep(0.01)
        if token == "bad":
            raise NotAuthenticated
        return identity

    async with factory.unit_of_work() as work:
        signed_in = await work.auth.sign_up("ada@example.com", password=PASSWORD, name=None)
        assert signed_in is not None
        identity = await work.identity.sessions.authenticate(signed_in.tokens.access_token)
    snapshots = IdentityCache(load, max_age=0.2)
    async with asyncio.TaskGroup() as group:
        found = [group.create_task(snapshots.get("good")) for _ in range(20)]
    assert {task.result() for task in found} == {identity}
    assert asked == ["good"]
    await asyncio.sleep(0.2)
    await snapshots.get("good")
    assert asked == ["good"] * 2
    snapshots.forget_user(signed_in.user.id)
    await snapshots.get("good")
    assert asked == ["good"] * 3
    for _ in range(2):
        with pytest.raises(NotAuthenticated):
            await snapshots.get("bad")
    assert asked[3:] == ["bad"] * 2


@pytest.mark.parametrize("moment", range(6))
async def test_forgetting_a_user_is_no_matter_of_what_became_of_strangers_look_ups(moment: int) -> None:
    async def load(token: str) -> Identity:
        if token == "cancelled":
            raise asyncio.CancelledError
        raise NotAuthenticated

    snapshots = IdentityCache(load, max_age=1)
    asking = [asyncio.create_task(snapshots.get(token)) for token in ("refused", "cancelled")]
    for _ in range(moment):  # steps of the event loop: before the look-up, just after it failed, after it was dropped
        await asyncio.sleep(0)
    snapshots.forget_user(uuid4())
    results = await asyncio.gather(*asking, return_exceptions=True)
    assert [type(result) for result in results] == [NotAuthenticated, asyncio.CancelledError]


async def _identity(client: httpx.AsyncClient, factory: Factory) -> Identity:
    return await factory.identities.get(client.cookies[ACCESS_COOKIE])
