"""Telling users what happened, and what they have read of it."""

import time
from dataclasses import asdict
from datetime import UTC, datetime
from uuid import UUID

from domain.live.live_event import NOTIFICATION, NOTIFICATIONS_READ
from domain.live.notification import (
    NOTIFICATIONS_KEPT,
    REPLAY_LIMIT,
    REPLAY_OVERLAP,
    Notification,
    NotificationKind,
    NotificationNotFound,
)
from domain.page import Page, PageRequest
from domain.permissions import Actor
from repository.comment_repository import CommentRepository
from repository.live.notification_repository import NotificationRepository
from service.base_service import BaseService
from service.live.live_updates import LiveUpdates

# Before every other id (RFC 9562 section 5.9).
FIRST_ID = UUID(int=0)


class NotificationService(BaseService):
    """Notifies users, and shows the actor their own notifications."""

    def __init__(
        self,
        actor: Actor,
        notifications: NotificationRepository,
        lookups: NotificationRepository,
        *,
        comments: CommentRepository,
        live: LiveUpdates,
    ) -> None:
        """Write through `notifications`, look up through `lookups`, and tell open browsers through `live`."""
        super().__init__(actor)
        self._notifications = notifications
        self._lookups = lookups
        self._comments = comments
        self._live = live

    async def notify(self, user_id: UUID, *, kind: NotificationKind, message: str, link: str) -> None:
        """Tell a user something: now if a browser is open, and for later in their list. The account must exist.

        Args:
            user_id: whom.
            kind: what it is about.
            message: one line of plain text.
            link: the page of the front end that shows it, as a path.
        """
        notification = await self._notifications.scoped_to(user_id).add(kind, message=message, link=link)
        self._live.publish(user_id, NOTIFICATION, asdict(notification), event_id=notification.id)

    async def notify_of_comment(self, comment_id: UUID) -> None:
        """Tell the author of a post about a comment of somebody else's; does nothing when it is gone already."""
        comment = await self._comments.get_on_post(comment_id)
        if comment is None or comment.author_id == comment.post_author_id:
            return
        await self.notify(
            comment.post_author_id,
            kind=NotificationKind.COMMENT,
            message=f"{comment.author_name or 'A member'} commented on “{comment.post_title}”.",
            link=f"/posts/{comment.post_id}",
        )

    async def find(self, page: PageRequest, *, unread_only: bool) -> tuple[Page[Notification], int]:
        """Return one page of the actor's notifications, the newest first, and how many of all are unread.

        Raises:
            NotAuthenticated: nobody is signed in.
        """
        self._require_signed_in()
        return await self._lookups.find(page, unread_only=unread_only), await self._lookups.count_unread()

    async def count_unread(self) -> int:
        """Return how many notifications the actor has not read."""
        return await self._lookups.count_unread()

    async def mark_read(self, notification_id: UUID) -> Notification:
        """Note that the actor read a notification, and return it.

        Raises:
            NotAuthenticated: nobody is signed in.
            NotificationNotFound: there is none, or it is somebody else's.
        """
        user_id = self._require_signed_in()
        notification = await self._notifications.mark_read(notification_id)
        if notification is None:
            raise NotificationNotFound
        self._live.publish(user_id, NOTIFICATIONS_READ, {})
        return notification

    async def mark_all_read(self) -> None:
        """Note that the actor read all of their notifications.

        Raises:
            NotAuthenticated: nobody is signed in.
        """
        user_id = self._require_signed_in()
        await self._notifications.mark_all_read()
        self._live.publish(user_id, NOTIFICATIONS_READ, {})

    async def latest_id(self) -> UUID:
        """Return the id of the actor's newest notification, or one before every other."""
        page = await self._lookups.find(PageRequest(limit=1), unread_only=False)
        return page.items[0].id if page.items else FIRST_ID

    async def find_since(self, notification_id: UUID) -> list[Notification]:
        """Return the actor's notifications since this one, the oldest first.

        Those of the minute before are among them, because what was written earlier may have been committed later.
        """
        moment = max(_written_at(notification_id) - REPLAY_OVERLAP, datetime.fromtimestamp(0, UTC))
        return await self._lookups.find_since(moment, limit=REPLAY_LIMIT)

    async def delete_old(self) -> None:
        """Delete everybody's notifications that nobody looks for any more: clean-up is nobody's own."""
        await self._notifications.unscoped().delete_older(NOTIFICATIONS_KEPT)


def _written_at(notification_id: UUID) -> datetime:
    """Return the time in a UUIDv7, whose first 48 bits count milliseconds (RFC 9562 section 5.7); the present at most."""
    return datetime.fromtimestamp(min((notification_id.int >> 80) / 1000, time.time()), UTC)
