"""Server-sent events."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header
from fastapi.responses import StreamingResponse

from api.dependencies import current_actor_dep, factory_dep
from api.documentation import errors
from api.exceptions import NotAuthenticatedException, TooManyStreamsException
from api.live.event_stream import LiveResponse
from api.schemas.live.live import LiveEventResponse

router = APIRouter(prefix="/api/events", tags=["live"])

last_event_id_dep = Annotated[
    UUID | None, Header(alias="Last-Event-ID", description="The last id received; browsers send it automatically.")
]


@router.get(
    "",
    response_class=StreamingResponse,
    responses={
        200: {"content": {LiveResponse.media_type: {"schema": LiveEventResponse.model_json_schema()}}},
        **errors(NotAuthenticatedException, TooManyStreamsException),
    },
)
async def stream_events(
    actor: current_actor_dep, factory: factory_dep, last_event_id: last_event_id_dep = None
) -> LiveResponse:
    """Stream the events of the signed-in user until the session ends.

    `ready` comes first, and again after events may have been lost: reload what you show. `notification` contains an
    item of `GET /api/notifications` and has an id; it may come twice, and missed ones follow when `Last-Event-ID` is
    sent. All other events have no id and are not repeated.
    """
    return LiveResponse(factory.streams.open(actor, after=last_event_id))
