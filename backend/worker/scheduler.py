"""The scheduler process: enqueues scheduled tasks."""

import asyncio
from datetime import UTC, datetime, timedelta

import structlog

from core.settings import Settings
from domain.taskiq_broker import TaskRegistry
from service.factory import create_factory
from worker.background import cancel, repeat
from worker.job_runner import JobRunner

log = structlog.get_logger()


async def run_scheduler(settings: Settings, registry: TaskRegistry, stop: asyncio.Event) -> None:
    """Enqueue the scheduled tasks of `registry` until `stop` is set. Any number of schedulers may run; each tick fires once.

    Raises:
        SettingsError: `DATABASE_URL` or `REDIS_URL` is missing.
    """
    factory = create_factory(settings, registry, component="scheduler")
    runner = JobRunner(factory, registry)
    log.info("scheduler started", schedules=len(registry.schedules))
    ticking = asyncio.create_task(repeat(lambda: runner.enqueue_due(datetime.now(UTC)), timedelta(seconds=1)))
    await stop.wait()
    await cancel([ticking])
    await factory.close()
    log.info("scheduler stopped")
