"""Notifications, as clients ask for and get them."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, Field

from api.schemas.envelope import ListMeta, PageQuery
from domain.live.notification import Notification, NotificationKind


class NotificationQuery(PageQuery):
    """Which notifications."""

    unread: Annotated[bool, Field(description="Whether to leave out those that were read.")] = False


class NotificationResponse(BaseModel):
    """A notification."""

    id: UUID
    kind: NotificationKind
    message: str
    link: Annotated[str, Field(description="The page of the front end that shows what it is about.")]
    read_at: datetime | None
    created_at: datetime

    @classmethod
    def of(cls, notification: Notification) -> Self:
        """Return the answer for `notification`."""
        return cls.model_validate(notification, from_attributes=True)


class NotificationsMeta(ListMeta):
    """Where a page ends, and how many of all notifications are unread."""

    unread: int


class NotificationListing(BaseModel):
    """A page of notifications, the newest first."""

    data: list[NotificationResponse]
    meta: NotificationsMeta
