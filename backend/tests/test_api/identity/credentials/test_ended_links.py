"""Which events end which emailed links: the table in docs/decisions/0016."""

from collections.abc import Awaitable, Callable
from uuid import UUID, uuid4

import httpx2 as httpx
import pytest
from fastapi import FastAPI

from domain.identity.one_time_token import LIFETIMES, OneTimeToken, TokenPurpose
from domain.permissions import SYSTEM, Role
from repository.identity.one_time_token_repository import OneTimeTokenRepository
from service.factory import Factory
from service.security import hash_token
from tests.conftest import browser
from tests.support.credentials import change, sign_in
from tests.support.emails import Emails
from tests.support.helpers import PASSWORD, error_of, grant, sign_up_proved

OWNER, ADMIN, THIEF = "ada@example.com", "admin@example.com", "thief@example.com"


async def _sign_out(owner: httpx.AsyncClient, _: httpx.AsyncClient, __: str) -> httpx.Response:
    return await owner.post("/api/auth/signout")


async def _replace_session(owner: httpx.AsyncClient, _: httpx.AsyncClient, __: str) -> httpx.Response:
    return await sign_in(owner, OWNER)


async def _end_others(owner: httpx.AsyncClient, _: httpx.AsyncClient, __: str) -> httpx.Response:
    return await owner.delete("/api/auth/sessions")


async def _end_one(owner: httpx.AsyncClient, _: httpx.AsyncClient, __: str) -> httpx.Response:
    sessions = (await owner.get("/api/auth/sessions")).json()["data"]
    (other,) = (session for session in sessions if not session["is_current"])
    return await owner.delete(f"/api/auth/sessions/{other['id']}")


async def _end_one_as_admin(owner: httpx.AsyncClient, admin: httpx.AsyncClient, user_id: str) -> httpx.Response:
    session = (await owner.get("/api/auth/sessions")).json()["data"][0]
    return await admin.delete(f"/api/users/{user_id}/sessions/{session['id']}")


async def _end_all_as_admin(_: httpx.AsyncClient, admin: httpx.AsyncClient, user_id: str) -> httpx.Response:
    return await admin.delete(f"/api/users/{user_id}/sessions")


async def _deactivate_and_activate(_: httpx.AsyncClient, admin: httpx.AsyncClient, user_id: str) -> httpx.Response:
    await admin.patch(f"/api/users/{user_id}", json={"is_active": False})
    return await admin.patch(f"/api/users/{user_id}", json={"is_active": True})


async def _change_password(owner: httpx.AsyncClient, _: httpx.AsyncClient, __: str) -> httpx.Response:
    return await change(owner)


async def _rename(owner: httpx.AsyncClient, _: httpx.AsyncClient, __: str) -> httpx.Response:
    return await owner.patch("/api/users/me", json={"name": "Ada"})


Event = Callable[[httpx.AsyncClient, httpx.AsyncClient, str], Awaitable[httpx.Response]]
CHANGE = {TokenPurpose.CHANGE_EMAIL}
ENDED_BY: dict[str, tuple[Event, set[TokenPurpose]]] = {
    "a sign-out": (_sign_out, set()),
    "a sign-in in the same browser": (_replace_session, set()),
    "another profile": (_rename, set()),
    "the end of the other sessions": (_end_others, CHANGE),
    "the end of one session": (_end_one, CHANGE),
    "the end of one session by an admin": (_end_one_as_admin, CHANGE),
    "the end of all sessions by an admin": (_end_all_as_admin, CHANGE),
    "deactivation": (_deactivate_and_activate, CHANGE),
    "another password": (_change_password, {*CHANGE, TokenPurpose.RESET_PASSWORD}),
}


@pytest.mark.parametrize(("event", "ended"), ENDED_BY.values(), ids=ENDED_BY)
async def test_an_event_ends_the_links_of_the_table_and_no_others(
    client: httpx.AsyncClient, app: FastAPI, factory: Factory, event: Event, ended: set[TokenPurpose]
) -> None:
    user = await sign_up_proved(client, email=OWNER)
    async with browser(app) as elsewhere, browser(app) as admin:
        await sign_in(elsewhere, OWNER)
        await grant(factory, await sign_up_proved(admin, email=ADMIN), Role.ADMIN)
        await _issue_all(factory, UUID(user["id"]))
        answer = await event(client, admin, user["id"])
    assert answer.is_success, answer.text
    assert await _good(factory) == set(TokenPurpose) - ended


@pytest.mark.parametrize("end", [_end_others, _end_all_as_admin, _deactivate_and_activate])
async def test_a_change_of_address_by_a_thief_ends_with_the_sessions(
    client: httpx.AsyncClient, app: FastAPI, factory: Factory, emails: Emails, end: Event
) -> None:
    user = await sign_up_proved(client, email=OWNER)
    async with browser(app) as thief, browser(app) as admin:
        await grant(factory, await sign_up_proved(admin, email=ADMIN), Role.ADMIN)
        await sign_in(thief, OWNER)
        assert (await thief.post("/api/auth/change-email", json={"email": THIEF})).status_code == 202
        token = await emails.token(THIEF, TokenPurpose.CHANGE_EMAIL)
        assert (await end(client, admin, user["id"])).is_success
        thief.cookies.clear()
        confirmed = await thief.post("/api/auth/confirm-email-change", json={"token": token, "only_as_holder": False})
        assert (confirmed.status_code, error_of(confirmed)["code"]) == (400, "INVALID_LINK")
        assert (await sign_in(thief, OWNER, PASSWORD)).status_code == 200


async def _issue_all(factory: Factory, user_id: UUID) -> None:
    """Store a token for each purpose; its text is the name of the purpose."""
    async with factory.unit_of_work(SYSTEM) as work:
        tokens = OneTimeTokenRepository(work.connection)
        for purpose in TokenPurpose:
            token = OneTimeToken(uuid4(), user_id, purpose, OWNER)
            await tokens.put(token, token_hash=hash_token(purpose), lifetime=LIFETIMES[purpose])


async def _good(factory: Factory) -> set[TokenPurpose]:
    async with factory.unit_of_work(SYSTEM) as work:
        tokens = OneTimeTokenRepository(work.connection)
        return {purpose for purpose in TokenPurpose if await tokens.find(hash_token(purpose), purpose)}
