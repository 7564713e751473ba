"""Turns calls that meet into one."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import Generic, TypeVar

# A run that took a second is followed by nine of rest, but never by more than one: a check that timed out took long as well.
REST_FACTOR = 9
LONGEST_REST_SECONDS = 1.0

Item = TypeVar("Item", bound=Hashable)
Result = TypeVar("Result")


class Batcher(Generic[Item, Result]):
    """Answers many calls with one: while a batch is under way, the items of the next one gather.

    Nobody waits for company, so a lonely call is as quick as without batching, and the more there is to do, the
    larger are the batches.
    """

    def __init__(self, run: Callable[[Sequence[Item]], Awaitable[dict[Item, Result]]], *, limit: int) -> None:
        """Answer by `run`, which gets up to `limit` different items and leaves out those that have no result."""
        self._run = run
        self._limit = limit
        self._waiting: dict[Item, list[asyncio.Future[Result | None]]] = {}
        self._running: asyncio.Task[None] | None = None

    async def __call__(self, item: Item) -> Result | None:
        """Return the result for `item`, or None. When it is asked for twice at once, only one caller gets the result.

        Raises:
            Exception: whatever the batch raised.
        """
        future: asyncio.Future[Result | None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(item, []).append(future)
        if self._running is None:
            self._running = asyncio.create_task(self._run_batches())
        return await future

    async def _run_batches(self) -> None:
        try:
            while self._waiting:
                batch = {item: self._waiting.pop(item) for item in list(self._waiting)[: self._limit]}
                await self._run_batch(batch)
        finally:
            self._running = None

    async def _run_batch(self, batch: dict[Item, list[asyncio.Future[Result | None]]]) -> None:
        try:
            results = await self._run(list(batch))
        except Exception as error:  # noqa: BLE001  (it belongs to the callers)
            for future in _unanswered(batch):
                future.set_exception(error)
        else:
            for item, futures in batch.items():
                for future in futures:
                    if not future.done():
                        future.set_result(results.pop(item, None))


def _unanswered(batch: dict[Item, list[asyncio.Future[Result | None]]]) -> list[asyncio.Future[Result | None]]:
    return [future for futures in batch.values() for future in futures if not future.done()]


class SharedRun(Generic[Result]):
    """Runs a function once for all callers that wait, and rests between runs, so that its cost has a bound.

    A caller gets the result of a run that began after the call, so an answer is never older than its question. However
    many callers there are, the function takes a tenth of the time at most, and never runs twice at once.
    """

    def __init__(self, run: Callable[[], Awaitable[Result]]) -> None:
        """Answer by `run`."""
        self._run = run
        self._waiting: list[asyncio.Future[Result]] = []
        self._running: asyncio.Task[None] | None = None
        self._rests_until = 0.0

    async def __call__(self) -> Result:
        """Return the result of the next run.

        Raises:
            Exception: whatever that run raised.
        """
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append(future)
        if self._running is None:
            self._running = asyncio.create_task(self._run_while_asked())
        return await future

    async def _run_while_asked(self) -> None:
        while self._waiting:
            await asyncio.sleep(self._rests_until - time.monotonic())
            waiting, self._waiting = self._waiting, []
            started = time.monotonic()
            await self._answer(waiting)
            ended = time.monotonic()
            self._rests_until = ended + min(LONGEST_REST_SECONDS, REST_FACTOR * (ended - started))
        self._running = None

    async def _answer(self, waiting: Sequence[asyncio.Future[Result]]) -> None:
        try:
            result = await self._run()
        except Exception as error:  # noqa: BLE001  (it belongs to the callers)
            for future in filter(_is_pending, waiting):
                future.set_exception(error)
        else:
            for future in filter(_is_pending, waiting):
                future.set_result(result)


def _is_pending(future: asyncio.Future[Result]) -> bool:
    return not future.done()
