"""A provider that vouches for an invited address accepts the invitation, as long as it is open."""

from collections.abc import AsyncIterator

import httpx2 as httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.identity.invitation import Invitation
from domain.permissions import SYSTEM, Role
from service.factory import Factory
from tests.conftest import browser
from tests.support.openid_provider import Provider
from tests.support.openid_sign_in import code_of, sign_in


@pytest.fixture
async def client(app: FastAPI, factory: Factory) -> AsyncIterator[httpx.AsyncClient]:
    """A browser of Ada, who was invited."""
    async with factory.unit_of_work(SYSTEM) as work:
        await work.identity.invitations.invite_as_operator(
            Invitation("ada@example.com", "Ada", (Role.MEMBER, Role.ADMIN))
        )
    async with browser(app) as client:
        yield client


async def test_a_provider_that_vouches_for_the_address_accepts(
    client: httpx.AsyncClient, provider: Provider, connection: AsyncConnection
) -> None:
    await sign_in(client, provider)
    assert (await client.get("/api/users/me")).json()["data"]["roles"] == ["member", "admin"]
    left = await connection.execute(text("SELECT count(*) FROM users WHERE invited_at IS NOT NULL"))
    assert left.scalar_one() == 0


async def test_a_provider_that_does_not_vouch_gets_nothing(client: httpx.AsyncClient, provider: Provider) -> None:
    provider.user["email_verified"] = False
    assert code_of(await sign_in(client, provider)) == "EMAIL_NOT_VERIFIED_BY_PROVIDER"


async def test_an_expired_invitation_gives_its_roles_to_no_provider(
    client: httpx.AsyncClient, provider: Provider, connection: AsyncConnection
) -> None:
    await connection.execute(text("UPDATE users SET invited_at = invited_at - interval '8 days'"))
    assert code_of(await sign_in(client, provider)) == "INVITATION_EXPIRED"


async def test_a_closed_product_takes_invited_users_of_providers_alone(
    client: httpx.AsyncClient, provider: Provider, factory: Factory, monkeypatch: pytest.MonkeyPatch
) -> None:
    resources = factory.resources.identity
    monkeypatch.setattr(resources, "settings", resources.settings.model_copy(update={"signup_enabled": False}))
    await sign_in(client, provider)
    assert (await client.get("/api/users/me")).status_code == 200
    provider.user = {**provider.user, "sub": "bob", "email": "bob@example.com"}
    assert code_of(await sign_in(client, provider)) == "SIGN_UP_CLOSED"
