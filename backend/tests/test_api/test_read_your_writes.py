"""When a replica may answer: never a caller who has written, or may have, within the replica's possible delay."""

from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any, cast
from unittest.mock import patch

import httpx2 as httpx
import pytest
from fastapi import FastAPI, Request
from sqlalchemy.ext.asyncio import AsyncConnection

from api.app import create_app
from api.middleware.read_your_writes import ReadYourWrites
from core.email import Mailbox
from core.settings import Settings
from domain.session import Identity
from service.factory import Factory
from tests.conftest import HeldTransport, RolledBackDatabase, browser, opened_factory
from tests.support.cookies import ACCESS_COOKIE, WROTE
from tests.support.helpers import sign_up
from tests.support.specimen import MemoRepository
from tests.support.specimen_routes import with_memos, write_memo

NOWHERE = "postgresql+asyncpg://nobody@127.0.0.1:1/none"
MAX_LAG_SECONDS = 3
PERSON = cast("Identity", SimpleNamespace(may_write=True))
READER = cast("Identity", SimpleNamespace(may_write=False))


@pytest.fixture
async def factory(
    settings: Settings, connection: AsyncConnection, transport: HeldTransport, mailbox: Mailbox
) -> AsyncIterator[Factory]:
    """A factory whose replica is away."""
    changes = {"database_replica_url": NOWHERE, "database_replica_max_lag_seconds": MAX_LAG_SECONDS}
    with_replica = settings.model_copy(update=changes)
    async with opened_factory(with_replica, RolledBackDatabase(connection), transport, mailbox) as factory:
        yield factory


@pytest.fixture
def app(factory: Factory, specimen: None) -> FastAPI:
    return with_memos(create_app(factory.resources.settings, factory=factory))


def _marks(response: httpx.Response) -> list[str]:
    return [cookie for cookie in response.headers.get_list("set-cookie") if "wrote" in cookie]


async def test_every_answer_to_a_request_that_may_write_marks_the_browser(client: httpx.AsyncClient) -> None:
    mark = f"{WROTE}=1; HttpOnly; Max-Age={MAX_LAG_SECONDS + 1}; Path=/; SameSite=lax"
    assert _marks(await client.post("/api/memos", json={})) == [mark]
    await sign_up(client)
    assert _marks(await client.post("/api/memos", json={"title": "A title"})) == [mark]
    assert _marks(await client.delete("/api/nowhere")) == [mark]
    assert _marks(await client.get("/api/memos")) == []
    with patch.object(MemoRepository, "add", side_effect=RuntimeError):
        failed = await client.post("/api/memos", json={"title": "A title"})
    assert (failed.status_code, _marks(failed)) == (500, [mark])


def test_in_production_the_mark_is_bound_to_host_and_https(settings: Settings) -> None:
    production = SimpleNamespace(
        database_replica_url=NOWHERE,
        database_replica_max_lag_seconds=5,
        is_production=True,
        api_origin="https://app.example.com",
    )
    read_your_writes = ReadYourWrites.from_settings(cast("Settings", production))
    assert read_your_writes is not None
    assert read_your_writes.mark[1] == b"__Host-wrote=1; HttpOnly; Max-Age=6; Path=/; SameSite=lax; Secure"
    assert ReadYourWrites.from_settings(settings) is None


@pytest.mark.parametrize(
    ("method", "headers", "identity", "allowed"),
    [
        ("GET", {}, None, True),
        ("HEAD", {}, PERSON, True),
        ("GET", {"cookie": f"{ACCESS_COOKIE}=x"}, PERSON, True),
        ("GET", {"cookie": f"{ACCESS_COOKIE}=x; {WROTE}=1"}, PERSON, False),
        ("GET", {"cookie": f"{WROTE}=1"}, None, False),
        ("GET", {"authorization": "Bearer x"}, PERSON, False),
        ("GET", {"authorization": "Bearer x"}, READER, True),
        ("POST", {}, None, False),
        ("PATCH", {"cookie": f"{ACCESS_COOKIE}=x"}, PERSON, False),
    ],
)
def test_who_may_be_answered_by_a_replica(
    method: str, headers: dict[str, str], identity: Identity | None, *, allowed: bool
) -> None:
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    scope: dict[str, Any] = {"type": "http", "method": method, "headers": raw, "path": "/", "query_string": b""}
    read_your_writes = ReadYourWrites(cookie=WROTE, lasts_seconds=1, is_secure=False)
    assert read_your_writes.may_read_replica(Request(scope), identity) is allowed


async def test_a_replica_that_is_away_costs_no_answer(client: httpx.AsyncClient, app: FastAPI) -> None:
    await sign_up(client)
    memo = await write_memo(client)
    async with browser(app) as reader:
        for _ in range(3):
            found = await reader.get(f"/api/memos/{memo['id']}")
            assert (found.status_code, found.json()["data"]) == (200, memo)
        ready = await reader.get("/api/ready")
        metrics = (await reader.get("/metrics")).text
    assert ready.status_code == 200
    assert (ready.json()["data"]["status"], ready.json()["data"]["replica"]) == ("degraded", "unavailable")
    assert 'database_replica_reads_total{outcome="lagging"} 3.0' in metrics
    assert "database_replica_lag_seconds +Inf" in metrics


async def test_a_replica_that_fails_in_the_middle_is_answered_for_by_the_primary(
    client: httpx.AsyncClient, app: FastAPI, factory: Factory
) -> None:
    await sign_up(client)
    memo = await write_memo(client)
    assert factory.resources.replica is not None
    async with browser(app) as reader:
        with patch.object(factory.resources.replica, "is_fresh", return_value=True):  # so it seemed a moment ago
            found = await reader.get(f"/api/memos/{memo['id']}")
            page = await reader.get("/api/memos")
        assert [found.status_code, page.status_code] == [200, 200]
        assert 'database_replica_reads_total{outcome="failed"} 2.0' in (await reader.get("/metrics")).text
