"""Numbers about what was written."""

from domain.dashboard import Activity, ProductCounts
from domain.permissions import Actor, Permission
from repository.operations.statistics_repository import StatisticsRepository
from service.base_service import BaseService
from service.operations.cached_values import ACTIVITY, ALL, PRODUCT_COUNTS, UnitCache


class StatisticsService(BaseService):
    """Counts, and remembers what it counted."""

    def __init__(self, actor: Actor, statistics: StatisticsRepository, cache: UnitCache) -> None:
        """Count through `statistics` what is not in `cache`."""
        super().__init__(actor)
        self._statistics = statistics
        self._cache = cache

    async def activity(self) -> Activity:
        """Return what the actor wrote and what others said about it.

        Raises:
            NotAuthenticated: nobody is signed in.
        """
        user_id = self._require_signed_in()
        return await self._cache.get(ACTIVITY, user_id, lambda: self._statistics.count_activity(user_id))

    async def product(self) -> ProductCounts | None:
        """Return what there is in all, as it was some minutes ago; None when it is none of the actor's business."""
        if not (self._actor.may(Permission.READ_USERS) and self._actor.may(Permission.READ_JOBS)):
            return None
        return await self._cache.get(PRODUCT_COUNTS, ALL, self._statistics.count_product)

    async def recount_product(self) -> None:
        """Count what there is in all, so that no operator has to wait for it."""
        await self._cache.put(PRODUCT_COUNTS, ALL, await self._statistics.count_product())
