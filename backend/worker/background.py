"""Background loops of the worker and the scheduler, and how they end."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

import structlog

from core.metrics.jobs import LoopMetrics
from core.runtime.outages import Outage
from domain.errors import DatabaseUnavailable, explained

log = structlog.get_logger()

CANCEL_AGAIN_SECONDS = 0.5


async def ignoring_outages(action: Awaitable[None]) -> None:
    """Wait for `action`, or return when the database is unavailable."""
    with contextlib.suppress(DatabaseUnavailable):  # the leases lapse, and another worker takes over
        await action


async def cancel(tasks: Sequence[asyncio.Task[None]]) -> None:
    """Cancel the tasks, repeatedly: redis-py loses a cancellation that arrives while it opens a connection."""
    unfinished = set(tasks)
    while unfinished:
        for task in unfinished:
            task.cancel()
        _, unfinished = await asyncio.wait(unfinished, timeout=CANCEL_AGAIN_SECONDS)


async def wait_for_end(stop: asyncio.Event, tasks: Sequence[asyncio.Task[None]]) -> None:
    """Wait until `stop` is set or one of the tasks ends, and raise its error: the program must end and be restarted."""
    stopping = asyncio.create_task(_wait_for(stop))
    ended, _ = await asyncio.wait([stopping, *tasks], return_when=asyncio.FIRST_COMPLETED)
    await cancel([stopping])
    for task in ended - {stopping}:
        task.result()


async def _wait_for(stop: asyncio.Event) -> None:
    await stop.wait()


async def repeat(
    action: Callable[[], Awaitable[None]], interval: timedelta, *, name: str, metrics: LoopMetrics
) -> None:
    """Call `action` forever, counted under `name`. A failure is retried, because an outage must not end the worker."""
    outage = Outage()
    metrics.expect(name)
    while True:
        try:
            await action()
            if (away := outage.end()) is not None:
                log.info("background loop recovered", loop=name, away_s=away)
            metrics.count(name, succeeded=True)
        except Exception as error:  # noqa: BLE001
            if outage.should_log_failure():
                log.warning("background loop failing", loop=name, reason=type(error).__name__, detail=explained(error))
            metrics.count(name, succeeded=False)
        await asyncio.sleep(interval.total_seconds())
