"""An application with rate limits, and one-line ways to run into them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import httpx2 as httpx
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from api.app import create_app
from api.state import state_of
from core import product
from core.db import Database
from core.email import Mailbox
from core.redis.attempts import KEY_PREFIX as ATTEMPTS_PREFIX
from core.redis.requests import KEY_PREFIX as REQUESTS_PREFIX
from core.settings import Settings
from core.translation import load_catalogues
from domain.language import Language
from service.factory import Factory
from tests.conftest import HeldTransport, opened_factory

# `serve` builds the application before its event loop runs. Here one runs already, where reading files is forbidden.
load_catalogues(Language)

WRONG = "wrong password"
USER = UUID(int=1)
# The tests' client connects from here; what it says of others is believed only when the settings trust it.
PROXY = "127.0.0.1/32"


@asynccontextmanager
async def limited_app(
    settings: Settings, database: Database, transport: HeldTransport, mailbox: Mailbox, **changes: object
) -> AsyncIterator[FastAPI]:
    """Yield an application with limits, which has counted nothing yet."""
    changes = {"rate_limits_enabled": True, "trusted_proxies": PROXY, **changes}
    async with opened_factory(settings.model_copy(update=changes), database, transport, mailbox) as factory:
        async for key in factory.resources.redis.scan_iter(f"{product.SLUG}:*"):
            if key.decode().startswith((ATTEMPTS_PREFIX, REQUESTS_PREFIX)):
                await factory.resources.redis.delete(key)
        yield create_app(factory.resources.settings, factory=factory)
        await factory.resources.request_counts.close()


def factory_of(app: FastAPI) -> Factory:
    return state_of(app).factory


async def sign_in(
    client: httpx.AsyncClient, email: str, password: str = WRONG, *, address: str = "203.0.113.1"
) -> httpx.Response:
    body = {"email": email, "password": password}
    return await client.post("/api/auth/signin", json=body, headers={"X-Forwarded-For": address})


async def guess(client: httpx.AsyncClient, *guesses: tuple[str, str]) -> list[int]:
    """Sign in with a wrong password to each (email, from address), and return the statuses."""
    return [(await sign_in(client, email, address=address)).status_code for email, address in guesses]


async def jobs_of(connection: AsyncConnection, task: str) -> int:
    counted = await connection.execute(text("SELECT count(*) FROM jobs WHERE task = :task"), {"task": task})
    return int(counted.scalar_one())
