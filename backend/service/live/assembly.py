"""Assembles the live area, `work.live`."""

from functools import cached_property

from core.redis.live import LiveBus
from domain.permissions import Actor
from repository.live.notification_repository import NotificationRepository
from service.live.live_updates import LiveUpdates
from service.live.notification_service import NotificationService
from service.unit_of_work import UnitOfWork


class Live:
    """The live services of one unit of work."""

    def __init__(self, work: UnitOfWork, bus: LiveBus) -> None:
        self._work = work
        self.updates = LiveUpdates(bus)

    @cached_property
    def notifications(self) -> NotificationService:
        """Notifications of users."""
        work, user = self._work, Actor(self._work.actor.user_id)  # no permission shows those of other users
        return NotificationService(
            work.actor,
            NotificationRepository(work.connection, user),
            live=self.updates,
        )
