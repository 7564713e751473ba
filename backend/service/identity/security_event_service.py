"""Reads the audit log, and deletes old entries."""

from datetime import timedelta

from domain.identity.security_event import SecurityEvent, SecurityEventFilter
from domain.page import Page, PageRequest
from domain.permissions import Actor
from repository.identity.security_event_repository import OwnedSecurityEventRepository
from service.base_service import BaseService

# A run deletes as many at once; the next one follows at once, so that no transaction is long.
CLEAN_UP_BATCH = 10_000


class SecurityEventService(BaseService):
    """Reads the audit log as far as the actor may, and deletes old entries.

    Args:
        kept: how long events are kept.
    """

    def __init__(
        self,
        actor: Actor,
        events: OwnedSecurityEventRepository,
        *,
        kept: timedelta,
    ) -> None:
        super().__init__(actor)
        self._events = events
        self._kept = kept

    async def find(self, event_filter: SecurityEventFilter, page: PageRequest) -> Page[SecurityEvent]:
        """Return one page of the entries that the filter lets through and the actor may read, the newest first."""
        return await self._events.find(event_filter, page)

    async def find_own(self, page: PageRequest) -> Page[SecurityEvent]:
        """Return one page of the events of the actor's account, the newest first.

        Raises:
            NotAuthenticated: the caller is not signed in.
        """
        return await self._events.find(SecurityEventFilter(user_id=self._require_signed_in()), page)

    async def delete_old(self) -> int:
        """Delete a batch of entries that are kept no longer, and return how many."""
        # Of all users: the time that entries are kept is a setting.
        return await self._events.unscoped().delete_old(self._kept, limit=CLEAN_UP_BATCH)
