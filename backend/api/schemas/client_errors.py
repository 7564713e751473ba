"""Errors of the pages in users' browsers."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.text import Storable


class ClientErrorRequest(BaseModel):
    """An error that a page did not expect. Clients shorten what is longer."""

    model_config = ConfigDict(extra="forbid")

    message: Annotated[str, Field(min_length=1, max_length=500, examples=["x is undefined"]), Storable]
    stack: Annotated[str, Field(max_length=4000), Storable] = ""
    page: Annotated[
        str, Field(max_length=200, description="The route's pattern, without ids.", examples=["/posts/:id"]), Storable
    ] = ""
