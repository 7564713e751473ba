"""Notifies users and marks notifications as read."""

import time
from datetime import UTC, datetime
from uuid import UUID

from domain.live.live_event import NOTIFICATION, NOTIFICATIONS_READ
from domain.live.notification import (
    NOTIFICATIONS_KEPT,
    REPLAY_LIMIT,
    REPLAY_OVERLAP,
    Notice,
    Notification,
    NotificationNotFound,
)
from domain.page import Page, PageRequest
from domain.permissions import Actor
from repository.live.notification_repository import NotificationRepository
from service.base_service import BaseService
from service.live.live_updates import LiveUpdates

# The nil UUID comes before every other id (RFC 9562 section 5.9).
FIRST_ID = UUID(int=0)


class NotificationService(BaseService):
    """Sends notifications to users, and serves the actor's own."""

    def __init__(
        self,
        actor: Actor,
        notifications: NotificationRepository,
        *,
        live: LiveUpdates,
    ) -> None:
        super().__init__(actor)
        self._notifications = notifications
        self._live = live

    async def notify(self, notice: Notice) -> None:
        """Add a notification to a user's list and send it to their open browsers."""
        notification = await self._notifications.scoped_to(notice.user_id).add(notice)
        self._live.publish(notice.user_id, NOTIFICATION, notification.as_event(), event_id=notification.id)

    async def find(self, page: PageRequest, *, unread_only: bool) -> tuple[Page[Notification], int]:
        """Return one page of the actor's notifications, newest first, and the number of unread ones.

        Raises:
            NotAuthenticated: the caller is not signed in.
        """
        self._require_signed_in()
        return await self._notifications.find(page, unread_only=unread_only), await self._notifications.count_unread()

    async def count_unread(self) -> int:
        """Return the number of the actor's unread notifications."""
        return await self._notifications.count_unread()

    async def mark_read(self, notification_id: UUID) -> Notification:
        """Mark a notification as read and return it.

        Raises:
            NotAuthenticated: the caller is not signed in.
            NotificationNotFound: it does not exist, or belongs to another user.
        """
        user_id = self._require_signed_in()
        notification = await self._notifications.mark_read(notification_id)
        if notification is None:
            raise NotificationNotFound
        self._live.publish(user_id, NOTIFICATIONS_READ, {})
        return notification

    async def mark_all_read(self) -> None:
        """Mark all of the actor's notifications as read.

        Raises:
            NotAuthenticated: the caller is not signed in.
        """
        user_id = self._require_signed_in()
        await self._notifications.mark_all_read()
        self._live.publish(user_id, NOTIFICATIONS_READ, {})

    async def latest_id(self) -> UUID:
        """Return the id of the actor's newest notification, or an id before all others."""
        page = await self._notifications.find(PageRequest(limit=1), unread_only=False)
        return page.items[0].id if page.items else FIRST_ID

    async def find_since(self, notification_id: UUID) -> list[Notification]:
        """Return the actor's notifications after this one, oldest first.

        Notifications from the minute before it are included: one that was written earlier may have committed later.
        """
        moment = max(_written_at(notification_id) - REPLAY_OVERLAP, datetime.fromtimestamp(0, UTC))
        return await self._notifications.find_since(moment, limit=REPLAY_LIMIT)

    async def delete_old(self) -> None:
        """Delete old notifications of all users."""
        await self._notifications.unscoped().delete_older(NOTIFICATIONS_KEPT)  # of all users: it is a clean-up


def _written_at(notification_id: UUID) -> datetime:
    """Return the time in a UUIDv7 (RFC 9562 section 5.7: 48 bits of milliseconds), but never a time in the future."""
    return datetime.fromtimestamp(min((notification_id.int >> 80) / 1000, time.time()), UTC)
