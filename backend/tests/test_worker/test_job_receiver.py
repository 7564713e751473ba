"""A delivery runs its jobs side by side, and each of them as Taskiq would."""

import asyncio
import logging
from typing import Any
from uuid import UUID, uuid4

import pytest
from structlog.testing import capture_logs
from taskiq import TaskiqMessage, TaskiqMiddleware, TaskiqResult
from taskiq.formatters.proxy_formatter import ProxyFormatter

from core.redis.job_stream import RUN_JOB, message_of
from core.runtime.outages import Outage
from core.settings import Settings
from worker.job_receiver import JobReceiver
from worker.stream_broker import IdStreamBroker, create_stream_broker

CONCURRENCY = 5


class Runs:
    """Which jobs were run, and how many of them at once."""

    def __init__(self) -> None:
        self.job_ids: list[UUID] = []
        self.most_at_once = 0
        self.fails_at: UUID | None = None
        self._running = 0

    async def run(self, job_id: UUID) -> None:
        self.job_ids.append(job_id)
        self._running += 1
        self.most_at_once = max(self.most_at_once, self._running)
        await asyncio.sleep(0)
        self._running -= 1
        if job_id == self.fails_at:
            raise RuntimeError


class Recorder(TaskiqMiddleware):
    """Records what Taskiq calls for each message."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[tuple[str, str]] = []

    def pre_execute(self, message: TaskiqMessage) -> TaskiqMessage:
        self.calls.append(("before", message.task_id))
        return message

    def post_execute(self, message: TaskiqMessage, result: TaskiqResult[Any]) -> None:
        self.calls.append(("after", message.task_id))


@pytest.fixture
def runs() -> Runs:
    return Runs()


@pytest.fixture
def broker(runs: Runs) -> IdStreamBroker:
    settings = Settings(_env_file=None, environment="test", redis_url="redis://127.0.0.1:1")
    broker = create_stream_broker(
        settings, queue="default", stop=asyncio.Event(), concurrency=CONCURRENCY, outage=Outage()
    )

    @broker.task(task_name=RUN_JOB)
    async def run_job(job_id: UUID) -> None:
        await runs.run(job_id)

    return broker


async def deliver(broker: IdStreamBroker, *messages: bytes) -> None:
    broker.slots.take(len(messages))
    await JobReceiver(broker, concurrency=CONCURRENCY).callback(b"\n".join(messages))
    assert await broker.slots.any_free() == CONCURRENCY


async def test_the_jobs_of_a_delivery_run_side_by_side(broker: IdStreamBroker, runs: Runs) -> None:
    job_ids = [uuid4() for _ in range(3)]
    await deliver(broker, *map(message_of, job_ids))
    assert runs.job_ids == job_ids
    assert runs.most_at_once == 3


async def test_messages_as_taskiq_itself_writes_them_are_understood(broker: IdStreamBroker, runs: Runs) -> None:
    job_id = uuid4()
    message = TaskiqMessage(task_id=str(job_id), task_name=RUN_JOB, labels={}, args=[str(job_id)], kwargs={})
    await deliver(broker, ProxyFormatter(broker).dumps(message).message)
    assert runs.job_ids == [job_id]


async def test_middlewares_are_called_for_each_job(broker: IdStreamBroker, runs: Runs) -> None:
    recorder = Recorder()
    broker.add_middlewares(recorder)
    job_ids = [uuid4() for _ in range(3)]
    await deliver(broker, *map(message_of, job_ids))
    assert runs.job_ids == job_ids
    assert sorted(recorder.calls) == sorted((when, str(job_id)) for job_id in job_ids for when in ("before", "after"))


@pytest.mark.parametrize(
    "message",
    [b"{}", b"no json", b"[1]", message_of(uuid4()).replace(b"run_job", b"of_a_newer_release"), b'{"args": ["no id"]}'],
)
async def test_a_message_that_is_not_understood_harms_no_other(
    broker: IdStreamBroker, runs: Runs, caplog: pytest.LogCaptureFixture, message: bytes
) -> None:
    job_id = uuid4()
    with caplog.at_level(logging.WARNING, logger="taskiq"):
        await deliver(broker, message, message_of(job_id))
    assert runs.job_ids == [job_id]
    assert caplog.records


async def test_a_run_that_raises_is_logged_and_harms_no_other(broker: IdStreamBroker, runs: Runs) -> None:
    job_ids = [uuid4() for _ in range(2)]
    runs.fails_at = job_ids[0]
    with capture_logs() as logged:
        await deliver(broker, *map(message_of, job_ids))
    assert runs.job_ids == job_ids
    assert [entry["event"] for entry in logged] == ["job not run"]
