"""Notifications."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, Field

from api.schemas.envelope import ListMeta, PageQuery
from core.translation import translated
from domain.language import Language
from domain.live.notification import Notification


class NotificationQuery(PageQuery):
    """Filter of a list of notifications."""

    unread: Annotated[bool, Field(description="Whether to return only unread notifications.")] = False


class NotificationResponse(BaseModel):
    """A notification."""

    id: UUID
    kind: Annotated[str, Field(description="The subject. Features and releases add kinds.")]
    message: str
    link: Annotated[str, Field(description="The page of the front end that it refers to.")]
    read_at: datetime | None
    created_at: datetime

    @classmethod
    def of(cls, notification: Notification, *, language: Language) -> Self:
        """Build the response from `notification`, in this language."""
        response = cls.model_validate(notification, from_attributes=True)
        if notification.template is not None:
            values = notification.values or {}
            response.message = translated(notification.template, language, **values)
        return response


class NotificationsMeta(ListMeta):
    """The position of a page, and the number of all unread notifications."""

    unread: int


class NotificationListing(BaseModel):
    """A page of notifications, newest first."""

    data: list[NotificationResponse]
    meta: NotificationsMeta
