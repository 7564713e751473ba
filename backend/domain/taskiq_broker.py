"""The worker's engine: how one job is run, and what a worker and a scheduler do all the time.

Taskiq executes and Redis carries ids. Neither is trusted to remember: the job table says what is owed.
"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property, partial
from typing import Any
from uuid import UUID, uuid4

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError
from sentry_sdk import capture_exception
from taskiq.receiver import Receiver
from taskiq_redis import RedisStreamBroker

from core.redis.client import COMMAND_TIMEOUT_SECONDS, CONNECT_TIMEOUT_SECONDS
from core.runtime.batching import Batcher
from core.settings import Settings
from domain.errors import AppError, DatabaseUnavailable
from domain.job_transport import RUN_JOB, STREAM_PREFIX, create_factory
from domain.jobs.job import BACKLOG, HEARTBEAT, SWEEP_INTERVAL, ClaimedJob, ClaimLost, JobOverdue, PermanentError
from domain.permissions import SYSTEM
from domain.task_registry import Task, TaskRegistry
from service.factory import Factory, UnitOfWork
from service.jobs.outbox import payload_adapter

log = structlog.get_logger()

CONSUMERS = "workers"
# Longer than one round trip and shorter than the command timeout, which would otherwise cut off every quiet wait.
READ_BLOCK_MILLISECONDS = 1_000
CLAIM_BATCH = 100
RECONNECT_SECONDS = 0.5
# `make up` and orchestrators kill after about ten seconds.
SHUTDOWN_GRACE_SECONDS = 7.0
CANCEL_AGAIN_SECONDS = 0.5


class IdStreamBroker(RedisStreamBroker):
    """Carries ids of jobs and remembers nothing, because the job table does.

    Differs from taskiq-redis in what follows from that. Nothing is acknowledged, nothing is claimed from dead workers,
    all workers are one consumer, and what was delivered is removed: Redis holds only what nobody has read yet. And it
    survives a restart of Redis, which would end a worker of taskiq-redis.

    A worker reads no more at a time than it runs at once: what waits in its memory, no idle worker can take.
    """

    stop: asyncio.Event

    @cached_property
    def _client(self) -> Redis:
        return Redis(connection_pool=self.connection_pool)

    async def listen(self) -> AsyncGenerator[bytes, None]:  # type: ignore[override]  # nothing needs acknowledging
        """Yield messages until `stop` is set, waiting out every time that Redis is away.

        Taskiq ends a listener by cancelling its read, but a cancellation that meets the end of redis-py's own timeout
        comes out as a time-out. Without looking at `stop` the listener would go on then, and the worker never end.
        """
        while not self.stop.is_set():
            try:
                await self._declare_consumer_group()
                while not self.stop.is_set():
                    for _, message in await self._read():
                        yield message[b"data"]
            except (RedisError, OSError) as error:
                log.warning("redis unavailable", reason=type(error).__name__)
                await asyncio.sleep(RECONNECT_SECONDS)

    async def _read(self) -> list[tuple[bytes, dict[bytes, bytes]]]:
        # The types of redis-py allow for protocols and decodings that this client does not use.
        delivered: Any = await self._client.xreadgroup(
            CONSUMERS, CONSUMERS, {self.queue_name: ">"}, count=self.count, block=self.block, noack=True
        )
        if not delivered:
            return []
        messages: list[tuple[bytes, dict[bytes, bytes]]]
        ((_, messages),) = delivered
        # A group is served in order, so everything up to here has been delivered, to somebody who may have died since.
        await self._client.xtrim(self.queue_name, minid=_following(messages[-1][0]), approximate=False)
        return messages


def _following(message_id: bytes) -> str:
    milliseconds, _, number = message_id.decode().partition("-")
    return f"{milliseconds}-{int(number) + 1}"


def create_stream_broker(settings: Settings, *, queue: str, stop: asyncio.Event, concurrency: int) -> IdStreamBroker:
    """Return the Taskiq broker that carries the ids of one queue's jobs; it connects on first use.

    Args:
        settings: where Redis is.
        queue: the name of the queue.
        stop: ends listening when it is set.
        concurrency: how many jobs whoever listens runs at once.

    Raises:
        SettingsError: `REDIS_URL` is not set.
    """
    stream = IdStreamBroker(
        settings.require_redis_url(),
        queue_name=STREAM_PREFIX + queue,
        consumer_group_name=CONSUMERS,
        consumer_id="0",  # from the start: ids sent before the first worker came would otherwise never arrive
        xread_count=concurrency,
        xread_block=READ_BLOCK_MILLISECONDS,
        socket_connect_timeout=CONNECT_TIMEOUT_SECONDS,
        socket_timeout=COMMAND_TIMEOUT_SECONDS,
    )
    stream.stop = stop
    return stream


class JobRunner:
    """Runs jobs by their ids: claim, execute, and settle, each in a transaction of its own."""

    def __init__(self, factory: Factory, registry: TaskRegistry) -> None:
        """Run the tasks of `registry` in units of work from `factory`, as one worker with an id of its own."""
        self._factory = factory
        self._registry = registry
        self._worker = uuid4()
        self._running: set[UUID] = set()
        self._noted_ticks: dict[str, datetime] = {}
        self._claim = Batcher(partial(factory.jobs.claim, worker=self._worker), limit=CLAIM_BATCH)
        self._complete = Batcher(partial(factory.jobs.complete_all, worker=self._worker), limit=CLAIM_BATCH)

    async def run(self, job_id: UUID) -> None:
        """Run the job if it can be claimed. However it ends, its row says so, or its lease lapses in an outage."""
        self._factory.fail_at("before_claim")
        try:
            if job := await self._claim(job_id):
                self._factory.fail_at("after_claim")
                await self._run_counted(job)
        except DatabaseUnavailable as outage:  # the sweep sends the job again
            log.warning("job left to the sweep", job_id=str(job_id), reason=repr(outage.__cause__))

    async def _run_counted(self, job: ClaimedJob) -> None:
        self._running.add(job.id)
        try:
            with structlog.contextvars.bound_contextvars(
                job_id=str(job.id), task=job.task, attempt=job.attempt, request_id=job.request_id
            ):
                try:
                    await self._run_claimed(job)
                except ClaimLost:
                    log.warning("job fenced")
        finally:
            self._running.discard(job.id)

    async def _run_claimed(self, job: ClaimedJob) -> None:
        task = self._registry.find(job.task)
        if task is None:
            async with self._work() as work:
                await work.jobs.hand_back_unknown(job)
            return
        try:
            await self._execute(task, job)
        except ClaimLost:
            raise
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
                if has_effects := work.writes:
                    await work.jobs.complete(job)
                self._factory.fail_at("before_done")
        except TimeoutError as error:
            if deadline.expired():
                raise JobOverdue from error
            raise
        if not has_effects:
            await self._complete_without_effects(job)
        self._factory.fail_at("after_done")
        log.info("job done", ms=round((asyncio.get_running_loop().time() - started) * 1000, 1))

    async def _complete_without_effects(self, job: ClaimedJob) -> None:
        # There is nothing that the mark must be committed with, so it shares a statement with others of its kind.
        if not await self._complete((job.id, job.attempt)):
            raise ClaimLost

    async def _settle_failure(self, job: ClaimedJob, error: Exception) -> None:
        if not isinstance(error, AppError):
            capture_exception(error)
        async with self._work() as work:
            await work.jobs.fail(job, error)

    async def _hand_back(self, job: ClaimedJob) -> None:
        async with self._work() as work:
            await work.jobs.hand_back(job)

    async def beat(self) -> None:
        """Extend the leases of what this worker runs at the moment.

        Not of everything that it claimed: when an outage keeps the end of a run from being written, the lease has to
        lapse, or nobody would ever run the job again.
        """
        if self._running:
            await self._factory.jobs.extend_leases(self._worker, list(self._running))

    async def hand_back_all(self) -> None:
        """Let others run at once what this worker claimed and will not run any more."""
        if jobs := await self._factory.jobs.hand_back_all(self._worker):
            log.warning("jobs handed back", jobs=jobs)

    async def sweep(self) -> None:
        """Send again what is due and unclaimed; the ids go out before the commit, so an outage leaves them unsent."""
        transport = self._factory.transport
        crowded = [queue for queue in self._registry.queues if await transport.waiting(queue) > BACKLOG]
        async with self._work() as work:
            for queue, forgotten in (await work.jobs.take_unclaimed(crowded=crowded)).items():
                self._factory.fail_at("before_resend")
                await transport.send(forgotten, queue=queue)
                self._factory.fail_at("after_resend")
                log.info("jobs sent again", queue=queue, jobs=len(forgotten))

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
    queues = settings.queue_concurrency
    connections = {"database_pool_size": settings.worker_pool_size}
    factory = create_factory(settings.model_copy(update=connections), registry, component="worker")
    runner = JobRunner(factory, registry)
    streams = {
        queue: create_stream_broker(settings, queue=queue, stop=stop, concurrency=concurrency)
        for queue, concurrency in queues.items()
    }
    log.info("worker started", **queues)
    background = [
        asyncio.create_task(_repeat(runner.sweep, SWEEP_INTERVAL)),
        asyncio.create_task(_repeat(runner.beat, HEARTBEAT)),
    ]
    await _listen_until(stop, [_receiver(stream, runner, queues[queue], stop) for queue, stream in streams.items()])
    await _cancel(background)
    for stream in streams.values():
        await stream.shutdown()
    await _ignoring_outages(runner.hand_back_all())
    await factory.close()
    log.info("worker stopped")


def _receiver(stream: IdStreamBroker, runner: JobRunner, concurrency: int, stop: asyncio.Event) -> Receiver:
    """Return what runs the jobs of one queue, so many at once; a full queue holds up no other."""

    @stream.task(task_name=RUN_JOB)
    async def run_job(job_id: str) -> None:
        if not stop.is_set():  # what was read but not begun is left to the sweep of another worker
            await runner.run(UUID(job_id))

    return Receiver(stream, max_async_tasks=concurrency, run_startup=False)


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


async def _listen_until(stop: asyncio.Event, receivers: Sequence[Receiver]) -> None:
    stopping = asyncio.create_task(_wait_for(stop))
    listening = [asyncio.create_task(receiver.listen(stop)) for receiver in receivers]
    ended, _ = await asyncio.wait([stopping, *listening], return_when=asyncio.FIRST_COMPLETED)
    stop.set()
    _, unfinished = await asyncio.wait(listening, timeout=SHUTDOWN_GRACE_SECONDS)
    await _cancel([stopping, *unfinished])
    for task in ended:  # a worker that listens no more must end and be started again
        task.result()


async def _wait_for(stop: asyncio.Event) -> None:
    await stop.wait()


async def _ignoring_outages(action: Awaitable[None]) -> None:
    with contextlib.suppress(DatabaseUnavailable):  # then the leases lapse, and others take over
        await action


async def _cancel(tasks: Sequence[asyncio.Task[None]]) -> None:
    """End the tasks, asking again: a cancellation that meets a connection being opened is lost in redis-py."""
    unfinished = set(tasks)
    while unfinished:
        for task in unfinished:
            task.cancel()
        _, unfinished = await asyncio.wait(unfinished, timeout=CANCEL_AGAIN_SECONDS)


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
