"""An admin invites, the invited user accepts, and an open invitation is of no use to others."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx2 as httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from api.app import create_app
from api.state import state_of
from core import product
from core.email import Mailbox
from core.settings import Settings
from domain.identity.one_time_token import TokenPurpose
from domain.permissions import ROLE_PERMISSIONS, SYSTEM, Permission, Role
from domain.tasks import CleanUp
from service.factory import Factory
from tests.conftest import HeldTransport, RolledBackDatabase, browser, opened_factory, run_due_jobs
from tests.support.emails import Emails
from tests.support.helpers import PASSWORD, grant, refusal_of, sign_up, sign_up_proved
from tests.support.limits import limited_app
from tests.support.resource import PUBLIC, Access
from tests.support.second_factors import FORGOT_WHO_IT_IS

ADA = "ada@example.com"
EXPIRE = "UPDATE users SET invited_at = invited_at - interval '8 days' WHERE invited_at IS NOT NULL"
EXPIRE_LINKS = "UPDATE one_time_tokens SET expires_at = expires_at - interval '8 days'"

ACCESS = {
    ("POST", "/api/users"): Access(Permission.WRITE_USERS, body={"email": "new.user@example.com"}),
    ("POST", "/api/users/{user_id}/invitation"): Access(Permission.WRITE_USERS),
    ("DELETE", "/api/users/{user_id}/invitation"): Access(Permission.WRITE_USERS),
    ("POST", "/api/auth/invitation"): Access(PUBLIC, body={"token": "x"}),
    ("POST", "/api/auth/accept-invitation"): Access(PUBLIC, body={"token": "x", "password": PASSWORD}),
    ("GET", "/api/auth/signup"): Access(PUBLIC),
}


@dataclass
class Office:
    """A signed-in admin, and a browser of the invited user."""

    admin: httpx.AsyncClient
    ada: httpx.AsyncClient
    emails: Emails

    async def invite(self, email: str = ADA, **fields: Any) -> dict[str, Any]:
        response = await self.admin.post("/api/users", json={"email": email, **fields})
        assert response.status_code == 201, response.text
        account: dict[str, Any] = response.json()["data"]
        return account

    async def token(self) -> str:
        return await self.emails.token(ADA, TokenPurpose.INVITATION)

    async def accept(self, token: str) -> httpx.Response:
        return await self.ada.post("/api/auth/accept-invitation", json={"token": token, "password": PASSWORD})


@pytest.fixture
async def office(app: FastAPI, factory: Factory, emails: Emails) -> AsyncIterator[Office]:
    async with browser(app) as admin, browser(app) as ada:
        await grant(factory, await sign_up_proved(admin, email="admin@example.com"), Role.ADMIN)
        yield Office(admin, ada, emails)


async def test_an_invited_user_sets_a_password_and_is_signed_in_with_a_proved_address(office: Office) -> None:
    account = await office.invite("Ada@Example.com", name="Ada", roles=["member", "moderator"], language="de")
    assert (account["email"], account["is_verified"], account["roles"]) == (ADA, False, ["member", "moderator"])
    assert account["invitation_expires_at"]
    assert await office.emails.subjects_to(ADA) == {f"Du bist zu {product.NAME} eingeladen"}
    token = await office.token()
    shown = (await office.ada.post("/api/auth/invitation", json={"token": token})).json()["data"]
    assert (shown["email"], shown["name"]) == (ADA, "Ada")
    accepted = await office.accept(token)
    assert accepted.status_code == 200
    user = (await office.ada.get("/api/users/me")).json()["data"]
    assert (user["is_verified"], user["roles"]) == (True, ["member", "moderator"])
    seen = (await office.admin.get(f"/api/users/{account['id']}")).json()["data"]
    assert seen["invitation_expires_at"] is None
    assert (await office.ada.post("/api/auth/signin", json={"email": ADA, "password": PASSWORD})).status_code == 200


async def test_a_link_works_once_and_only_for_its_purpose(office: Office) -> None:
    await office.invite()
    token = await office.token()
    for path, body in (("reset-password", {"password": PASSWORD}), ("verify-email", {})):
        refused = await office.ada.post(f"/api/auth/{path}", json={"token": token, **body})
        assert refusal_of(refused) == (400, "INVALID_LINK")
    assert (await office.accept(token)).status_code == 200
    assert refusal_of(await office.accept(token)) == (400, "INVALID_LINK")
    assert refusal_of(await office.ada.post("/api/auth/invitation", json={"token": token})) == (400, "INVALID_LINK")


async def test_a_common_password_is_refused_and_the_link_stays_good(office: Office) -> None:
    await office.invite()
    token = await office.token()
    body = {"token": token, "password": "password123"}
    assert refusal_of(await office.ada.post("/api/auth/accept-invitation", json=body)) == (400, "PASSWORD_TOO_COMMON")
    assert (await office.accept(token)).status_code == 200


async def test_an_address_with_an_account_is_refused_at_its_field(office: Office) -> None:
    await sign_up(office.ada, email=ADA)
    refused = await office.admin.post("/api/users", json={"email": "ADA@example.com"})
    assert refusal_of(refused) == (409, "EMAIL_HAS_ACCOUNT")
    assert [detail["field"] for detail in refused.json()["error"]["details"]] == ["email"]


async def test_a_request_repeated_with_its_key_invites_once(office: Office) -> None:
    headers = {"Idempotency-Key": "invite-ada"}
    first, second = [await office.admin.post("/api/users", json={"email": ADA}, headers=headers) for _ in range(2)]
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert first.headers["Location"] == f"/api/users/{first.json()['data']['id']}"
    assert len(await office.emails.tokens(ADA, TokenPurpose.INVITATION)) == 1


async def test_no_admin_grants_more_than_they_hold(
    office: Office, connection: AsyncConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk = frozenset({Permission.READ_USERS, Permission.WRITE_USERS})
    monkeypatch.setitem(ROLE_PERMISSIONS, Role.MODERATOR, clerk)
    account = await office.invite(roles=["member", "admin"])
    await connection.execute(text("UPDATE users SET roles = '{member,moderator}' WHERE email = 'admin@example.com'"))
    await office.admin.post("/api/auth/signin", json={"email": "admin@example.com", "password": PASSWORD})
    refused = await office.admin.post("/api/users", json={"email": "b@example.com", "roles": ["admin"]})
    assert refusal_of(refused) == (403, "GRANTS_TOO_MUCH")
    for method in ("POST", "DELETE"):
        refused = await office.admin.request(method, f"/api/users/{account['id']}/invitation")
        assert refusal_of(refused) == (403, "GRANTS_TOO_MUCH")
    assert (await office.admin.post("/api/users", json={"email": "c@example.com"})).status_code == 201


async def test_an_admin_who_was_demoted_a_moment_ago_invites_no_more(
    office: Office, connection: AsyncConnection
) -> None:
    await connection.execute(text("UPDATE users SET roles = '{member}'"))
    assert refusal_of(await office.admin.post("/api/users", json={"email": ADA})) == (403, "PERMISSION_DENIED")


async def test_an_invitation_needs_a_recent_proof(office: Office, connection: AsyncConnection) -> None:
    await connection.execute(text(FORGOT_WHO_IT_IS))
    assert refusal_of(await office.admin.post("/api/users", json={"email": ADA})) == (403, "REAUTHENTICATION_REQUIRED")


async def test_an_open_invitation_is_listed_sent_again_and_withdrawn(office: Office) -> None:
    account = await office.invite()

    async def invited() -> list[str]:
        found = await office.admin.get("/api/users", params={"is_invited": True})
        return [user["email"] for user in found.json()["data"]]

    path = f"/api/users/{account['id']}/invitation"
    assert await invited() == [ADA]
    first = await office.token()
    assert (await office.admin.post(path)).status_code == 200
    second = await office.token()
    assert refusal_of(await office.accept(first)) == (400, "INVALID_LINK")
    assert (await office.admin.delete(path)).status_code == 204
    assert await invited() == []
    assert refusal_of(await office.accept(second)) == (400, "INVALID_LINK")
    assert refusal_of(await office.admin.delete(path)) == (404, "USER_NOT_FOUND")


async def test_an_accepted_account_is_neither_invited_again_nor_withdrawn(office: Office) -> None:
    account = await office.invite()
    await office.accept(await office.token())
    for method in ("POST", "DELETE"):
        refused = await office.admin.request(method, f"/api/users/{account['id']}/invitation")
        assert refusal_of(refused) == (409, "NOT_INVITED")


async def test_every_step_is_in_the_audit_log(office: Office, connection: AsyncConnection) -> None:
    account = await office.invite()
    await office.admin.post(f"/api/users/{account['id']}/invitation")
    await office.accept(await office.token())
    other = await office.invite("bob@example.com")
    await office.admin.delete(f"/api/users/{other['id']}/invitation")
    kinds = await connection.execute(text("SELECT kind FROM security_events WHERE kind LIKE '%invit%' ORDER BY kind"))
    assert list(kinds.scalars()) == [
        "invitation_accepted",
        "invitation_resent",
        "invitation_withdrawn",
        "user_invited",
        "user_invited",
    ]


async def test_an_expired_invitation_opens_nothing_until_it_is_sent_again(
    office: Office, connection: AsyncConnection
) -> None:
    account = await office.invite(roles=["member", "admin"])
    token = await office.token()
    for statement in (EXPIRE, EXPIRE_LINKS):
        await connection.execute(text(statement))
    assert refusal_of(await office.accept(token)) == (400, "INVALID_LINK")
    await office.ada.post("/api/auth/forgot-password", json={"email": ADA})
    assert await office.emails.tokens(ADA, TokenPurpose.RESET_PASSWORD) == []
    await office.admin.post(f"/api/users/{account['id']}/invitation")
    assert (await office.accept(await office.token())).status_code == 200


async def test_before_it_is_accepted_an_account_cannot_sign_in_and_a_sign_up_does_not_get_it(office: Office) -> None:
    await office.invite(roles=["member", "admin"])
    entered = await office.ada.post("/api/auth/signin", json={"email": ADA, "password": PASSWORD})
    assert refusal_of(entered) == (401, "INVALID_CREDENTIALS")
    refused = await office.ada.post("/api/auth/signup", json={"email": ADA, "password": PASSWORD})
    assert refusal_of(refused) == (400, "USER_ALREADY_EXISTS")


async def test_a_password_reset_accepts_the_invitation_and_ends_its_link(office: Office) -> None:
    account = await office.invite()
    invitation = await office.token()
    await office.ada.post("/api/auth/forgot-password", json={"email": ADA})
    token = await office.emails.token(ADA, TokenPurpose.RESET_PASSWORD)
    body = {"token": token, "password": PASSWORD}
    assert (await office.ada.post("/api/auth/reset-password", json=body)).status_code == 204
    assert refusal_of(await office.accept(invitation)) == (400, "INVALID_LINK")
    seen = (await office.admin.get(f"/api/users/{account['id']}")).json()["data"]
    assert (seen["is_verified"], seen["invitation_expires_at"]) == (True, None)


async def test_a_deactivated_account_is_not_accepted(office: Office) -> None:
    account = await office.invite()
    token = await office.token()
    await office.admin.patch(f"/api/users/{account['id']}", json={"is_active": False})
    assert refusal_of(await office.accept(token)) == (400, "INVALID_LINK")
    path = f"/api/users/{account['id']}/invitation"
    assert refusal_of(await office.admin.post(path)) == (409, "NOT_INVITED")  # no email would be sent
    assert (await office.admin.delete(path)).status_code == 204


async def test_an_admin_who_has_not_accepted_is_no_other_admin(office: Office) -> None:
    await office.invite(roles=["member", "admin"])
    assert refusal_of(await office.admin.delete("/api/users/me")) == (403, "LAST_ADMINISTRATOR")
    await office.accept(await office.token())
    assert (await office.admin.delete("/api/users/me")).status_code == 204


async def test_old_invitations_are_deleted_at_night_and_those_sent_again_are_not(
    office: Office, factory: Factory, connection: AsyncConnection
) -> None:
    await office.invite(roles=["member", "admin"])
    again = await office.invite("bob@example.com")
    old = "created_at = created_at - interval '31 days', invited_at = invited_at - interval '31 days'"
    await connection.execute(text(f"UPDATE users SET {old} WHERE invited_at IS NOT NULL"))
    await office.admin.post(f"/api/users/{again['id']}/invitation")
    async with factory.unit_of_work(SYSTEM) as work:
        work.outbox.enqueue(CleanUp())
    await run_due_jobs(factory)
    left = await connection.execute(text("SELECT email FROM users ORDER BY email"))
    assert list(left.scalars()) == ["admin@example.com", "bob@example.com"]


async def test_one_address_gets_few_invitations_an_hour(
    settings: Settings, connection: AsyncConnection, transport: HeldTransport, mailbox: Mailbox
) -> None:
    async with limited_app(settings, RolledBackDatabase(connection), transport, mailbox) as app, browser(app) as admin:
        await grant(state_of(app).factory, await sign_up_proved(admin), Role.ADMIN)
        account = (await admin.post("/api/users", json={"email": ADA})).json()["data"]
        answers = [await admin.post(f"/api/users/{account['id']}/invitation") for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]


async def test_a_closed_product_gets_users_by_invitation_alone(
    settings: Settings, connection: AsyncConnection, transport: HeldTransport, mailbox: Mailbox
) -> None:
    closed = settings.model_copy(update={"signup_enabled": False})
    async with (
        opened_factory(closed, RolledBackDatabase(connection), transport, mailbox) as factory,
        browser(create_app(closed, factory=factory)) as client,
    ):
        assert (await client.get("/api/auth/signup")).json()["data"] == {"is_open": False}
        refused = await client.post("/api/auth/signup", json={"email": ADA, "password": PASSWORD})
        assert refusal_of(refused) == (403, "SIGN_UP_CLOSED")


@pytest.mark.race
async def test_of_twenty_acceptances_at_once_one_succeeds(committing_app: FastAPI, engine: AsyncEngine) -> None:
    factory = state_of(committing_app).factory
    async with browser(committing_app) as admin:
        await grant(factory, await sign_up_proved(admin), Role.ADMIN)
        await admin.post("/api/users", json={"email": ADA})
        async with engine.connect() as connection:
            token_id = (
                await connection.execute(text("SELECT id FROM one_time_tokens WHERE purpose = 'invitation'"))
            ).scalar_one()
        body = {"token": factory.resources.identity.one_time_secrets.text_of(token_id), "password": PASSWORD}

        async def accept() -> int:
            async with browser(committing_app) as ada:
                return (await ada.post("/api/auth/accept-invitation", json=body)).status_code

        async with asyncio.TaskGroup() as group:
            attempts = [group.create_task(accept()) for _ in range(20)]
    assert sorted(attempt.result() for attempt in attempts) == [200] + [400] * 19
