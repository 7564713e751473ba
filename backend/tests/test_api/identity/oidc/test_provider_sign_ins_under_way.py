"""A sign-in at another provider that meets a change which ends sessions."""

from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine

from api.app import create_app
from core.email import Mailbox
from core.settings import Settings
from service.factory import Factory
from tests.conftest import HeldTransport, browser, opened_factory
from tests.support.helpers import sign_up_proved
from tests.support.locks import DEACTIVATION, meet, open_sessions
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
