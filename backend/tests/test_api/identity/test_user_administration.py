"""Administrators find, change and end other people's accounts, and never more than they may."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx2 as httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from domain.identity.account import GrantsTooMuch
from domain.permissions import ROLE_PERMISSIONS, Actor, Permission, Role
from service.factory import Factory
from tests.conftest import browser
from tests.support.api_tokens import program
from tests.support.helpers import PASSWORD, app_of, every_page, grant, refusal_of, sign_up, sign_up_proved
from tests.support.resource import Access, Resource, administered
from tests.support.second_factors import FORGOT_WHO_IT_IS


@dataclass
class Office:
    """An admin and another user, both signed in."""

    admin: httpx.AsyncClient
    admin_user: dict[str, Any]
    ada: httpx.AsyncClient
    ada_user: dict[str, Any]

    @property
    def path(self) -> str:
        return f"/api/users/{self.ada_user['id']}"

    @property
    def own_path(self) -> str:
        return f"/api/users/{self.admin_user['id']}"


@pytest.fixture
async def office(app: FastAPI, factory: Factory) -> AsyncIterator[Office]:
    async with browser(app) as admin, browser(app) as ada:
        office = Office(
            admin,
            await sign_up_proved(admin, email="admin@example.com", name="Grace"),
            ada,
            await sign_up(ada, email="ada@example.com", name="Ada"),
        )
        await grant(factory, office.admin_user, Role.ADMIN)
        yield office


async def _account(client: httpx.AsyncClient) -> str:
    async with browser(app_of(client)) as other:
        return str((await sign_up(other))["id"])


RESOURCE = Resource(
    "/api/users",
    key="user_id",
    visibility=administered(Permission.READ_USERS, Permission.WRITE_USERS),
    actions=("list", "read", "replace", "change", "delete"),
    replace={"roles": ["member"], "is_active": True, "is_verified": True},
    change={"name": "A"},
    make=_account,
    sorts=("created_at", "email"),
    unique=("email",),
)

ACCESS = {
    ("GET", "/api/users.csv"): Access(Permission.READ_USERS),
    ("GET", "/api/users/{user_id}/sessions"): Access(Permission.READ_USERS),
    ("DELETE", "/api/users/{user_id}/sessions"): Access(Permission.WRITE_USERS),
    ("DELETE", "/api/users/{user_id}/sessions/{session_id}"): Access(Permission.WRITE_USERS),
    ("GET", "/api/users/{user_id}/second-factors"): Access(Permission.READ_USERS),
    ("DELETE", "/api/users/{user_id}/second-factors"): Access(Permission.WRITE_USERS),
}


async def test_accounts_are_found_by_address_name_role_and_state(office: Office) -> None:
    async def found(**params: Any) -> list[str]:
        pages = await every_page(office.admin, "/api/users", limit=1, **params)
        return [account["name"] for page in pages for account in page]

    assert await found() == ["Ada", "Grace"]
    assert await found(q="ADMIN@") == ["Grace"]
    assert await found(q="ad") == ["Ada", "Grace"]
    assert await found(q="%") == []
    assert await found(role="admin") == ["Grace"]
    assert await found(is_active=False) == []


async def test_an_account_is_changed_in_part_or_whole(office: Office) -> None:
    patched = await office.admin.patch(office.path, json={"name": "Countess", "is_verified": True})
    assert patched.status_code == 200
    assert patched.headers["ETag"] == '"2"'
    account = patched.json()["data"]
    assert (account["name"], account["is_verified"], account["roles"]) == ("Countess", True, ["member"])
    whole = {"roles": ["member", "moderator"], "is_active": True, "is_verified": False}
    replaced = (await office.admin.put(office.path, json=whole)).json()["data"]
    assert (replaced["name"], replaced["permissions"]) == (None, sorted(ROLE_PERMISSIONS[Role.MODERATOR]))
    assert (await office.admin.get(office.path)).json()["data"] == replaced


async def test_an_admin_whose_proof_is_old_changes_no_account_until_it_is_renewed(
    office: Office, connection: AsyncConnection
) -> None:
    await connection.execute(text(FORGOT_WHO_IT_IS))
    promotion = {"roles": ["member", "admin"]}
    assert refusal_of(await office.admin.patch(office.path, json=promotion)) == (403, "REAUTHENTICATION_REQUIRED")
    assert refusal_of(await office.admin.delete(office.path)) == (403, "REAUTHENTICATION_REQUIRED")
    assert (await office.admin.get(office.path)).json()["data"]["roles"] == ["member"]
    assert (await office.admin.post("/api/auth/reauthenticate", json={"password": PASSWORD})).status_code == 204
    assert (await office.admin.patch(office.path, json=promotion)).status_code == 200


async def test_an_api_token_changes_no_account(office: Office, app: FastAPI, connection: AsyncConnection) -> None:
    wanted = {"name": "Script", "scopes": ["write", "read:users"], "expires_in_days": 1}
    token = (await office.admin.post("/api/auth/tokens", json=wanted)).json()["data"]["token"]
    refused = await office.admin.post("/api/auth/tokens", json={**wanted, "scopes": ["write", "write:users"]})
    assert refusal_of(refused) == (422, "VALIDATION_FAILED")
    # Such tokens were made before the scope was taken away.
    await connection.execute(text("UPDATE api_tokens SET scopes = '{write,read:users,write:users}'"))
    async with program(app, token) as script:
        assert (await script.get(office.path)).status_code == 200
        assert (await script.patch(office.path, json={"name": "B"})).status_code == 403


@pytest.mark.parametrize(
    "body",
    [
        {"roles": []},
        {"roles": ["member", "member"]},
        {"roles": ["owner"]},
        {"email": "x@example.com"},
        {"permissions": ["write:users"]},
        {"password_hash": "x"},
        {"name": ""},
    ],
)
async def test_a_bad_change_is_refused_and_changes_nothing(office: Office, body: dict[str, Any]) -> None:
    before = (await office.admin.get(office.path)).json()
    assert (await office.admin.patch(office.path, json=body)).status_code == 422
    assert (await office.admin.get(office.path)).json() == before


async def test_a_deactivated_account_is_signed_out_everywhere_and_stays_out(office: Office, app: FastAPI) -> None:
    assert (await office.admin.patch(office.path, json={"is_active": False})).status_code == 200
    assert (await office.ada.get("/api/users/me")).status_code == 401
    assert (await office.ada.post("/api/auth/refresh")).status_code == 401
    body = {"email": "ada@example.com", "password": PASSWORD}
    assert (await office.ada.post("/api/auth/signin", json=body)).status_code == 401
    assert (await office.admin.patch(office.path, json={"is_active": True})).status_code == 200
    assert (await office.ada.get("/api/users/me")).status_code == 401
    assert (await office.ada.post("/api/auth/signin", json=body)).status_code == 200


async def test_a_deleted_account_is_gone(office: Office) -> None:
    assert (await office.admin.delete(office.path)).status_code == 204
    assert (await office.ada.get("/api/users/me")).status_code == 401
    assert refusal_of(await office.admin.get(office.path)) == (404, "USER_NOT_FOUND")
    assert refusal_of(await office.admin.delete(office.path)) == (404, "USER_NOT_FOUND")
    assert refusal_of(await office.admin.patch(office.path, json={"name": "A"})) == (404, "USER_NOT_FOUND")


async def test_administrators_see_and_end_sessions(office: Office, app: FastAPI) -> None:
    async with browser(app) as phone:
        await phone.post("/api/auth/signin", json={"email": "ada@example.com", "password": PASSWORD})
        sessions = (await office.admin.get(f"{office.path}/sessions")).json()["data"]
        assert len(sessions) == 2
        assert not any(session["is_current"] for session in sessions)
        assert (await office.admin.delete(f"{office.path}/sessions/{sessions[0]['id']}")).status_code == 204
        again = await office.admin.delete(f"{office.path}/sessions/{sessions[0]['id']}")
        assert refusal_of(again) == (404, "SESSION_NOT_FOUND")
        assert sorted([(await client.get("/api/users/me")).status_code for client in (phone, office.ada)]) == [200, 401]
        assert (await office.admin.delete(f"{office.path}/sessions")).status_code == 204
        assert [(await client.get("/api/users/me")).status_code for client in (phone, office.ada)] == [401, 401]
    assert (await office.admin.get("/api/users/me")).status_code == 200


@pytest.mark.parametrize(
    ("method", "body"),
    [
        ("PATCH", {"is_active": False}),
        ("PATCH", {"roles": ["member"]}),
        ("PUT", {"roles": ["moderator"], "is_active": True, "is_verified": True}),
        ("DELETE", None),
    ],
)
async def test_administrators_cannot_take_their_own_access(office: Office, method: str, body: Any) -> None:
    assert refusal_of(await office.admin.request(method, office.own_path, json=body)) == (403, "OWN_ACCOUNT")
    assert (await office.admin.get("/api/users")).status_code == 200
    assert (await office.admin.patch(office.own_path, json={"name": "Admiral"})).status_code == 200


async def test_an_admin_grants_and_takes_only_what_they_hold(
    office: Office, factory: Factory, monkeypatch: pytest.MonkeyPatch
) -> None:
    support = frozenset({Permission.READ_USERS, Permission.WRITE_USERS})
    monkeypatch.setitem(ROLE_PERMISSIONS, Role.MODERATOR, support)
    await grant(factory, office.ada_user, Role.MODERATOR)
    for method, body in (("PATCH", {"name": "x"}), ("PATCH", {"is_active": False}), ("DELETE", None)):
        refused = await office.ada.request(method, office.own_path, json=body)
        assert refusal_of(refused) == (403, "GRANTS_TOO_MUCH")
    assert refusal_of(await office.ada.delete(f"{office.own_path}/sessions")) == (403, "GRANTS_TOO_MUCH")
    itself = await office.ada.patch(office.path, json={"roles": ["admin"]})
    assert refusal_of(itself) == (403, "GRANTS_TOO_MUCH")
    assert (await office.admin.get(office.own_path)).json()["data"]["roles"] == ["member", "admin"]
    ada_id = UUID(office.ada_user["id"])  # a second before, she was an admin
    async with factory.unit_of_work(Actor(ada_id, permissions=frozenset(Permission))) as work:
        with pytest.raises(GrantsTooMuch):
            await work.identity.administration.update(ada_id, {"roles": (Role.ADMIN,)}, versions=None)


@pytest.mark.race
async def test_of_two_administrators_who_demote_each_other_one_is_left(
    committing_app: FastAPI, committing_factory: Factory, engine: AsyncEngine
) -> None:
    async with browser(committing_app) as one, browser(committing_app) as other:
        users = [await sign_up(one), await sign_up(other)]
        for _ in range(5):
            for user in users:
                await grant(committing_factory, user, Role.ADMIN)
            answers = await asyncio.gather(
                one.patch(f"/api/users/{users[1]['id']}", json={"roles": ["member"]}),
                other.patch(f"/api/users/{users[0]['id']}", json={"roles": ["member"]}),
            )
            assert sorted(answer.status_code for answer in answers) == [200, 403]
            async with engine.connect() as connection:
                left = await connection.execute(text("SELECT count(*) FROM users WHERE 'admin' = ANY(roles)"))
                assert left.scalar_one() == 1


async def test_every_change_is_in_the_audit_log(office: Office, connection: AsyncConnection) -> None:
    await office.admin.patch(office.path, json={"roles": ["member", "moderator"], "name": "Ada"})
    await office.admin.delete(f"{office.path}/sessions")
    await office.admin.delete(office.path)
    rows = await connection.execute(
        text("SELECT kind, actor_id::text, user_id::text, details FROM security_events ORDER BY id DESC LIMIT 3")
    )
    deleted, ended, changed = rows.all()
    assert {(row.actor_id, row.user_id) for row in (deleted, ended, changed)} == {
        (office.admin_user["id"], office.ada_user["id"])
    }
    assert (changed.kind, changed.details) == (
        "account_changed",
        {"roles": {"from": ["member"], "to": ["member", "moderator"]}},
    )
    assert (ended.kind, ended.details) == ("sessions_ended", {"sessions": 1})
    assert (deleted.kind, deleted.details) == ("account_deleted", {"email": "ada@example.com"})
