"""Reads and writes notifications."""

from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

from sqlalchemy import delete, func, select, update

from domain.live.notification import Notice, Notification
from domain.page import Page, PageRequest
from domain.permissions import Permission
from repository import models
from repository.sql.owned_repository import OwnedRepository
from repository.sql.paging import Order
from repository.sql.rows import RowMapper
from repository.sql.unlocked import unlocked

_NOTIFICATION = RowMapper(Notification, models.Notification)
_IS_UNREAD = models.Notification.read_at.is_(None)
_NEWEST_FIRST = Order(models.Notification.created_at, models.Notification.id, descending=True)


class NotificationRepository(OwnedRepository):
    """Reads and writes notifications. Only the user they are for sees them."""

    table: ClassVar = models.Notification
    owner: ClassVar = models.Notification.user_id
    permission: ClassVar = Permission.WRITE_USERS

    async def add(self, notice: Notice) -> Notification:
        """Insert a notification for the actor and return it.

        Raises:
            NotAuthenticated: the account was deleted at the same moment.
        """
        # The time of the statement: a transaction may have begun long before.
        values = {
            "kind": notice.kind,
            "message": notice.text,
            "link": notice.link,
            "template": notice.message,
            "values": dict(notice.values),
        }
        return await self._insert({**values, "created_at": func.clock_timestamp()}, rows_as=_NOTIFICATION)

    async def find(self, page: PageRequest, *, unread_only: bool) -> Page[Notification]:
        """Return one page of the actor's notifications, the newest first."""
        query = select(*_NOTIFICATION.columns)
        if unread_only:
            query = query.where(_IS_UNREAD)
        return await self._fetch_page(query, rows_as=_NOTIFICATION, order=_NEWEST_FIRST, request=page)

    async def count_unread(self) -> int:
        """Return how many notifications the actor has not read."""
        query = select(func.count()).select_from(models.Notification).where(_IS_UNREAD)
        return await self._fetch_value(query) or 0

    async def find_since(self, moment: datetime, *, limit: int) -> list[Notification]:
        """Return the newest of the actor's notifications since a moment, the oldest of them first."""
        query = select(*_NOTIFICATION.columns).where(models.Notification.created_at >= moment)
        request = PageRequest(limit=limit)
        page = await self._fetch_page(query, rows_as=_NOTIFICATION, order=_NEWEST_FIRST, request=request)
        return list(reversed(page.items))

    async def mark_read(self, notification_id: UUID) -> Notification | None:
        """Mark a notification as read, unless it is already, and return it; None when there is none."""
        statement = update(models.Notification).where(models.Notification.id == notification_id)
        read_at = func.coalesce(models.Notification.read_at, func.now())
        return await self._write_one(statement.values(read_at=read_at), rows_as=_NOTIFICATION)

    async def mark_all_read(self) -> None:
        """Mark all of the actor's notifications as read."""
        await self._update_all(update(models.Notification).where(_IS_UNREAD).values(read_at=func.now()))

    async def delete_older(self, than: timedelta) -> bool:
        """Delete notifications that were written longer ago than this and return whether there were any."""
        old = unlocked(models.Notification, models.Notification.created_at < func.now() - than)
        return await self._delete(delete(models.Notification).where(old)) > 0
