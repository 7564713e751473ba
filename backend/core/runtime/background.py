"""Tasks that may outlive their callers."""

import asyncio
from collections.abc import Coroutine, Iterable
from contextvars import Context
from typing import Any, TypeVar

Result = TypeVar("Result")


def start(work: Coroutine[Any, Any, Result]) -> asyncio.Task[Result]:
    """Start `work` as a task with an empty context: it serves many requests, so its log lines carry no request id."""
    return asyncio.create_task(work, context=Context())


async def results_within(seconds: float, works: Iterable[Coroutine[Any, Any, Result]]) -> list[Result | None]:
    """Return the results of all `works`, which run at once, in their order, or None for those that take longer.

    These are cancelled and not waited for: they may say goodbye to a server that hangs.
    """
    running = [asyncio.create_task(work) for work in works]
    _, late = await asyncio.wait(running, timeout=seconds)
    for task in late:
        task.cancel()
    return [None if task in late else task.result() for task in running]
