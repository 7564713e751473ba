"""Counts requests by the minute, in this process, and tells the other processes a moment later."""

import asyncio
import contextlib
import time
from collections.abc import Hashable
from dataclasses import dataclass

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from core.runtime import background

log = structlog.get_logger()

KEY_PREFIX = "lamina:requests:"
WINDOW_SECONDS = 60
# How late a process learns what the others have counted; so much more than the limit can get through.
EXCHANGE_SECONDS = 1.0


@dataclass(slots=True)
class _Count:
    known: int = 0  # what all processes had counted when they last told each other
    own: int = 0  # what this one has counted since


class RequestCounts:
    """How many requests somebody has sent in the current minute.

    Counting costs no round trip: once a second, each process adds what it has counted to Redis and learns the sums. So
    of N processes each may let through what it gets in that second before it knows of the others, and without Redis
    each counts for itself.
    """

    def __init__(self, redis: Redis) -> None:
        """Exchange the counts through `redis`."""
        self._redis = redis
        self._window = 0
        self._counts: dict[tuple[Hashable, ...], _Count] = {}
        self._changed: dict[tuple[Hashable, ...], _Count] = {}
        self._exchanging: asyncio.Task[None] | None = None
        self._closing = asyncio.Event()

    def add(self, *key: Hashable) -> tuple[int, int]:
        """Count a request and return how many there are now, and in how many seconds the count starts afresh."""
        now = time.time()
        window = int(now // WINDOW_SECONDS)
        if window != self._window:
            self._window, self._counts, self._changed = window, {}, {}
        count = self._counts.get(key)
        if count is None:
            count = self._counts[key] = _Count()
        count.own += 1
        self._changed[key] = count
        if self._exchanging is None:
            self._exchanging = background.start(self._exchange_while_counting())
        return count.known + count.own, WINDOW_SECONDS - int(now % WINDOW_SECONDS)

    def uncount(self, *key: Hashable) -> None:
        """Uncount a request, unless a new minute has begun since."""
        if key in self._counts:
            self._counts[key].own -= 1
            self._changed[key] = self._counts[key]

    async def close(self) -> None:
        """Tell the others what was counted last, and stop."""
        self._closing.set()
        if self._exchanging is not None:
            await self._exchanging

    async def _exchange_while_counting(self) -> None:
        try:
            while self._changed:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._closing.wait(), EXCHANGE_SECONDS)
                await self._exchange()
        finally:
            self._exchanging = None

    async def _exchange(self) -> None:
        window, (changed, self._changed) = self._window, (self._changed, {})
        told = [(key, count, count.own) for key, count in changed.items()]
        try:
            async with self._redis.pipeline(transaction=False) as pipeline:
                for key, _, own in told:
                    name = f"{KEY_PREFIX}{window}:{':'.join(map(str, key))}"
                    pipeline.incrby(name, own)
                    pipeline.expire(name, 2 * WINDOW_SECONDS)
                totals = (await pipeline.execute())[::2]
        except (RedisError, OSError) as error:  # what was not told is told with the next request of the same sender
            log.debug("counts of requests not exchanged", reason=type(error).__name__)
            return
        for (_, count, own), total in zip(told, totals, strict=True):
            count.known, count.own = int(total), count.own - own
