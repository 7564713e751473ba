"""A background loop logs when it begins to fail and when it works again."""

import asyncio
from datetime import timedelta

from prometheus_client import CollectorRegistry
from structlog.testing import capture_logs

from core.metrics.jobs import LoopMetrics
from domain.errors import DatabaseUnavailable
from worker.background import cancel, repeat


async def test_a_loop_that_fails_again_and_again_is_logged_once_and_so_is_its_recovery() -> None:
    runs = 0
    finished = asyncio.Event()

    async def action() -> None:
        nonlocal runs
        runs += 1
        if 2 <= runs <= 5:
            raise DatabaseUnavailable from OSError("No space left on device")
        if runs > 6:
            finished.set()

    with capture_logs() as lines:
        loop = asyncio.create_task(repeat(action, timedelta(0), name="sweep", metrics=LoopMetrics(CollectorRegistry())))
        await finished.wait()
        await cancel([loop])
    assert [(line["event"], line["loop"]) for line in lines] == [
        ("background loop failing", "sweep"),
        ("background loop recovered", "sweep"),
    ]
    assert lines[0]["detail"].endswith("(OSError('No space left on device'))")
