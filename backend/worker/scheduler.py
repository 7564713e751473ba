"""The scheduler process: enqueues scheduled tasks."""

import asyncio
from datetime import timedelta

import structlog

from core.metrics.server import metrics_served
from core.settings import Settings
from domain.taskiq_broker import TaskRegistry
from service.factory import Factory, create_factory
from worker.background import cancel, repeat, wait_for_end
from worker.job_runner import JobRunner

log = structlog.get_logger()


async def run_scheduler(settings: Settings, registry: TaskRegistry, stop: asyncio.Event) -> None:
    """Enqueue the scheduled tasks of `registry` until `stop` is set.

    Any number of schedulers may run; each tick fires once.

    Raises:
        SettingsError: `DATABASE_URL` or `REDIS_URL` is missing, or the port for metrics is taken.
    """
    factory = create_factory(settings, registry, component="scheduler")
    runner = JobRunner(factory, registry)
    metrics = factory.resources.metrics
    for task in registry.schedules:
        metrics.scheduler.expect(task)
    try:
        with metrics_served(
            metrics.registry,
            host=settings.metrics_host,
            port=settings.scheduler_metrics_port,
            setting="SCHEDULER_METRICS_PORT",
        ):
            log.info("scheduler started", schedules=len(registry.schedules))
            await _schedule_until(stop, runner, factory)
    finally:
        await factory.close()
    log.info("scheduler stopped")


async def _schedule_until(stop: asyncio.Event, runner: JobRunner, factory: Factory) -> None:
    loops = factory.resources.metrics.loops

    async def enqueue_due() -> None:
        await runner.enqueue_due(await factory.jobs.now())  # the clock of this host may be wrong

    background = [
        asyncio.create_task(repeat(enqueue_due, timedelta(seconds=1), name="schedule", metrics=loops)),
        asyncio.create_task(factory.metrics_page.keep_current()),
    ]
    try:
        await wait_for_end(stop, background)
    finally:
        await cancel(background)
