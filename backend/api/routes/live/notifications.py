"""Your notifications."""

from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, status

from api.dependencies import unit_of_work_dep
from api.documentation import errors
from api.exceptions import NotAuthenticatedException, NotificationNotFoundException
from api.languages import language_dep
from api.paging import paging_dep
from api.schemas.envelope import Data
from api.schemas.live.notifications import (
    NotificationListing,
    NotificationQuery,
    NotificationResponse,
    NotificationsMeta,
)

router = APIRouter(prefix="/api/notifications", tags=["notifications"], responses=errors(NotAuthenticatedException))


@router.get("")
async def list_notifications(
    query: Annotated[NotificationQuery, Query()], work: unit_of_work_dep, paging: paging_dep, language: language_dep
) -> NotificationListing:
    """List the caller's notifications, newest first, with the number of unread ones."""
    page, unread = await work.live.notifications.find(paging.page_request(query), unread_only=query.unread)
    shape = partial(NotificationResponse.of, language=language)
    listing = paging.listing(page, query, shape)
    return NotificationListing(data=listing.data, meta=NotificationsMeta(**dict(listing.meta), unread=unread))


@router.post("/{notification_id}/read", responses=errors(NotificationNotFoundException))
async def read_notification(
    notification_id: UUID, work: unit_of_work_dep, language: language_dep
) -> Data[NotificationResponse]:
    """Mark a notification as read."""
    notification = await work.live.notifications.mark_read(notification_id)
    return Data(data=NotificationResponse.of(notification, language=language))


@router.post("/read-all", status_code=status.HTTP_204_NO_CONTENT)
async def read_all_notifications(work: unit_of_work_dep) -> None:
    """Mark all notifications of the caller as read."""
    await work.live.notifications.mark_all_read()
