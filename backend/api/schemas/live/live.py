"""Live events."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field
from pydantic.json_schema import SkipJsonSchema


class LiveEventResponse(BaseModel):
    """The fields of one server-sent event."""

    event: Annotated[str, Field(description="The kind of event, e.g. `ready` or `notification`.")]
    data: Annotated[
        str, Field(description="A JSON object.", json_schema_extra={"contentMediaType": "application/json"})
    ]
    id: Annotated[
        UUID | SkipJsonSchema[None], Field(description="Send it as `Last-Event-ID` to resume after this event.")
    ] = None
