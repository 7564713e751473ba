"""Values that cost more to compute than to keep: in Redis for all processes, and in this one while Redis is away."""

import asyncio
import time
from collections import OrderedDict
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
from core.runtime.batching import Batcher

log = structlog.get_logger()

T = TypeVar("T")

OUTAGES = (RedisError, OSError)

PREFIX = f"{product.SLUG}:cache:"
LEASE_MARK = b"lease:"
# Longer than anything that is worth caching takes; a process that dies while computing holds others up no longer.
LEASE = timedelta(seconds=3)
POLL_SECONDS = 0.02
# A cache that is slower than this is no help.
COMMAND_TIMEOUT_SECONDS = 0.25
# As long Redis is not asked again after it failed.
PAUSE_SECONDS = 1.0
# What is kept in this process while Redis is away: nobody hears then that a value has changed elsewhere.
LOCAL_CAPACITY = 1_000
LOCAL_TTL = timedelta(seconds=5)
# Names that are still to be forgotten when Redis is back; beyond them the time to live has to do.
UNFORGOTTEN_CAPACITY = 10_000

# Replaces our lease by the value, or takes it away without one; not when somebody has forgotten the name meanwhile.
END_LEASE = """
if redis.call('GET', KEYS[1]) == ARGV[1] then
    if ARGV[2] then redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) else redis.call('DEL', KEYS[1]) end
end
"""


@dataclass(frozen=True)
class Cached(Generic[T]):
    """A kind of value. Count `version` up when its type changes: an older release may still be running."""

    name: str
    version: int
    type: type[T]
    ttl: timedelta

    def name_of(self, key: object) -> str:
        """Return the name of one value."""
        return f"{PREFIX}{self.name}:{self.version}:{key}"

    @cached_property
    def adapter(self) -> TypeAdapter[T]:
        """Writes values as JSON and reads them with their types."""
        return TypeAdapter(self.type)


class _LocalValues:
    """A bounded number of values, those that were used last, for a short time."""

    def __init__(self) -> None:
        self._values: OrderedDict[str, tuple[float, bytes]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._values)

    def get(self, name: str) -> bytes | None:
        expires_at, value = self._values.get(name, (0.0, b""))
        if expires_at < time.monotonic():
            self.forget(name)
            return None
        self._values.move_to_end(name)
        return value

    def put(self, name: str, value: bytes, ttl: timedelta) -> None:
        self._values[name] = time.monotonic() + min(ttl, LOCAL_TTL).total_seconds(), value
        self._values.move_to_end(name)
        while len(self._values) > LOCAL_CAPACITY:
            self._values.popitem(last=False)

    def forget(self, name: str) -> None:
        self._values.pop(name, None)


class Cache:
    """Never fails for want of Redis, and computes a value that many ask for at once only once.

    In this process the first caller computes and the others wait for it. Between processes the first one leaves a lease
    in place of the value, and the others wait for that. The lease also keeps an old value out: whoever changes what a
    value was computed from forgets the name, lease included, and the result of a computation that began before is not
    stored.
    """

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._local = _LocalValues()
        self._computing: dict[str, asyncio.Future[Any]] = {}
        self._unforgotten: set[str] = set()
        self._forgetting = Batcher(self._forget_together, limit=UNFORGOTTEN_CAPACITY)
        self._paused_until = 0.0

    async def get(self, kind: Cached[T], key: object, compute: Callable[[], Awaitable[T]]) -> T:
        """Return the value, computed now if nobody has it.

        Args:
            kind: what it is.
            key: which one.
            compute: makes it anew; what it raises, everybody gets who waits for it.
        """
        name = kind.name_of(key)
        while (computing := self._computing.get(name)) is not None:
            try:
                value: T = await asyncio.shield(computing)
            except asyncio.CancelledError:
                if not computing.cancelled():  # this caller gave up, not the one that computes
                    raise
            else:
                return value
        return await self._lead(kind, name, compute)

    async def put(self, kind: Cached[T], key: object, value: T) -> None:
        """Store a value that was computed without being asked for; it is not kept while Redis is away."""
        if self._is_paused:
            return
        with suppress(*OUTAGES):
            await self._ask(lambda: self._redis.set(kind.name_of(key), kind.adapter.dump_json(value), px=kind.ttl))

    async def invalidate(self, names: Collection[str]) -> None:
        """Let the values be computed anew. While Redis is away the names are remembered, to be forgotten later."""
        if not names:
            return
        for name in names:
            self._local.forget(name)
            self._computing.pop(name, None)  # it began before the change; who comes now shall not wait for it
        if len(self._unforgotten) < UNFORGOTTEN_CAPACITY:
            self._unforgotten.update(names)
        if self._is_paused:
            return
        with suppress(*OUTAGES):
            await self._forgetting(frozenset(names))

    @property
    def _is_paused(self) -> bool:
        return time.monotonic() < self._paused_until

    async def _lead(self, kind: Cached[T], name: str, compute: Callable[[], Awaitable[T]]) -> T:
        """Return the value to this caller and to everybody in this process who asks meanwhile."""
        shared = self._computing[name] = asyncio.get_running_loop().create_future()
        try:
            value = await self._find_or_compute(kind, name, compute)
        except Exception as error:
            shared.set_exception(error)
            shared.exception()  # that nobody else waits for it is no mistake
            raise
        else:
            shared.set_result(value)
            return value
        finally:
            shared.cancel()  # without a result this caller was cancelled, and one of the others leads
            if self._computing.get(name) is shared:
                del self._computing[name]

    async def _find_or_compute(self, kind: Cached[T], name: str, compute: Callable[[], Awaitable[T]]) -> T:
        if self._is_paused:
            return await self._find_or_compute_here(kind, name, compute)
        lease = LEASE_MARK + uuid4().hex.encode()
        try:
            stored = await self._find_or_lease(name, lease)
        except OUTAGES:
            return await self._find_or_compute_here(kind, name, compute)
        if stored is not None:
            return kind.adapter.validate_json(stored)
        try:
            value = await compute()
        except BaseException:
            await self._end_lease(name, lease)
            raise
        await self._end_lease(name, lease, kind.adapter.dump_json(value), int(kind.ttl.total_seconds() * 1000))
        return value

    async def _find_or_lease(self, name: str, lease: bytes) -> bytes | None:
        """Return the value, waiting for it when another process computes it, or None when it is up to this caller."""
        deadline = time.monotonic() + LEASE.total_seconds()
        while time.monotonic() < deadline:
            found: bytes | None = await self._ask(lambda: self._redis.set(name, lease, nx=True, get=True, px=LEASE))
            if found is None or not found.startswith(LEASE_MARK):
                return found
            await asyncio.sleep(POLL_SECONDS)
        return None

    async def _end_lease(self, name: str, lease: bytes, *value_and_milliseconds: bytes | int) -> None:
        with suppress(*OUTAGES):
            await self._ask(lambda: self._redis.eval(END_LEASE, 1, name, lease, *value_and_milliseconds))

    async def _find_or_compute_here(self, kind: Cached[T], name: str, compute: Callable[[], Awaitable[T]]) -> T:
        stored = self._local.get(name)
        if stored is not None:
            return kind.adapter.validate_json(stored)
        value = await compute()
        self._local.put(name, kind.adapter.dump_json(value), kind.ttl)
        return value

    async def _ask(self, command: Callable[[], Awaitable[Any]]) -> Any:  # noqa: ANN401  (Redis answers what it likes)
        """Return the answer of Redis, which is told first what to forget."""
        try:
            async with asyncio.timeout(COMMAND_TIMEOUT_SECONDS):
                await self._forget_due()
                return await command()
        except OUTAGES as error:
            self._paused_until = time.monotonic() + PAUSE_SECONDS
            log.warning("cache unavailable", reason=type(error).__name__)
            raise

    async def _forget_together(self, _: Sequence[frozenset[str]]) -> dict[frozenset[str], None]:
        """Forget what is due, for all who changed something while Redis was asked last."""
        await self._ask(_nothing)
        return {}

    async def _forget_due(self) -> None:
        if due := list(self._unforgotten):
            await self._redis.delete(*due)
            self._unforgotten.difference_update(due)


async def _nothing() -> None:
    """Ask nothing."""
