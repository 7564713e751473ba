"""Calls that meet and become one."""

import asyncio
import time
from collections.abc import Sequence

import pytest

from core.runtime.batching import Batcher, SharedRun


class Reading:
    """Says how often it was asked, and notices when it is asked twice at once."""

    def __init__(self) -> None:
        self.begun = 0
        self.may_end = asyncio.Event()
        self.running = 0
        self.most_at_once = 0
        self.began_at: list[float] = []
        self.fails = False

    async def __call__(self) -> int:
        self.begun += 1
        self.began_at.append(time.monotonic())
        number = self.begun
        self.running += 1
        self.most_at_once = max(self.most_at_once, self.running)
        await self.may_end.wait()
        self.running -= 1
        if self.fails:
            raise LookupError(number)
        return number


async def _begin(*calls: object) -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_who_asks_while_it_runs_gets_the_next_result_and_none_run_at_once() -> None:
    reading = Reading()
    shared = SharedRun(reading)
    async with asyncio.TaskGroup() as group:
        first = [group.create_task(shared()) for _ in range(3)]
        await _begin()
        later = [group.create_task(shared()) for _ in range(3)]
        await _begin()
        assert reading.begun == 1
        reading.may_end.set()
    assert [task.result() for task in [*first, *later]] == [1, 1, 1, 2, 2, 2]
    assert reading.most_at_once == 1


async def test_it_rests_longer_than_it_ran() -> None:
    reading = Reading()
    shared = SharedRun(reading)
    first = asyncio.create_task(shared())
    await asyncio.sleep(0.02)
    reading.may_end.set()
    await first
    ended = time.monotonic()
    await shared()
    assert reading.began_at[1] - ended > 0.1


async def test_a_failure_is_told_to_all_who_waited_and_to_no_one_else() -> None:
    reading = Reading()
    reading.may_end.set()
    reading.fails = True
    shared = SharedRun(reading)
    outcomes = await asyncio.gather(shared(), shared(), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [LookupError, LookupError]
    reading.fails = False
    assert await shared() == 2


async def test_callers_of_a_run_that_ends_cancelled_do_not_wait_for_ever() -> None:
    async def run() -> int:
        raise asyncio.CancelledError

    async def run_batch(_: Sequence[str]) -> dict[str, int]:
        raise asyncio.CancelledError

    shared, batches = SharedRun(run), Batcher(run_batch, limit=10)
    for _ in range(2):
        with pytest.raises(RuntimeError, match="cancelled"):
            await asyncio.wait_for(shared(), 5)
        with pytest.raises(RuntimeError, match="cancelled"):
            await asyncio.wait_for(batches("a"), 5)


async def test_a_caller_that_leaves_takes_nothing_from_the_others() -> None:
    reading = Reading()
    shared = SharedRun(reading)
    leaving, staying = asyncio.create_task(shared()), asyncio.create_task(shared())
    await _begin()
    leaving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await leaving
    reading.may_end.set()
    assert await staying == 1
