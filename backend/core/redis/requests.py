"""Counts requests per minute in this process, and exchanges the counts with the other processes through Redis."""

import asyncio
import contextlib
import time
from collections.abc import Hashable
from dataclasses import dataclass

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from core import product
from core.metrics.metrics import Metrics
from core.runtime import background
from core.runtime.outages import reason_of

log = structlog.get_logger()

KEY_PREFIX = f"{product.SLUG}:requests:"
WINDOW_SECONDS = 60
# How often the counts are exchanged. In between, a process does not see the requests that the others counted.
EXCHANGE_SECONDS = 1.0


@dataclass(slots=True)
class _Count:
    known: int = 0  # the sum over all processes at the last exchange
    own: int = 0  # what this process has counted since


class RequestCounts:
    """The number of requests per key in the current minute.

    Counting costs no round trip: once a second, each process adds its counts to Redis and reads the sums. So a limit
    can be exceeded by what the other processes receive in that second. While Redis is away, each process counts for
    itself.
    """

    def __init__(self, redis: Redis, metrics: Metrics) -> None:
        self._redis = redis
        self._metrics = metrics
        self._window = 0
        self._counts: dict[tuple[Hashable, ...], _Count] = {}
        self._changed: dict[tuple[Hashable, ...], _Count] = {}
        self._exchanging: asyncio.Task[None] | None = None
        self._closing = asyncio.Event()

    def add(self, *key: Hashable) -> tuple[int, int]:
        """Count a request; return the new count, and the seconds until it is reset."""
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
        """Uncount a request. If a minute has begun since, its count is one too low."""
        if key in self._counts:
            self._counts[key].own -= 1
            self._changed[key] = self._counts[key]

    async def close(self) -> None:
        """Exchange the last counts, and stop."""
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
        sent = [(key, count, count.own) for key, count in changed.items()]
        try:
            async with self._redis.pipeline(transaction=False) as pipeline:
                for key, _, own in sent:
                    name = f"{KEY_PREFIX}{window}:{':'.join(map(str, key))}"
                    pipeline.incrby(name, own)
                    pipeline.expire(name, 2 * WINDOW_SECONDS)
                totals = (await pipeline.execute())[::2]
        except (
            RedisError,
            OSError,
        ) as error:  # counts that were not exchanged are sent with the next request of that key
            self._metrics.count_redis_failure("requests")
            log.debug("request counts not exchanged", reason=reason_of(error))
            return
        for (_, count, own), total in zip(sent, totals, strict=True):
            count.known, count.own = int(total), count.own - own
