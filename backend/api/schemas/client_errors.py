"""Error reports from browsers."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.text import Storable


class ClientErrorRequest(BaseModel):
    """An unexpected error of a page. Clients truncate longer text."""

    model_config = ConfigDict(extra="forbid")

    message: Annotated[str, Field(min_length=1, max_length=500, examples=["x is undefined"]), Storable]
    stack: Annotated[str, Field(max_length=4000), Storable] = ""
    page: Annotated[
        str,
        Field(max_length=200, description="The pattern of the route, without ids.", examples=["/admin/users/:id"]),
        Storable,
    ] = ""
