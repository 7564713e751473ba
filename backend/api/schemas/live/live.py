"""Live events, as browsers get them."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field
from pydantic.json_schema import SkipJsonSchema


class LiveEventResponse(BaseModel):
    """The fields of one server-sent event."""

    event: Annotated[str, Field(description="What happened, e.g. `ready` or `notification`.")]
    data: Annotated[
        str, Field(description="An object in JSON.", json_schema_extra={"contentMediaType": "application/json"})
    ]
    id: Annotated[UUID | SkipJsonSchema[None], Field(description="Send it as `Last-Event-ID` to go on from here.")] = (
        None
    )
