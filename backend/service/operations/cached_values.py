"""Which values are cached, and how a unit of work uses the cache."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

from core.redis.cache import Cache, Cached
from domain.dashboard import Activity, ProductCounts
from service.unit_of_work import Collector

T = TypeVar("T")

# By user. Forgotten with every change; the time to live is for a process that dies between its commit and that.
ACTIVITY = Cached("activity", version=1, type=Activity, ttl=timedelta(minutes=5))
# One for all. A job counts anew before it ends.
PRODUCT_COUNTS = Cached("product-counts", version=1, type=ProductCounts, ttl=timedelta(minutes=15))
ALL = "all"


class UnitCache(Collector):
    """The cache within a unit of work, whose own changes are seen by nobody else before the commit."""

    def __init__(self, cache: Cache, *, is_writing: Callable[[], bool]) -> None:
        """Use `cache`, unless the transaction has begun: what it sees must not be kept for others."""
        self._cache = cache
        self._is_writing = is_writing
        self._changed: set[str] = set()

    async def get(self, kind: Cached[T], key: object, compute: Callable[[], Awaitable[T]]) -> T:
        """Return the value, computed now if nobody has it."""
        if self._is_writing():
            return await compute()
        return await self._cache.get(kind, key, compute)

    async def put(self, kind: Cached[T], key: object, value: T) -> None:
        """Store a value, unless it may be of this transaction's own making."""
        if not self._is_writing():
            await self._cache.put(kind, key, value)

    def invalidate(self, kind: Cached[T], key: object) -> None:
        """Let the value be computed anew once the change to it is committed."""
        self._changed.add(kind.name_of(key))

    async def after_commit(self) -> None:
        """Invalidate what was changed."""
        changed, self._changed = self._changed, set()
        await self._cache.invalidate(changed)
