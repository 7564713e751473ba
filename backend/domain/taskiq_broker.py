"""The worker's engine: which functions are tasks, how their ids travel over Redis, and how one job is run.

Taskiq executes and Redis carries ids. Neither is trusted to remember: the job table says what is owed.
"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID, uuid4

import structlog
from cronsim import CronSim
from redis.exceptions import RedisError
from sentry_sdk import capture_exception
from taskiq import AckableMessage
from taskiq.acks import AcknowledgeType
from taskiq.kicker import AsyncKicker
from taskiq.receiver import Receiver
from taskiq_redis import RedisStreamBroker

from core.redis import COMMAND_TIMEOUT_SECONDS, CONNECT_TIMEOUT_SECONDS
from core.settings import Settings
from domain.errors import AppError
from domain.job import (
    DEFAULT_MAX_ATTEMPTS,
    DEFAULT_TIMEOUT,
    HEARTBEAT,
    SWEEP_INTERVAL,
    ClaimedJob,
    ClaimLost,
    JobOverdue,
    PermanentError,
    Routes,
    TaskSpec,
)
from domain.permissions import SYSTEM
from service.factory import Factory, UnitOfWork
from service.outbox import payload_adapter

log = structlog.get_logger()

STREAM = "lamina:jobs"
STREAM_MAX_LENGTH = 100_000
RUN_JOB = "run_job"
# Longer than one round trip and shorter than the command timeout, which would otherwise cut off every quiet wait.
READ_BLOCK_MILLISECONDS = 1_000
READ_BATCH = 20
SEND_TIMEOUT_SECONDS = 5.0
RECONNECT_SECONDS = 0.5
# `make up` and orchestrators kill after about ten seconds.
SHUTDOWN_GRACE_SECONDS = 7.0

Payload = TypeVar("Payload")
Handler = Callable[[UnitOfWork, Payload], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Task:
    """A function that runs jobs of one kind."""

    spec: TaskSpec
    handler: Handler[Any]


@dataclass(frozen=True, slots=True)
class Schedule:
    """A payload that is enqueued whenever a cron expression matches, in UTC."""

    expression: str
    payload: object

    def last_tick(self, now: datetime) -> datetime:
        """Return the latest moment before `now` at which the expression matched."""
        return next(CronSim(self.expression, now, reverse=True))


class TaskRegistry:
    """The tasks of the product, declared by decorators. It connects to nothing."""

    def __init__(self) -> None:
        self._tasks: dict[str, Task] = {}
        self.schedules: dict[str, Schedule] = {}

    def task(
        self,
        payload: type[Payload],
        *,
        max_attempts: int = DEFAULT_MAX_ATTEMPTS,
        timeout: timedelta = DEFAULT_TIMEOUT,
        cron: str | None = None,
    ) -> Callable[[Handler[Payload]], Handler[Payload]]:
        """Declare a function as the task that takes `payload`; its name is the job's name for ever.

        Args:
            payload: a frozen dataclass; `work.outbox.enqueue(payload)` writes a job for this function.
            max_attempts: after so many failures the job is dead.
            timeout: a run is cancelled after this long, and counts as failed.
            cron: five fields, in UTC; the task is enqueued at each match with a payload without arguments.
        """

        def declare(handler: Handler[Payload]) -> Handler[Payload]:
            spec = TaskSpec(getattr(handler, "__name__", str(handler)), payload, max_attempts, timeout)
            self._tasks[spec.name] = Task(spec, handler)
            if cron is not None:
                self.schedules[spec.name] = Schedule(cron, payload())
            return handler

        return declare

    def event_handler(self, event: type[Payload]) -> Callable[[Handler[Payload]], Handler[Payload]]:
        """Declare a function that reacts to `event`, in a job of its own, so that handlers fail and retry separately."""
        return self.task(event)

    def find(self, name: str) -> Task | None:
        """Return the task of this name, or None when this release has none."""
        return self._tasks.get(name)

    @property
    def routes(self) -> Routes:
        """Which tasks take which payload."""
        routes: dict[type[Any], tuple[TaskSpec, ...]] = {}
        for task in self._tasks.values():
            routes[task.spec.payload_type] = (*routes.get(task.spec.payload_type, ()), task.spec)
        return routes


class PatientStreamBroker(RedisStreamBroker):
    """Survives a restart of Redis: taskiq-redis lets the connection error end the worker."""

    async def listen(self) -> AsyncGenerator[AckableMessage, None]:
        """Yield messages, waiting out every time that Redis is away."""
        while True:
            try:
                await self._declare_consumer_group()
                async for message in super().listen():
                    yield message
            except (RedisError, OSError) as error:
                log.warning("redis unavailable", reason=type(error).__name__)
                await asyncio.sleep(RECONNECT_SECONDS)


def create_stream_broker(settings: Settings) -> PatientStreamBroker:
    """Return the Taskiq broker that carries job ids; it connects on first use.

    Raises:
        SettingsError: `REDIS_URL` is not set.
    """
    return PatientStreamBroker(
        settings.require_redis_url(),
        queue_name=STREAM,
        consumer_group_name=STREAM,
        consumer_id="0",  # from the start: ids sent before the first worker came would otherwise never arrive
        maxlen=STREAM_MAX_LENGTH,
        xread_block=READ_BLOCK_MILLISECONDS,
        xread_count=READ_BATCH,
        idle_timeout=2**31,  # lapsed leases are sent again by the sweep; Redis must not do it, too
        socket_connect_timeout=CONNECT_TIMEOUT_SECONDS,
        socket_timeout=COMMAND_TIMEOUT_SECONDS,
    )


class StreamTransport:
    """Sends the ids of jobs through the Redis stream."""

    def __init__(self, stream: RedisStreamBroker) -> None:
        """Send through `stream`."""
        self._stream = stream

    async def send(self, job_ids: Sequence[UUID]) -> None:
        """Put the ids on the stream.

        Raises:
            RedisError: Redis refused.
            OSError: Redis is out of reach.
            taskiq.exceptions.SendTaskError: Taskiq's word for either.
        """
        async with asyncio.timeout(SEND_TIMEOUT_SECONDS):
            for job_id in job_ids:
                kicker: AsyncKicker[Any, Any] = AsyncKicker(RUN_JOB, self._stream, {})
                await kicker.with_task_id(str(job_id)).kiq(str(job_id))

    async def close(self) -> None:
        """Close the connections to Redis."""
        await self._stream.shutdown()


def create_factory(settings: Settings, registry: TaskRegistry, *, component: str) -> Factory:
    """Return the factory of a process, wired to the tasks of `registry` and the Redis stream.

    Raises:
        SettingsError: `DATABASE_URL` or `REDIS_URL` is missing.
    """
    transport = StreamTransport(create_stream_broker(settings))
    return Factory(settings, routes=registry.routes, transport=transport, component=component)


class JobRunner:
    """Runs jobs by their ids: claim, execute, and settle, each in a transaction of its own."""

    def __init__(self, factory: Factory, registry: TaskRegistry) -> None:
        """Run the tasks of `registry` in units of work from `factory`, as one worker with an id of its own."""
        self._factory = factory
        self._registry = registry
        self._worker = uuid4()
        self._noted_ticks: dict[str, datetime] = {}

    async def run(self, job_id: UUID) -> None:
        """Run the job if it can be claimed. However it ends, its row says so; nothing is raised but cancellation.

        Raises:
            DatabaseUnavailable: the job could not be claimed; the sweep sends it again.
        """
        async with self._work() as work:
            job = await work.jobs.claim(job_id, worker=self._worker)
        if job is None:
            return
        with structlog.contextvars.bound_contextvars(
            job_id=str(job.id), task=job.task, attempt=job.attempt, request_id=job.request_id
        ):
            await self._run_claimed(job)

    async def _run_claimed(self, job: ClaimedJob) -> None:
        task = self._registry.find(job.task)
        if task is None:
            async with self._work() as work:
                await work.jobs.hand_back_unknown(job)
            return
        try:
            await self._execute(task, job)
        except ClaimLost:
            log.warning("job fenced")
        except asyncio.CancelledError:
            await asyncio.shield(self._hand_back(job))
            raise
        except Exception as error:  # noqa: BLE001  (whatever a task raises is kept with the job)
            await self._settle_failure(job, error)

    async def _execute(self, task: Task, job: ClaimedJob) -> None:
        started = asyncio.get_running_loop().time()
        payload = _validated(task, job)
        deadline = asyncio.timeout(task.spec.timeout.total_seconds())
        try:
            async with deadline, self._work(job) as work:
                await task.handler(work, payload)
                await work.jobs.complete(job)
        except TimeoutError as error:
            if deadline.expired():
                raise JobOverdue from error
            raise
        log.info("job done", ms=round((asyncio.get_running_loop().time() - started) * 1000, 1))

    async def _settle_failure(self, job: ClaimedJob, error: Exception) -> None:
        if not isinstance(error, AppError):
            capture_exception(error)
        async with self._work() as work:
            await work.jobs.fail(job, error)

    async def _hand_back(self, job: ClaimedJob) -> None:
        async with self._work() as work:
            await work.jobs.hand_back(job)

    async def beat(self) -> None:
        """Extend the leases of everything that this worker runs."""
        async with self._work() as work:
            await work.jobs.extend_leases(self._worker)

    async def sweep(self) -> None:
        """Send again what is due and unclaimed; the ids go out before the commit, so an outage leaves them unsent."""
        async with self._work() as work:
            forgotten = await work.jobs.take_unclaimed()
            if forgotten:
                await self._factory.transport.send(forgotten)
                log.info("jobs sent again", jobs=len(forgotten))

    async def enqueue_due(self, now: datetime) -> None:
        """Enqueue every scheduled task whose latest tick nobody has noted yet, in the transaction that notes it."""
        for name, schedule in self._registry.schedules.items():
            tick = schedule.last_tick(now)
            if self._noted_ticks.get(name) == tick:
                continue
            async with self._work() as work:
                if await work.jobs.record_tick(name, tick):
                    work.outbox.enqueue(schedule.payload)
            self._noted_ticks[name] = tick

    def _work(self, job: ClaimedJob | None = None) -> UnitOfWork:
        if job is None:
            return self._factory.unit_of_work(SYSTEM)
        return self._factory.unit_of_work(SYSTEM, request_id=job.request_id, job_id=job.id)


def _validated(task: Task, job: ClaimedJob) -> object:
    try:
        return payload_adapter(task.spec.payload_type).validate_python(job.payload)
    except ValueError as error:
        raise PermanentError(f"The payload does not fit the task: {error}") from error


async def run_worker(settings: Settings, registry: TaskRegistry, stop: asyncio.Event) -> None:
    """Run the jobs of `registry` until `stop` is set, then finish what runs, or hand it back when that takes too long.

    Raises:
        SettingsError: `DATABASE_URL` or `REDIS_URL` is missing.
    """
    factory = create_factory(settings, registry, component="worker")
    stream = create_stream_broker(settings)
    runner = JobRunner(factory, registry)

    @stream.task(task_name=RUN_JOB)
    async def run_job(job_id: str) -> None:
        await runner.run(UUID(job_id))

    log.info("worker started", concurrency=settings.worker_concurrency)
    background = [
        asyncio.create_task(_repeat(runner.sweep, SWEEP_INTERVAL)),
        asyncio.create_task(_repeat(runner.beat, HEARTBEAT)),
    ]
    receiver = Receiver(
        stream,
        max_async_tasks=settings.worker_concurrency,
        ack_type=AcknowledgeType.WHEN_RECEIVED,
        run_startup=False,
    )
    await _listen_until(stop, receiver)
    await _cancel(background)
    await stream.shutdown()
    await factory.close()
    log.info("worker stopped")


async def run_scheduler(settings: Settings, registry: TaskRegistry, stop: asyncio.Event) -> None:
    """Enqueue the scheduled tasks of `registry` until `stop` is set. Any number of schedulers may run; each tick fires once.

    Raises:
        SettingsError: `DATABASE_URL` or `REDIS_URL` is missing.
    """
    factory = create_factory(settings, registry, component="scheduler")
    runner = JobRunner(factory, registry)
    log.info("scheduler started", schedules=len(registry.schedules))
    ticking = asyncio.create_task(_repeat(lambda: runner.enqueue_due(datetime.now(UTC)), timedelta(seconds=1)))
    await stop.wait()
    await _cancel([ticking])
    await factory.close()
    log.info("scheduler stopped")


async def _listen_until(stop: asyncio.Event, receiver: Receiver) -> None:
    listening = asyncio.create_task(receiver.listen(stop))
    await stop.wait()
    _, unfinished = await asyncio.wait([listening], timeout=SHUTDOWN_GRACE_SECONDS)
    await _cancel(list(unfinished))


async def _cancel(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    for task in tasks:
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _repeat(action: Callable[[], Awaitable[None]], interval: timedelta) -> None:
    """Call `action` for ever; a failure is logged once and tried again, because an outage must not end the worker."""
    was_failing = False
    while True:
        try:
            await action()
            was_failing = False
        except Exception as error:  # noqa: BLE001
            if not was_failing:
                log.warning("background loop failing", reason=type(error).__name__, detail=str(error))
            was_failing = True
        await asyncio.sleep(interval.total_seconds())
