"""A cache of computed values: in Redis for all processes, and in this process while Redis is away."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any, Generic, TypeVar
from uuid import uuid4

import structlog
from pydantic import TypeAdapter
from redis.asyncio import Redis
from redis.exceptions import RedisError

from core import product
from core.metrics.metrics import Metrics
from core.runtime.batching import Batcher, SingleFlight
from core.runtime.outages import Outage, reason_of

log = structlog.get_logger()

T = TypeVar("T")

OUTAGES = (RedisError, OSError)

PREFIX = f"{product.SLUG}:cache:"
LEASE_MARK = b"lease:"
# Longer than a computation takes. If a process dies while it computes, the others wait no longer than this.
LEASE = timedelta(seconds=3)
POLL_SECONDS = 0.02
COMMAND_TIMEOUT_SECONDS = 0.25
# How long Redis is not called again after an outage.
PAUSE_SECONDS = 1.0
# Values in this process while Redis is away. They are short-lived: invalidations by other processes do not arrive.
LOCAL_CAPACITY = 1_000
LOCAL_SECONDS = 5.0
# Names that wait to be deleted during an outage; the time to live covers the rest.
INVALIDATED_CAPACITY = 10_000

# Replace the lease by the value, or delete it if there is none; do nothing if the lease was invalidated.
END_LEASE = """
if redis.call('GET', KEYS[1]) == ARGV[1] then
    if ARGV[2] then redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) else redis.call('DEL', KEYS[1]) end
end
"""


@dataclass(frozen=True)
class Cached(Generic[T]):
    """A kind of cached value. Increment `version` when `type` changes: a previous release may still be running."""

    name: str
    version: int
    type: type[T]
    ttl: timedelta

    def name_of(self, key: object) -> str:
        """Return the name under which Redis stores the value of `key`."""
        return f"{PREFIX}{self.name}:{self.version}:{key}"

    @cached_property
    def adapter(self) -> TypeAdapter[T]:
        """Converts values to JSON and back."""
        return TypeAdapter(self.type)


class Cache:
    """Computes a value once for all concurrent callers, and never fails because Redis is away.

    Within a process, the first caller computes and the others wait for its result. Between processes, the first one
    stores a lease in place of the value, and the others wait until the value replaces it. An invalidation deletes the
    lease, so the result of a computation that began before the change is not stored.
    """

    def __init__(self, redis: Redis, metrics: Metrics) -> None:
        self._redis = redis
        self._metrics = metrics
        self._flights = SingleFlight[Any]()
        self._local: dict[str, tuple[float, Any]] = {}
        self._invalidated: set[str] = set()
        self._invalidations = 0
        self._deletions = Batcher(self._delete_together, limit=1)
        self._paused_until = 0.0
        self._outage = Outage()

    async def get(self, kind: Cached[T], key: object, compute: Callable[[], Awaitable[T]]) -> T:
        """Return the value, computed by `compute` if it is not cached. All waiting callers get its error."""
        name = kind.name_of(key)
        value: T = await self._flights.run(name, lambda: self._find_or_compute(kind, name, compute))
        return value

    async def put(self, kind: Cached[T], key: object, value: T) -> None:
        """Store a value; it is dropped while Redis is away."""
        if self._is_paused:
            return
        with suppress(*OUTAGES):
            await self._call(self._redis.set, kind.name_of(key), kind.adapter.dump_json(value), px=kind.ttl)

    async def invalidate(self, names: Collection[str]) -> None:
        """Delete the values. While Redis is away the names are kept, and deleted before Redis is read again."""
        self._invalidations += 1
        for name in names:
            self._local.pop(name, None)
            self._flights.forget(name)
        if len(self._invalidated) < INVALIDATED_CAPACITY:
            self._invalidated.update(names)
        if names and not self._is_paused:
            with suppress(*OUTAGES):
                await self._call(_nothing)

    @property
    def _is_paused(self) -> bool:
        return time.monotonic() < self._paused_until

    async def _find_or_compute(self, kind: Cached[T], name: str, compute: Callable[[], Awaitable[T]]) -> T:
        if self._is_paused:
            return await self._find_or_compute_locally(name, compute)
        lease = LEASE_MARK + uuid4().hex.encode()
        try:
            stored = await self._find_or_lease(name, lease)
        except OUTAGES:
            return await self._find_or_compute_locally(name, compute)
        if stored is not None:
            self._metrics.count_cache_read("hit")
            return kind.adapter.validate_json(stored)
        self._metrics.count_cache_read("computed")
        replacement: tuple[bytes, int] | tuple[()] = ()
        try:
            value = await compute()
            replacement = kind.adapter.dump_json(value), kind.ttl // timedelta(milliseconds=1)
            return value
        finally:
            with suppress(*OUTAGES):
                await self._call(self._redis.eval, END_LEASE, 1, name, lease, *replacement)

    async def _find_or_lease(self, name: str, lease: bytes) -> bytes | None:
        """Return the value, once another process has computed it, or None if the caller must compute it."""
        deadline = time.monotonic() + LEASE.total_seconds()
        while time.monotonic() < deadline:
            found: bytes | None = await self._call(self._redis.set, name, lease, nx=True, get=True, px=LEASE)
            if found is None or not found.startswith(LEASE_MARK):
                return found
            await asyncio.sleep(POLL_SECONDS)
        return None

    async def _find_or_compute_locally(self, name: str, compute: Callable[[], Awaitable[T]]) -> T:
        self._metrics.count_cache_read("local")
        expires_at, value = self._local.pop(name, (0.0, None))
        if expires_at < time.monotonic():
            expires_at, seen = time.monotonic() + LOCAL_SECONDS, self._invalidations
            computed = await compute()
            if seen != self._invalidations:  # it may be of before the change
                return computed
            value = computed
        self._local[name] = expires_at, value
        if len(self._local) > LOCAL_CAPACITY:
            del self._local[next(iter(self._local))]  # the least recently used
        found: T = value
        return found

    async def _call(self, command: Callable[..., Awaitable[Any]], *arguments: Any, **options: Any) -> Any:  # noqa: ANN401
        """Delete the invalidated names, run a command of Redis and return its reply; after a failure, pause."""
        try:
            async with asyncio.timeout(COMMAND_TIMEOUT_SECONDS):
                await self._delete_invalidated()
                reply = await command(*arguments, **options)
        except OUTAGES as error:
            self._paused_until = time.monotonic() + PAUSE_SECONDS
            self._metrics.count_redis_failure("cache")
            if self._outage.should_log_failure():
                log.warning("cache unavailable", reason=reason_of(error))
            raise
        if (away := self._outage.end()) is not None:
            log.info("cache available again", away_s=away)
        return reply

    async def _delete_invalidated(self) -> None:
        """Delete the names of all callers in one round trip, and return only when no deletion is under way."""
        if self._invalidated or self._deletions.is_running:
            await self._deletions(None)

    async def _delete_together(self, _: Sequence[None]) -> dict[None, None]:
        names, self._invalidated = self._invalidated, set()
        try:
            if names:
                await self._redis.delete(*names)
        except BaseException:
            self._invalidated |= names
            raise
        return {}


async def _nothing() -> None:
    """Run no command: the invalidated names are deleted before it."""
