"""The shapes of all responses: data, a page of a list, or an error."""

from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from api.exceptions import ErrorCode
from domain.page import DEFAULT_LIMIT, MAX_LIMIT, MAX_OFFSET, MAX_PAGE

T = TypeVar("T")


class Data(BaseModel, Generic[T]):
    """A successful response."""

    data: T


class PageQuery(BaseModel):
    """The page of a list, by cursor, number or offset. Lists with filters add them in a subclass.

    If the list is exported as well, a class of its own has the filters, because an export has no pages.
    """

    model_config = ConfigDict(extra="forbid")

    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT
    cursor: Annotated[str | None, Field(max_length=2_000, description="`next_cursor` of the previous page.")] = None
    page: Annotated[
        int | None,
        Field(ge=1, le=MAX_PAGE, description="Instead of `cursor`; returns the total. Use cursors for deeper pages."),
    ] = None
    offset: Annotated[
        int | None,
        Field(
            ge=0,
            le=MAX_OFFSET,
            description="How many items to skip. Instead of `cursor` and `page`; returns the total.",
        ),
    ] = None
    count: Annotated[
        bool, Field(description="Whether to return the total number of items. Counts for the first page only.")
    ] = False


class ListMeta(BaseModel):
    """The position of a page in its list."""

    limit: int
    next_cursor: Annotated[
        str | None, Field(description="Send it as `cursor` to get the next page; null on the last page.")
    ]
    total: Annotated[
        int | None, Field(exclude_if=lambda total: total is None, description="Only with `count`, `page` or `offset`.")
    ] = None
    page: Annotated[int | None, Field(exclude_if=lambda page: page is None, description="Only with `?page=`.")] = None
    offset: Annotated[
        int | None, Field(exclude_if=lambda offset: offset is None, description="Only with `?offset=`.")
    ] = None


class Listing(BaseModel, Generic[T]):
    """A page of a list."""

    data: list[T]
    meta: ListMeta


class ErrorDetailBody(BaseModel):
    """A field and its problem."""

    field: str
    message: str


class ErrorBody(BaseModel):
    """An error."""

    code: ErrorCode
    internal_code: int
    message: str
    details: list[ErrorDetailBody]
    request_id: str


class ErrorResponse(BaseModel):
    """The response to every request that fails."""

    error: ErrorBody
