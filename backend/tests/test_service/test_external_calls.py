"""Tasks that call a server of another company, run against one that fails, hangs, refuses and answers late."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from uuid import UUID, uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.jobs.job import PermanentError, TryLater
from domain.live.notification import Notice, NotificationKind
from domain.taskiq_broker import TaskRegistry
from service import public_network
from service.external_server import ExternalServer
from service.factory import Factory, Work
from tests.support.jobs import enqueue, sql
from tests.support.outside_server import DONE, SECONDS, Provider, provider
from worker.job_runner import JobRunner

pytestmark = pytest.mark.race

REFUND = NotificationKind("refund")


@dataclass(frozen=True, slots=True)
class RefundRequested:
    """A payment is to be paid back."""

    user_id: UUID
    payment: str
    cents: int

    def notice(self, message: str) -> Notice:
        return Notice(self.user_id, REFUND, message, "/")


@dataclass(frozen=True, slots=True)
class RefundFailed(RefundRequested):
    """The provider refused, or did not answer for two days."""


def tasks_of(provider: ExternalServer) -> TaskRegistry:
    """Return the tasks of refunds that `provider` pays."""
    registry = TaskRegistry()

    @registry.task(RefundRequested, retry_for=timedelta(days=2), on_dead=RefundFailed)
    async def refund(work: Work, event: RefundRequested) -> None:
        body = {"payment": event.payment, "cents": event.cents}
        answer = await provider.post("/refunds", body, idempotency_key=work.job_id or uuid4())
        await work.live.notifications.notify(event.notice(f"Your refund {answer['id']} is on its way."))

    @registry.event_handler(RefundFailed)
    async def tell_of_failed_refund(work: Work, event: RefundFailed) -> None:
        await work.live.notifications.notify(event.notice("Your refund failed. Please contact us."))

    return registry


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
async def requested(factory: Factory, engine: AsyncEngine, server: Provider) -> AsyncIterator[Refund]:
    """Request a refund, which `server` pays."""
    client = ExternalServer(f"http://127.0.0.1:{server.port}", seconds=SECONDS)
    registry = tasks_of(client)
    factory.resources.routes = registry.routes
    [(user_id,)] = await sql(engine, "INSERT INTO users (email) VALUES ('ada@example.com') RETURNING id")
    [job_id] = await enqueue(factory, RefundRequested(user_id, "p1", 500))
    yield Refund(engine, factory, JobRunner(factory, registry), job_id)
    await client.close()


async def test_a_server_that_fails_hangs_and_is_busy_is_asked_again_with_the_same_key(
    committing_factory: Factory, engine: AsyncEngine
) -> None:
    async with (
        provider("500 Oops", "never", "429 Busy\r\nretry-after: 600", DONE) as server,
        requested(committing_factory, engine, server) as refund,
    ):
        assert [(await refund.attempt())[0] for _ in range(2)] == ["pending", "pending"]
        state, seconds = await refund.attempt()
        assert (state, await refund.messages()) == ("pending", [])
        assert 590 < seconds <= 600
        assert (await refund.attempt())[0] == "done"
    assert server.keys == [str(refund.job_id)] * 4
    assert await refund.messages() == ["Your refund r1 is on its way."]


async def test_an_answer_that_comes_too_late_is_fetched_by_the_next_attempt(
    committing_factory: Factory, engine: AsyncEngine
) -> None:
    async with (
        provider("late", DONE) as server,
        requested(committing_factory, engine, server) as refund,
    ):
        assert [(await refund.attempt())[0] for _ in range(2)] == ["pending", "done"]
    assert server.done == {str(refund.job_id): "r1"}
    assert await refund.messages() == ["Your refund r1 is on its way."]


async def test_a_refusal_ends_the_job_and_the_user_is_told(committing_factory: Factory, engine: AsyncEngine) -> None:
    async with (
        provider("422 No such payment") as server,
        requested(committing_factory, engine, server) as refund,
    ):
        assert (await refund.attempt())[0] == "dead"
        [(follow_up,)] = await sql(engine, "SELECT id FROM jobs WHERE task = 'tell_of_failed_refund'")
        await refund.runner.run(follow_up)
    assert await refund.messages() == ["Your refund failed. Please contact us."]


async def test_the_first_call_of_a_process_does_not_block_the_event_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):  # without them, certificate authorities are looked for
        monkeypatch.delenv(name, raising=False)
    public_network._tls.cache_clear()
    async with provider(DONE) as server:
        client = ExternalServer(f"http://127.0.0.1:{server.port}")  # the fixture of all tests raises BlockingError
        assert await client.post("/", {}, idempotency_key=UUID(int=1)) == {"id": "r1"}
        await client.close()


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
        (format_datetime(datetime.now(UTC) + timedelta(minutes=59)), 60, 3540),  # a run may take most of it
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


async def test_no_transaction_is_open_during_the_call(committing_factory: Factory, engine: AsyncEngine) -> None:
    async with (
        provider("never", DONE) as server,
        requested(committing_factory, engine, server) as refund,
    ):
        running = asyncio.create_task(refund.attempt())
        await server.called.wait()
        idle = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'"
        assert await sql(engine, idle) == [(0,)]
        assert (await running)[0] == "pending"
