"""Batching and sharing of concurrent calls."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import Generic, TypeVar

# A run of 0.1 s is followed by 0.9 s of rest. The rest is capped, because a check that timed out also took long.
REST_FACTOR = 9
LONGEST_REST_SECONDS = 1.0

Item = TypeVar("Item", bound=Hashable)
Result = TypeVar("Result")


class Batcher(Generic[Item, Result]):
    """Collects the items of concurrent calls while a batch is running, and passes them to `run` as the next batch.

    A single call is not delayed. Under load the batches grow, up to `limit` different items. `run` leaves out the items
    that have no result.
    """

    def __init__(self, run: Callable[[Sequence[Item]], Awaitable[dict[Item, Result]]], *, limit: int) -> None:
        self._run = run
        self._limit = limit
        self._waiting: dict[Item, list[asyncio.Future[Result | None]]] = {}
        self._running: asyncio.Task[None] | None = None

    @property
    def is_running(self) -> bool:
        """Whether a batch is running, or about to."""
        return self._running is not None

    async def __call__(self, item: Item) -> Result | None:
        """Return the result for `item`, or None.

        Of several concurrent callers with the same item, only one gets the result.

        Raises:
            Exception: the error of the batch.
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
        except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001  (the callers handle it)
            for future in _unanswered(batch):
                future.set_exception(_for_callers(error))
        else:
            for item, futures in batch.items():
                for future in futures:
                    if not future.done():
                        future.set_result(results.pop(item, None))


def _for_callers(error: BaseException) -> Exception:
    # A library may end with a `CancelledError` of its own. Callers that got it would seem to be cancelled themselves.
    return error if isinstance(error, Exception) else RuntimeError("The run was cancelled.")


def _unanswered(batch: dict[Item, list[asyncio.Future[Result | None]]]) -> list[asyncio.Future[Result | None]]:
    return [future for futures in batch.values() for future in futures if not future.done()]


class SingleFlight(Generic[Result]):
    """Runs a function once for all concurrent callers with the same key: the first caller runs it, the others wait.

    When the first caller is cancelled, one of the others runs its own function.
    """

    def __init__(self) -> None:
        self._running: dict[Hashable, asyncio.Future[Result]] = {}

    async def run(self, key: Hashable, function: Callable[[], Awaitable[Result]]) -> Result:
        """Return the result of the running call for `key`, or of a call of `function`.

        Raises:
            Exception: the error of that call.
        """
        while (running := self._running.get(key)) is not None:
            await asyncio.wait([running])
            if not running.cancelled():
                return running.result()
        return await self._lead(key, function)

    def forget(self, key: Hashable) -> None:
        """Let the next caller run its own function instead of waiting for the call that is running."""
        self._running.pop(key, None)

    async def _lead(self, key: Hashable, function: Callable[[], Awaitable[Result]]) -> Result:
        running = self._running[key] = asyncio.get_running_loop().create_future()
        try:
            result = await function()
            running.set_result(result)
        except Exception as error:
            running.set_exception(error)
            running.exception()  # marks it as retrieved: there may be no other caller
            raise
        else:
            return result
        finally:
            running.cancel()  # has no effect on a result
            if self._running.get(key) is running:
                del self._running[key]


class SharedRun(Generic[Result]):
    """Runs a function once for all waiting callers, and rests between runs so that its cost is bounded.

    A caller gets the result of a run that began after its call, so a result is never older than the call. However many
    callers there are, the function never runs twice at once and takes at most a tenth of the time.
    """

    def __init__(self, run: Callable[[], Awaitable[Result]]) -> None:
        self._run = run
        self._waiting: list[asyncio.Future[Result]] = []
        self._running: asyncio.Task[None] | None = None
        self._resting_until = 0.0

    async def __call__(self) -> Result:
        """Return the result of the next run.

        Raises:
            Exception: the error of that run.
        """
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append(future)
        if self._running is None:
            self._running = asyncio.create_task(self._run_while_called())
        return await future

    async def _run_while_called(self) -> None:
        try:
            while self._waiting:
                await asyncio.sleep(self._resting_until - time.monotonic())
                waiting, self._waiting = self._waiting, []
                started = time.monotonic()
                await self._run_for(waiting)
                ended = time.monotonic()
                self._resting_until = ended + min(LONGEST_REST_SECONDS, REST_FACTOR * (ended - started))
        finally:
            self._running = None

    async def _run_for(self, waiting: Sequence[asyncio.Future[Result]]) -> None:
        try:
            result = await self._run()
        except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001  (the callers handle it)
            for future in filter(_is_pending, waiting):
                future.set_exception(_for_callers(error))
        else:
            for future in filter(_is_pending, waiting):
                future.set_result(result)


def _is_pending(future: asyncio.Future[Result]) -> bool:
    return not future.done()
