"""Providers on loopback, and an application that knows them."""

import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator

import httpx2 as httpx
import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncConnection

from api.app import create_app
from core.email import Mailbox
from core.settings import Settings, child_environment
from service.factory import Factory
from tests.conftest import HeldTransport, RolledBackDatabase, opened_factory
from tests.support.openid_provider import (
    Provider,
    configured,
    running_provider,
)
from tests.support.openid_sign_in import ADA
from tests.support.ports import free_port


@pytest.fixture(scope="session")
def running() -> Iterator[tuple[Provider, Provider]]:
    with running_provider() as one, running_provider() as other:
        yield one, other


@pytest.fixture
def provider(running: tuple[Provider, Provider]) -> Provider:
    """A provider that tells the truth about Ada until it is told otherwise."""
    provider, _ = running
    provider.reset()
    provider.user = dict(ADA)
    return provider


@pytest.fixture
def other_provider(running: tuple[Provider, Provider]) -> Provider:
    _, provider = running
    provider.reset()
    provider.user = {**ADA, "sub": "ada-elsewhere"}
    return provider


@pytest.fixture(scope="session")
def real_provider() -> Iterator[str]:
    """A provider that others wrote, as a process of its own; the address is its issuer."""
    port = free_port()
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port)]
    process = subprocess.Popen(command, env=child_environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    issuer = f"http://localhost:{port}"
    try:
        _wait_for(f"{issuer}/.well-known/openid-configuration")
        yield issuer
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(address: str) -> None:
    for _ in range(300):
        try:
            httpx.get(address).raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"{address} does not answer")


@pytest.fixture
async def factory(
    settings: Settings,
    connection: AsyncConnection,
    transport: HeldTransport,
    mailbox: Mailbox,
    provider: Provider,
    other_provider: Provider,
    real_provider: str,
) -> AsyncIterator[Factory]:
    providers = (
        configured("truth", provider.issuer),
        configured("other", other_provider.issuer),
        configured("real", real_provider),
    )
    known = settings.model_copy(update={"oidc_providers": providers})
    async with opened_factory(known, RolledBackDatabase(connection), transport, mailbox) as factory:
        yield factory


@pytest.fixture
def app(factory: Factory) -> FastAPI:
    return create_app(factory.resources.settings, factory=factory)
