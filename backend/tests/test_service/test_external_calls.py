"""The example of docs/guides/external-calls.md, run against a server that fails, hangs, refuses and answers late."""

import asyncio
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cached_property
from types import ModuleType
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from core.settings import REPOSITORY_ROOT
from domain.jobs.job import PermanentError, TryLater
from domain.taskiq_broker import TaskRegistry
from service.external_server import ExternalServer
from service.factory import Factory, Work
from tests.support.jobs import enqueue, sql
from worker.job_runner import JobRunner

pytestmark = pytest.mark.race

GUIDE = REPOSITORY_ROOT / "docs" / "guides" / "external-calls.md"
BLOCK = re.compile(r"^`backend/[\w/]+\.py`[^\n]*\n\n```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
IMPORTS = """
from __future__ import annotations
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from uuid import UUID, uuid4
from domain.live.notification import Notice, NotificationKind
from service.external_server import ExternalServer
from service.factory import Work
from service.live.notification_service import NotificationService
"""
SECONDS = 0.3
DONE = "200 OK"


@dataclass
class Provider:
    """A provider that gives the answers it is told to, and counts what it has done by key."""

    answers: list[str]
    port: int = 0
    keys: list[str] = field(default_factory=list)
    done: dict[str, str] = field(default_factory=dict)
    called: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        [key], [length] = re.findall(r"idempotency-key: (\S+)", head), re.findall(r"content-length: (\d+)", head)
        await reader.readexactly(int(length))
        self.keys.append(key)
        self.called.set()
        answer = self.answers.pop(0)
        if answer.startswith((DONE, "late")):
            self.done.setdefault(key, f"r{len(self.done) + 1}")
        if answer in {"late", "never"}:
            await asyncio.sleep(SECONDS * 1.5)
        else:
            body = f'{{"id": "{self.done.get(key, "")}"}}'
            writer.write(f"HTTP/1.1 {answer}\r\ncontent-length: {len(body)}\r\n\r\n{body}".encode())
        writer.close()


@asynccontextmanager
async def provider(*answers: str) -> AsyncIterator[Provider]:
    """Run one on a free port of this machine."""
    running = Provider(list(answers))
    server = await asyncio.start_server(running.serve, "127.0.0.1", 0)
    running.port = server.sockets[0].getsockname()[1]
    try:
        yield running
    finally:
        server.close()
        await server.wait_closed()


@pytest.fixture
def example(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the blocks of the guide define."""
    module = ModuleType("external_calls_example")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    names = vars(module)
    names["broker"] = TaskRegistry()
    blocks = BLOCK.findall(GUIDE.read_text(encoding="utf-8"))
    assert len(blocks) == 4, "each block of the guide stands below the name of its file"
    for block in blocks:
        exec(IMPORTS + block, names)
    payments: cached_property[Any] = names["payments"]
    payments.__set_name__(Work, "payments")
    monkeypatch.setattr(Work, "payments", payments, raising=False)
    return names


@dataclass
class Refund:
    """One refund that was requested, and the worker that runs its job."""

    engine: AsyncEngine
    factory: Factory
    runner: JobRunner
    job_id: UUID

    async def attempt(self) -> tuple[str, int]:
        """Run the job as if its time had come, and return its state and in how many seconds it is due."""
        await sql(self.engine, "UPDATE jobs SET available_at = now()")
        await self.runner.run(self.job_id)
        state = await sql(self.engine, f"SELECT state, available_at - now() FROM jobs WHERE id = '{self.job_id}'")
        return state[0][0], round(state[0][1].total_seconds())

    async def messages(self) -> list[str]:
        """Return what the user was told."""
        return [message for (message,) in await sql(self.engine, "SELECT message FROM notifications")]


@asynccontextmanager
async def requested(
    example: dict[str, Any], factory: Factory, engine: AsyncEngine, server: Provider
) -> AsyncIterator[Refund]:
    """Request a refund, and give the process a client for `server`."""
    client = ExternalServer(f"http://127.0.0.1:{server.port}", seconds=SECONDS)
    factory.resources.payment_provider = client  # type: ignore[attr-defined]
    factory.resources.routes = example["broker"].routes
    [(user_id,)] = await sql(engine, "INSERT INTO users (email) VALUES ('ada@example.com') RETURNING id")
    [job_id] = await enqueue(factory, example["RefundRequested"](user_id, "p1", 500))
    yield Refund(engine, factory, JobRunner(factory, example["broker"]), job_id)
    await client.close()


async def test_a_server_that_fails_hangs_and_is_busy_is_asked_again_with_the_same_key(
    example: dict[str, Any], committing_factory: Factory, engine: AsyncEngine
) -> None:
    async with (
        provider("500 Oops", "never", "429 Busy\r\nretry-after: 600", DONE) as server,
        requested(example, committing_factory, engine, server) as refund,
    ):
        assert [(await refund.attempt())[0] for _ in range(2)] == ["pending", "pending"]
        state, seconds = await refund.attempt()
        assert (state, await refund.messages()) == ("pending", [])
        assert 590 < seconds <= 600
        assert (await refund.attempt())[0] == "done"
    assert server.keys == [str(refund.job_id)] * 4
    assert await refund.messages() == ["Your refund r1 is on its way."]


async def test_an_answer_that_comes_too_late_is_fetched_by_the_next_attempt(
    example: dict[str, Any], committing_factory: Factory, engine: AsyncEngine
) -> None:
    async with (
        provider("late", DONE) as server,
        requested(example, committing_factory, engine, server) as refund,
    ):
        assert [(await refund.attempt())[0] for _ in range(2)] == ["pending", "done"]
    assert server.done == {str(refund.job_id): "r1"}
    assert await refund.messages() == ["Your refund r1 is on its way."]


async def test_a_refusal_ends_the_job_and_the_user_is_told(
    example: dict[str, Any], committing_factory: Factory, engine: AsyncEngine
) -> None:
    async with (
        provider("422 No such payment") as server,
        requested(example, committing_factory, engine, server) as refund,
    ):
        assert (await refund.attempt())[0] == "dead"
        [(follow_up,)] = await sql(engine, "SELECT id FROM jobs WHERE task = 'tell_of_failed_refund'")
        await refund.runner.run(follow_up)
    assert await refund.messages() == ["Your refund failed. Please contact us."]


@pytest.mark.parametrize("answer", ["200 OK\r\ncontent-type: text/html", "302 Found\r\nlocation: http://127.0.0.1/"])
async def test_an_answer_of_another_kind_is_a_refusal(answer: str) -> None:
    async with provider(answer) as server:
        server.done[str(UUID(int=1))] = 'no " JSON'
        client = ExternalServer(f"http://127.0.0.1:{server.port}")
        with pytest.raises(PermanentError):
            await client.post("/", {}, idempotency_key=UUID(int=1))
        await client.close()


@pytest.mark.parametrize(
    ("header", "least", "most"),
    [
        ("120", 120, 120),
        ("86400", 3600, 3600),
        (format_datetime(datetime.now(UTC) + timedelta(minutes=30)), 1000, 1800),
        (format_datetime(datetime.now(UTC) - timedelta(minutes=30)), 0, 0),
        ("soon", 0, 0),
        ("9" * 400, 0, 0),
        ("", 0, 0),
    ],
    # Workers of one run must agree on the names of tests, so no name has the time in it.
    ids=[
        "seconds",
        "too many seconds",
        "a time",
        "a time that is over",
        "a word",
        "a number beyond measure",
        "nothing",
    ],
)
async def test_a_job_waits_as_long_as_the_server_asks_but_an_hour_at_most(header: str, least: int, most: int) -> None:
    async with provider(f"503 Busy\r\nretry-after: {header}") as server:
        client = ExternalServer(f"http://127.0.0.1:{server.port}")
        with pytest.raises(TryLater) as refusal:
            await client.post("/", {}, idempotency_key=UUID(int=1))
        await client.close()
    assert least <= refusal.value.after.total_seconds() <= most


async def test_no_transaction_is_open_during_the_call(
    example: dict[str, Any], committing_factory: Factory, engine: AsyncEngine
) -> None:
    async with (
        provider("never", DONE) as server,
        requested(example, committing_factory, engine, server) as refund,
    ):
        running = asyncio.create_task(refund.attempt())
        await server.called.wait()
        idle = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'"
        assert await sql(engine, idle) == [(0,)]
        assert (await running)[0] == "pending"
