"""What happens, told to open browsers as it happens."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header
from fastapi.responses import StreamingResponse

from api.dependencies import current_actor_dep, factory_dep
from api.documentation import errors
from api.exceptions import NotAuthenticatedException, TooManyStreamsException
from api.live.event_stream import LiveResponse
from api.schemas import LiveEventResponse

router = APIRouter(prefix="/api/events", tags=["live"])

last_event_id_dep = Annotated[
    UUID | None, Header(alias="Last-Event-ID", description="The last id that came; browsers send it by themselves.")
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
    """Stream what concerns the signed-in user, as server-sent events, until the session ends.

    `ready` comes first, and again wherever something may have been missed: read again what you show. `notification`
    carries what `GET /api/notifications` would list, has an id, and may come twice; what was missed is sent after
    `Last-Event-ID`. Every other event is about the moment and has no id.
    """
    return LiveResponse(factory.streams.open(actor, after=last_event_id))
