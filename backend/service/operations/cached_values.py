"""The cached values, and the cache as a unit of work uses it."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

from core.redis.cache import Cache, Cached
from domain.dashboard import Activity, ProductCounts
from service.unit_of_work import Collector

T = TypeVar("T")

# By user. Invalidated by every change; the TTL covers a process that dies between its commit and the invalidation.
ACTIVITY = Cached("activity", version=2, type=Activity, ttl=timedelta(minutes=5))
# One for all users. A job refreshes it before it expires.
PRODUCT_COUNTS = Cached("product-counts", version=2, type=ProductCounts, ttl=timedelta(minutes=15))
ALL = "all"


class UnitCache(Collector):
    """The cache within a unit of work.

    Once the transaction has begun it is bypassed: values that contain uncommitted changes must not reach other users.
    """

    def __init__(self, cache: Cache, *, is_writing: Callable[[], bool]) -> None:
        self._cache = cache
        self._is_writing = is_writing
        self._changed: set[str] = set()

    async def get(self, kind: Cached[T], key: object, compute: Callable[[], Awaitable[T]]) -> T:
        """Return the cached value, or compute it."""
        if self._is_writing():
            return await compute()
        return await self._cache.get(kind, key, compute)

    async def put(self, kind: Cached[T], key: object, value: T) -> None:
        """Store a value, unless it may contain uncommitted changes."""
        if not self._is_writing():
            await self._cache.put(kind, key, value)

    def invalidate(self, kind: Cached[T], key: object) -> None:
        """Invalidate the value after the commit."""
        self._changed.add(kind.name_of(key))

    async def after_commit(self) -> None:
        """Invalidate the changed values."""
        if self._changed:
            changed, self._changed = self._changed, set()
            await self._cache.invalidate(changed)
