"""Waiting on the event loop, and measuring how long it stands still."""

import asyncio
from collections.abc import Awaitable, Callable


async def longest_gap_during(work: Awaitable[object]) -> tuple[float, float]:
    """Wait for `work`, and return the longest time in which no other task could run, and how long all of it took."""
    gaps: list[float] = []
    loop = asyncio.get_running_loop()

    async def tick() -> None:
        while True:
            before = loop.time()
            await asyncio.sleep(0.005)
            gaps.append(loop.time() - before)

    ticking = asyncio.create_task(tick())
    started = loop.time()
    try:
        await work
    finally:
        ticking.cancel()
    return max(gaps), loop.time() - started


async def until(condition: Callable[[], bool]) -> None:
    """Wait until another process or thread has done something that it tells nobody of.

    Raises:
        TimeoutError: it has not after 20 seconds.
    """
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110  (there is no event)
            await asyncio.sleep(0.01)
