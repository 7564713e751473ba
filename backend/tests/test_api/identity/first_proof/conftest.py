"""A person who signed up with the address of another person, and the person who reads its emails."""

from collections.abc import AsyncIterator, Iterator

import httpx2 as httpx
import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncConnection

from api.app import create_app
from core.email import Mailbox
from core.settings import Settings
from service.factory import Factory
from tests.conftest import HeldTransport, RolledBackDatabase, browser, opened_factory
from tests.support.first_proof import (
    OWNER,
)
from tests.support.helpers import sign_up
from tests.support.openid_provider import Provider, configured, running_provider


@pytest.fixture(scope="session")
def running() -> Iterator[Provider]:
    with running_provider() as provider:
        yield provider


@pytest.fixture
def provider(running: Provider) -> Provider:
    running.reset()
    running.user = {"sub": "mallory", "email": "mallory@example.com", "email_verified": True}
    return running


@pytest.fixture
async def factory(
    settings: Settings, connection: AsyncConnection, transport: HeldTransport, mailbox: Mailbox, provider: Provider
) -> AsyncIterator[Factory]:
    known = settings.model_copy(update={"oidc_providers": (configured("truth", provider.issuer),)})
    async with opened_factory(known, RolledBackDatabase(connection), transport, mailbox) as factory:
        yield factory


@pytest.fixture
def app(factory: Factory) -> FastAPI:
    return create_app(factory.resources.settings, factory=factory)


@pytest.fixture
async def mallory(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A browser that is signed in to an account with the address of another person."""
    async with browser(app) as mallory:
        await sign_up(mallory, email=OWNER)
        yield mallory


@pytest.fixture
async def ada(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """The browser of the person who reads the mail to that address."""
    async with browser(app) as ada:
        yield ada
