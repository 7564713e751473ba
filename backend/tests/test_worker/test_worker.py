"""The start of a worker."""

import asyncio

from structlog.testing import capture_logs

from core.settings import Settings
from domain.taskiq_broker import TaskRegistry
from tests.support.jobs import NoEffect
from worker.worker import run_worker


async def test_a_worker_says_which_queues_it_leaves_to_others(settings: Settings) -> None:
    registry, stop = TaskRegistry(), asyncio.Event()

    @registry.task(NoEffect, queue="birds")
    async def watch(_work: object, _: NoEffect) -> None: ...

    @registry.task(NoEffect)
    async def count(_work: object, _: NoEffect) -> None: ...

    stop.set()
    with capture_logs() as lines:
        await run_worker(settings.model_copy(update={"worker_queues": "default"}), registry, stop)
    [line] = [line for line in lines if line["event"] == "queues left to other workers"]
    assert line["queues"] == ["birds"]
