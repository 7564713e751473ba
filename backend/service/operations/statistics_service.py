"""Figures for dashboards."""

from domain.dashboard import Activity, ProductCounts
from domain.permissions import Actor, Permission
from repository.operations.statistics_repository import StatisticsRepository
from service.base_service import BaseService
from service.operations.cached_values import ACTIVITY, ALL, PRODUCT_COUNTS, UnitCache


class StatisticsService(BaseService):
    """Counts rows, and caches the results."""

    def __init__(self, actor: Actor, statistics: StatisticsRepository, cache: UnitCache) -> None:
        super().__init__(actor)
        self._statistics = statistics
        self._cache = cache

    async def activity(self) -> Activity:
        """Return the numbers of rows that the actor wrote and received.

        Raises:
            NotAuthenticated: the caller is not signed in.
        """
        user_id = self._require_signed_in()
        return await self._cache.get(ACTIVITY, user_id, lambda: self._statistics.count_activity(user_id))

    async def product(self) -> ProductCounts | None:
        """Return the counts of the whole product, some minutes old, or None if the actor may not see them."""
        if not (self._actor.may(Permission.READ_USERS) and self._actor.may(Permission.READ_JOBS)):
            return None
        return await self._cache.get(PRODUCT_COUNTS, ALL, self._statistics.count_product)

    async def recount_product(self) -> None:
        """Refresh the counts of the whole product, so that no reader waits for them."""
        await self._cache.put(PRODUCT_COUNTS, ALL, await self._statistics.count_product())
