"""Runs one job: claim, execute, settle."""

import asyncio
import time
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from functools import partial
from uuid import UUID, uuid4

import structlog

from core.metrics.jobs import Run
from core.runtime.batching import Batcher
from core.runtime.outages import Outage
from core.sentry import report_error
from core.tracing import job_span, mark_failed, tick_span
from domain.errors import AppError, DatabaseUnavailable
from domain.jobs.job import LEASE, ClaimedJob, ClaimLost, JobOverdue, PermanentError
from domain.permissions import SYSTEM
from domain.taskiq_broker import Schedule, Task, TaskRegistry
from service.factory import Factory, Work
from service.jobs.outbox import payload_adapter
from service.unit_of_work import Context

log = structlog.get_logger()

CLAIM_BATCH = 100


class JobRunner:
    """Runs jobs by id, as a worker with an id of its own.

    One transaction claims a job. Another one has its effects, and marks it as done.
    """

    def __init__(self, factory: Factory, registry: TaskRegistry) -> None:
        self._factory = factory
        self._registry = registry
        self._fail_at = factory.resources.fail_at
        self._metrics = factory.resources.metrics
        self._worker = uuid4()
        self._running: dict[UUID, str] = {}  # with the names of their tasks
        self._beaten_at = time.monotonic()
        self._unknown = Outage()  # there may be thousands, and one line is enough
        self._unknown_released = 0
        self._noted_ticks: dict[str, datetime] = {}
        self._claim = Batcher(partial(factory.jobs.claim, worker=self._worker), limit=CLAIM_BATCH)
        self._complete = Batcher(partial(factory.jobs.complete_all, worker=self._worker), limit=CLAIM_BATCH)

    async def run(self, job_id: UUID) -> None:
        """Run the job if it can be claimed. Its row records how it ended; in an outage its lease lapses instead."""
        self._fail_at("before_claim")
        try:
            if job := await self._claim(job_id):
                self._fail_at("after_claim")
                await self._observe(job)
        except DatabaseUnavailable as outage:  # the sweep sends its id again
            log.warning("job left to the sweep", job_id=str(job_id), reason=repr(outage.__cause__))

    async def _observe(self, job: ClaimedJob) -> None:
        self._running[job.id] = job.task
        tokens = structlog.contextvars.bind_contextvars(
            job_id=str(job.id), task=job.task, attempt=job.attempt, request_id=job.request_id
        )
        waited = (datetime.now(UTC) - job.available_at).total_seconds()
        try:
            with self._metrics.jobs.run(job.task, queue=job.queue, waited=waited) as run:
                await self._trace(job, run)
        finally:
            structlog.contextvars.reset_contextvars(**tokens)
            self._running.pop(job.id, None)

    async def _trace(self, job: ClaimedJob, run: Run) -> None:
        span = job_span(
            job.task,
            job_id=job.id,
            attempt=job.attempt,
            request_id=job.request_id,
            traceparent=job.traceparent,
        )
        try:
            with span:
                run.outcome = await self._run_and_settle(job)
        except ClaimLost:
            run.outcome = "fenced"
            log.warning("job fenced")

    async def _run_and_settle(self, job: ClaimedJob) -> str:
        """Run the job, record in its row how it ended, and return that."""
        task = self._registry.find(job.task)
        if task is None:
            await self._release_unknown(job)
            return "released"
        try:
            await self._execute(task, job)
        except ClaimLost:
            raise
        except asyncio.CancelledError as error:
            if not _is_being_cancelled():
                return await self._settle_failure(job, error)
            await asyncio.shield(self._release(job))
            raise
        except Exception as error:  # noqa: BLE001  (the job's row records any error)
            return await self._settle_failure(job, error)
        return "done"

    async def _execute(self, task: Task, job: ClaimedJob) -> None:
        started = asyncio.get_running_loop().time()
        payload = _validated(task, job)
        deadline = asyncio.timeout(task.spec.timeout.total_seconds())
        try:
            async with deadline, self._work(job) as work:
                await task.handler(work, payload)
                has_effects = work.writes
                if has_effects:
                    await work.jobs.complete(job)
                self._fail_at("before_done")
        except TimeoutError as error:
            if deadline.expired():
                raise JobOverdue from error
            raise
        if not has_effects:
            await self._complete_without_effects(job)
        self._fail_at("after_done")
        log.info("job done", ms=round((asyncio.get_running_loop().time() - started) * 1000, 1))

    async def _complete_without_effects(self, job: ClaimedJob) -> None:
        # Nothing has to be committed with the mark, so it shares a statement with those of other jobs.
        if not await self._complete((job.id, job.attempt)):
            raise ClaimLost

    async def _settle_failure(self, job: ClaimedJob, error: BaseException) -> str:
        if not isinstance(error, AppError):
            report_error(error)
        mark_failed(error)
        async with self._work() as work:
            is_dead = await work.jobs.fail(job, error)
        return "dead" if is_dead else "retried"

    async def _release(self, job: ClaimedJob) -> None:
        async with self._work() as work:
            await work.jobs.release(job)

    async def _release_unknown(self, job: ClaimedJob) -> None:
        async with self._work() as work:
            await work.jobs.release_unknown(job)
        self._unknown_released += 1
        if self._unknown.should_log_failure():
            log.warning("jobs of unknown tasks released", task=job.task, jobs=self._unknown_released)
            self._unknown_released = 0

    async def beat(self) -> None:
        """Extend the leases of the jobs that are running.

        Not of all claimed jobs: if an outage prevents the end of a run from being recorded, its lease has to lapse, or
        the job would never run again.
        """
        last, self._beaten_at = self._beaten_at, time.monotonic()
        if (pause := self._beaten_at - last) > LEASE.total_seconds():
            tasks = sorted(set(self._running.values()))
            log.warning("heartbeat late", seconds=round(pause), running=tasks)  # others may have taken these jobs
        if self._running:
            await self._factory.jobs.extend_leases(self._worker, list(self._running))

    async def release_all(self) -> None:
        """Release the jobs that this worker claimed and will not run, so that others run them at once."""
        if jobs := await self._factory.jobs.release_all(self._worker):
            log.warning("jobs released", jobs=jobs)

    async def sweep(self) -> None:
        """Send the ids of due, unclaimed jobs again. They go out before the commit, so an outage leaves them unsent."""
        transport = self._factory.resources.transport
        waiting = {queue: await transport.waiting(queue) for queue in self._registry.queues}
        async with self._work() as work:
            unclaimed, dead = await work.jobs.take_unclaimed(waiting, running=list(self._running))
            for queue, forgotten in unclaimed.items():
                self._fail_at("before_resend")
                await transport.send(forgotten, queue=queue)
                self._fail_at("after_resend")
                self._metrics.jobs.count_resent(queue, len(forgotten))
                log.info("jobs sent again", queue=queue, jobs=len(forgotten))
        for job in dead:
            self._metrics.jobs.count_lost(job.task, queue=job.queue)

    async def enqueue_due(self, now: datetime) -> None:
        """Enqueue every scheduled task whose latest tick is due, in the transaction that records it.

        A schedule that fails holds up no other: its error is raised when all have been looked at.
        """
        async with AsyncExitStack() as every:
            for name, schedule in self._registry.schedules.items():
                every.push_async_callback(self._enqueue_if_due, name, schedule, now)

    async def _enqueue_if_due(self, name: str, schedule: Schedule, now: datetime) -> None:
        tick = schedule.last_tick(now)
        if self._noted_ticks.get(name) == tick:
            return
        with tick_span(name):
            async with self._work() as work:
                is_due = await work.jobs.record_tick(name, tick)
                if is_due:
                    work.outbox.enqueue(schedule.payload)
        self._noted_ticks[name] = tick
        if is_due:
            self._metrics.scheduler.count_enqueued(name, delay=(now - tick).total_seconds())
        else:
            self._metrics.scheduler.count_duplicate(name)

    def _work(self, job: ClaimedJob | None = None) -> Work:
        if job is None:
            return self._factory.unit_of_work(SYSTEM)
        return self._factory.unit_of_work(SYSTEM, Context(request_id=job.request_id, job_id=job.id))


def _validated(task: Task, job: ClaimedJob) -> object:
    try:
        return payload_adapter(task.spec.payload_type).validate_python(job.payload)
    except ValueError as error:
        raise PermanentError(f"The payload does not fit the task: {error}") from error


def _is_being_cancelled() -> bool:
    """Return whether the worker is cancelling this run.

    A task raises `CancelledError` as well when what it awaits was cancelled.
    """
    running = asyncio.current_task()
    return running is not None and running.cancelling() > 0
