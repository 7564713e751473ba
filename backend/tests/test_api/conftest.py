"""Fixtures of the tests of the API."""

import shutil
from collections.abc import AsyncIterator, Iterator

import httpx2 as httpx
import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncConnection

from core.email import Mailbox
from core.settings import Settings
from service.factory import Factory
from tests.conftest import HeldTransport, RolledBackDatabase, browser
from tests.support.helpers import sign_up
from tests.support.limits import limited_app
from tests.support.resource import Resource, declarations
from tests.support.routes import ROLES, Asking
from tests.support.world import World, opened_world


@pytest.fixture(autouse=True, scope="session")
def _declarations_are_read() -> None:
    """Import the test files that declare resources before an event loop runs, which would wait for that."""
    declarations()


@pytest.fixture
async def limited(
    settings: Settings, connection: AsyncConnection, transport: HeldTransport, mailbox: Mailbox
) -> AsyncIterator[FastAPI]:
    async with limited_app(settings, RolledBackDatabase(connection), transport, mailbox) as app:
        yield app


@pytest.fixture
async def browsing(limited: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(limited) as client:
        yield client


@pytest.fixture
async def clients(app: FastAPI, factory: Factory) -> AsyncIterator[dict[str, httpx.AsyncClient]]:
    clients = {role: browser(app) for role in ROLES}
    for role, roles in ROLES.items():
        if roles is not None:
            user = await sign_up(clients[role])
            async with factory.unit_of_work() as work:
                await work.identity.user_repository.grant(user["id"], roles)
    yield clients
    for client in clients.values():
        await client.aclose()


@pytest.fixture
def ask(clients: dict[str, httpx.AsyncClient], connection: AsyncConnection) -> Asking:
    return Asking(clients, connection)


@pytest.fixture
async def world(app: FastAPI, resource: Resource) -> AsyncIterator[World]:
    async with opened_world(app, resource) as world:
        yield world


@pytest.fixture
async def committing_world(committing_app: FastAPI, resource: Resource) -> AsyncIterator[World]:
    """A world whose commits are real."""
    async with opened_world(committing_app, resource) as world:
        yield world


@pytest.fixture
def empty_store(settings: Settings) -> Iterator[None]:
    """Nothing is stored when a test begins, and what it stores is removed when it ends."""
    shutil.rmtree(settings.files_directory, ignore_errors=True)
    yield
    shutil.rmtree(settings.files_directory, ignore_errors=True)
