"""Roles that grant nothing until their holder has a second factor (`MFA_REQUIRED_FOR`)."""

from collections.abc import AsyncIterator
from typing import Any

import httpx2 as httpx
import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncConnection

from api.app import create_app
from core.email import Mailbox
from core.settings import Settings, SettingsError, load_settings
from domain.permissions import Role
from service.factory import Factory
from tests.conftest import HeldTransport, RolledBackDatabase, browser, opened_factory
from tests.support.api_tokens import create_token, program
from tests.support.helpers import PASSWORD, error_of, grant, refusal_of, sign_up, sign_up_proved
from tests.support.second_factors import add_passkey, begin_sign_in, enable_mfa, sign_in_options, verify
from tests.support.specimen_routes import with_memos, write_memo


@pytest.fixture
async def factory(
    settings: Settings, connection: AsyncConnection, transport: HeldTransport, mailbox: Mailbox
) -> AsyncIterator[Factory]:
    strict = settings.model_copy(update={"mfa_required_for": "admin, moderator"})
    async with opened_factory(strict, RolledBackDatabase(connection), transport, mailbox) as factory:
        yield factory


@pytest.fixture
def app(factory: Factory, specimen: None) -> FastAPI:
    return with_memos(create_app(factory.resources.settings, factory=factory))


async def signed_in_as(client: httpx.AsyncClient, factory: Factory, *roles: Role) -> dict[str, Any]:
    """Sign up a user with the roles, and return it."""
    user = await sign_up_proved(client)
    await grant(factory, user, *roles)
    return user


async def standing(client: httpx.AsyncClient) -> tuple[list[str], bool]:
    """Return which roles are withheld, and whether there are permissions."""
    user = (await client.get("/api/users/me")).json()["data"]
    return user["withheld_roles"], bool(user["permissions"])


async def test_an_admin_without_a_second_factor_signs_in_and_gets_nothing_of_the_role(
    client: httpx.AsyncClient, factory: Factory
) -> None:
    user = await signed_in_as(client, factory, Role.ADMIN)
    signed_in = await client.post("/api/auth/signin", json={"email": user["email"], "password": PASSWORD})
    renamed = await client.patch("/api/users/me", json={"name": "A"})
    for answer in (signed_in, renamed, await client.post("/api/auth/refresh"), await client.get("/api/users/me")):
        assert answer.status_code == 200
        shown = answer.json()["data"]
        assert (shown["roles"], shown["withheld_roles"], shown["permissions"]) == (["member", "admin"], ["admin"], [])
    for method, path in (
        ("GET", "/api/users"),
        ("DELETE", f"/api/users/{user['id']}"),
        ("GET", "/api/jobs"),
        ("GET", "/api/security-events"),
    ):
        assert refusal_of(await client.request(method, path)) == (403, "MFA_ENROLLMENT_REQUIRED"), path
    await write_memo(client)  # what every member may do stays


async def test_a_confirmed_app_gives_the_role_back_and_turning_it_off_takes_it_again(
    client: httpx.AsyncClient, factory: Factory
) -> None:
    await signed_in_as(client, factory, Role.ADMIN)
    assert (await client.post("/api/auth/mfa/enroll")).status_code == 200
    assert await standing(client) == (["admin"], False)
    await enable_mfa(client)
    assert await standing(client) == ([], True)
    assert (await client.get("/api/users")).status_code == 200
    assert (await client.post("/api/auth/mfa/disable")).status_code == 204
    assert refusal_of(await client.get("/api/users")) == (403, "MFA_ENROLLMENT_REQUIRED")


async def test_a_passkey_counts_and_is_asked_for_after_the_password(
    client: httpx.AsyncClient, app: FastAPI, factory: Factory
) -> None:
    user = await signed_in_as(client, factory, Role.ADMIN)
    authenticator, _ = await add_passkey(client)
    assert (await client.get("/api/users")).status_code == 200
    async with browser(app) as elsewhere:
        refused = await begin_sign_in(elsewhere, user)
        assert [detail["field"] for detail in error_of(refused)["details"]] == ["passkey"]
        credential = authenticator.get(await sign_in_options(elsewhere))
        assert (await verify(elsewhere, credential=credential)).status_code == 200
        assert (await elsewhere.get("/api/users")).status_code == 200


async def test_a_passkey_of_a_member_is_not_asked_for_after_the_password(
    client: httpx.AsyncClient, factory: Factory
) -> None:
    user = await signed_in_as(client, factory)
    await add_passkey(client)
    body = {"email": user["email"], "password": PASSWORD}
    assert (await client.post("/api/auth/signin", json=body)).status_code == 200


async def test_an_api_token_is_no_way_around_the_second_factor(
    client: httpx.AsyncClient, app: FastAPI, factory: Factory
) -> None:
    await signed_in_as(client, factory, Role.ADMIN)
    wanted = {"name": "Script", "scopes": ["read", "read:jobs"], "expires_in_days": 1}
    assert refusal_of(await client.post("/api/auth/tokens", json=wanted)) == (403, "API_TOKEN_SCOPE_NOT_HELD")
    await enable_mfa(client)
    async with program(app, (await create_token(client, "read", "read:jobs"))["token"]) as script:
        assert (await script.get("/api/jobs")).status_code == 200
        await client.post("/api/auth/mfa/disable")
        assert refusal_of(await script.get("/api/jobs")) == (403, "MFA_ENROLLMENT_REQUIRED")


async def test_an_admin_without_a_second_factor_changes_only_their_own_memos(
    client: httpx.AsyncClient, app: FastAPI, factory: Factory
) -> None:
    async with browser(app) as author:
        await sign_up(author)
        memo = await write_memo(author)
    await signed_in_as(client, factory, Role.ADMIN)
    path, change = f"/api/memos/{memo['id']}", {"title": "B"}
    assert refusal_of(await client.put(path, json=change)) == (403, "MFA_ENROLLMENT_REQUIRED")
    assert (await client.put(f"/api/memos/{(await write_memo(client))['id']}", json=change)).status_code == 200
    await enable_mfa(client)
    assert (await client.put(path, json=change)).status_code == 200


async def test_the_only_admin_stays_although_the_role_is_withheld(client: httpx.AsyncClient, factory: Factory) -> None:
    await signed_in_as(client, factory, Role.ADMIN)
    assert refusal_of(await client.delete("/api/users/me")) == (403, "LAST_ADMINISTRATOR")


@pytest.mark.parametrize("roles", ["member", "admin,member", "administrator", "admin;moderator"])
def test_a_role_that_grants_nothing_is_refused_at_start(monkeypatch: pytest.MonkeyPatch, roles: str) -> None:
    monkeypatch.setenv("MFA_REQUIRED_FOR", roles)
    with pytest.raises(SettingsError, match=r"MFA_REQUIRED_FOR: must be roles .*admin,moderator"):
        load_settings()


@pytest.mark.parametrize("roles", ["", "admin", " admin , moderator ,"])
def test_roles_are_named_one_after_the_other(monkeypatch: pytest.MonkeyPatch, roles: str) -> None:
    monkeypatch.setenv("MFA_REQUIRED_FOR", roles)
    assert load_settings().mfa_required_roles == [role.strip() for role in roles.split(",") if role.strip()]
