"""A sign-in at another provider, or the link to one, that meets a change which ends sessions."""

from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from api.app import create_app
from core.email import Mailbox
from core.settings import Settings
from service.factory import Factory
from tests.conftest import HeldTransport, browser, opened_factory
from tests.support.helpers import sign_up_proved
from tests.support.locks import DEACTIVATION, END_OF_SESSIONS, meet, open_sessions
from tests.support.openid_provider import Provider, configured
from tests.support.openid_sign_in import code_of, link, sign_in_at_provider

pytestmark = pytest.mark.race

UNLINKING = (
    "SELECT id FROM users FOR UPDATE",
    "DELETE FROM external_identities",
    "UPDATE sessions SET revoked_at = now()",
)


@pytest.fixture
async def app(
    settings: Settings, committing_factory: Factory, transport: HeldTransport, mailbox: Mailbox, provider: Provider
) -> AsyncIterator[FastAPI]:
    """An application that knows the provider, and whose commits are real."""
    known = settings.model_copy(update={"oidc_providers": (configured("truth", provider.issuer),)})
    async with opened_factory(known, committing_factory.resources.database, transport, mailbox) as factory:
        yield create_app(known, factory=factory)


@pytest.mark.parametrize(
    ("change", "code"),
    [(DEACTIVATION, "ACCOUNT_DEACTIVATED"), (UNLINKING, "ACCOUNT_EXISTS")],
    ids=["deactivation", "unlinking"],
)
async def test_a_sign_in_at_a_provider_waits_for_a_change_that_ends_sessions(
    app: FastAPI, engine: AsyncEngine, provider: Provider, change: tuple[str, ...], code: str
) -> None:
    async with browser(app) as owner, browser(app) as elsewhere:
        await sign_up_proved(owner, email="ada@example.com")
        await link(owner, provider)
        answer = await meet(engine, change, sign_in_at_provider(elsewhere, provider))
        assert code_of(answer) == code
        assert await open_sessions(engine) == 0


async def test_a_session_that_has_just_ended_links_no_identity(
    app: FastAPI, engine: AsyncEngine, provider: Provider
) -> None:
    async with browser(app) as client:
        await sign_up_proved(client)
        begun = await client.post("/api/auth/oidc/truth/link", json={"redirect": "/account"})
        code, state = provider.approve(begun.json()["data"]["location"])
        callback = client.get("/api/auth/oidc/truth/callback", params={"code": code, "state": state})
        answer = await meet(engine, END_OF_SESSIONS, callback)
    assert answer.headers["Location"] == "/account?error=NOT_AUTHENTICATED"
    async with engine.connect() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM external_identities"))).scalar_one() == 0


async def test_a_session_that_has_just_ended_unlinks_no_identity(
    app: FastAPI, engine: AsyncEngine, provider: Provider
) -> None:
    async with browser(app) as client:
        await sign_up_proved(client)
        await link(client, provider)
        (identity,) = (await client.get("/api/auth/identities")).json()["data"]
        unlinking = client.delete(f"/api/auth/identities/{identity['id']}")
        assert (await meet(engine, END_OF_SESSIONS, unlinking)).status_code == 401
