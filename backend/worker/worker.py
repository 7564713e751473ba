"""The worker process: listens to its queues, runs jobs, and drains before it stops."""

import asyncio
from collections.abc import Collection, Sequence
from uuid import UUID

import structlog

from core.metrics.server import metrics_served
from core.redis.job_stream import RUN_JOB
from core.runtime.outages import Outage
from core.settings import Settings, SettingsError
from domain.jobs.job import HEARTBEAT, SWEEP_INTERVAL
from domain.taskiq_broker import TaskRegistry
from service.factory import Factory, create_factory
from worker.background import cancel, ignoring_outages, repeat, wait_for_end
from worker.job_receiver import JobReceiver
from worker.job_runner import JobRunner
from worker.stream_broker import IdStreamBroker, create_stream_broker

log = structlog.get_logger()

# `make up` and orchestrators kill after about ten seconds.
SHUTDOWN_GRACE_SECONDS = 7.0


async def run_worker(settings: Settings, registry: TaskRegistry, stop: asyncio.Event) -> None:
    """Run the jobs of `registry` until `stop` is set, then finish running jobs, or release those that take too long.

    Raises:
        SettingsError: `DATABASE_URL` or `REDIS_URL` is missing, no task uses a queue of `WORKER_QUEUES`, or the port
            for metrics is taken.
    """
    queues = settings.queue_concurrency
    _require_known(queues, registry.queues)
    connections = {"database_pool_size": settings.worker_pool_size}
    factory = create_factory(settings.model_copy(update=connections), registry, component="worker")
    runner = JobRunner(factory, registry)
    outage = Outage()
    streams = {
        queue: create_stream_broker(settings, queue=queue, stop=stop, concurrency=concurrency, outage=outage)
        for queue, concurrency in queues.items()
    }
    metrics = factory.resources.metrics
    metrics.jobs.expect({task.spec.name: task.spec.queue for task in registry.all()}, slots=queues)
    try:
        with metrics_served(
            metrics.registry,
            host=settings.metrics_host,
            port=settings.worker_metrics_port,
            setting="WORKER_METRICS_PORT",
        ):
            log.info("worker started", **queues)
            receivers = [_receiver(stream, runner, queues[queue], stop) for queue, stream in streams.items()]
            await _work_until(stop, receivers, runner, factory)
    finally:
        for stream in streams.values():
            await stream.shutdown()
        await factory.close()
    log.info("worker stopped")


def _require_known(served: Collection[str], used: Collection[str]) -> None:
    if not set(served) & set(used):
        raise SettingsError(
            f"WORKER_QUEUES: no task uses {', '.join(sorted(served))}; the queues of tasks are {', '.join(sorted(used))}."
        )
    if unused := sorted(set(served) - set(used)):
        log.warning("queues without tasks", queues=unused)
    if left := sorted(set(used) - set(served)):
        log.info("queues left to other workers", queues=left)


def _receiver(stream: IdStreamBroker, runner: JobRunner, concurrency: int, stop: asyncio.Event) -> JobReceiver:
    """Return the receiver of one queue. Each queue has its own limit, so a full queue delays no other."""

    @stream.task(task_name=RUN_JOB)
    async def run_job(job_id: UUID) -> None:
        if not stop.is_set():  # ids that were read but not begun are left to the sweep of another worker
            await runner.run(job_id)

    return JobReceiver(stream, concurrency=concurrency)


async def _work_until(
    stop: asyncio.Event, receivers: Sequence[JobReceiver], runner: JobRunner, factory: Factory
) -> None:
    loops = factory.resources.metrics.loops
    background = [
        asyncio.create_task(repeat(runner.sweep, SWEEP_INTERVAL, name="sweep", metrics=loops)),
        asyncio.create_task(repeat(runner.beat, HEARTBEAT, name="heartbeat", metrics=loops)),
        asyncio.create_task(factory.metrics_page.keep_current()),
    ]
    try:
        await _listen_until(stop, receivers, background)
    finally:
        await cancel(background)
        await ignoring_outages(runner.release_all())


async def _listen_until(
    stop: asyncio.Event, receivers: Sequence[JobReceiver], background: Sequence[asyncio.Task[None]]
) -> None:
    listening = [asyncio.create_task(receiver.listen(stop)) for receiver in receivers]
    try:
        await wait_for_end(stop, [*listening, *background])
    finally:
        stop.set()
        _, unfinished = await asyncio.wait(listening, timeout=SHUTDOWN_GRACE_SECONDS)
        await cancel([*unfinished])
