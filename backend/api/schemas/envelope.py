"""The shapes of every answer: data, a page of a list, or an error."""

from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from api.exceptions import ErrorCode
from domain.page import DEFAULT_LIMIT, MAX_LIMIT, MAX_PAGE

T = TypeVar("T")


class Data(BaseModel, Generic[T]):
    """A successful answer."""

    data: T


class PageQuery(BaseModel):
    """Which page of a list; lists with filters add theirs in a subclass."""

    model_config = ConfigDict(extra="forbid")

    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT
    cursor: Annotated[str | None, Field(max_length=2_000, description="`next_cursor` of the page before.")] = None
    count: Annotated[bool, Field(description="Whether to count all items of the list.")] = False


class TableQuery(PageQuery):
    """Which page of a list that may be asked for by the page's number, too."""

    page: Annotated[
        int | None,
        Field(ge=1, le=MAX_PAGE, description="In place of `cursor`; all items are counted. Further on, use cursors."),
    ] = None


class ListMeta(BaseModel):
    """Where a page ends."""

    limit: int
    next_cursor: Annotated[str | None, Field(description="Send it as `cursor` for the next page; null on the last.")]
    total: Annotated[
        int | None, Field(exclude_if=lambda total: total is None, description="Only with `?count=true` or `?page=`.")
    ] = None
    page: Annotated[int | None, Field(exclude_if=lambda page: page is None, description="Only with `?page=`.")] = None


class Listing(BaseModel, Generic[T]):
    """A page of a list."""

    data: list[T]
    meta: ListMeta


class ErrorDetailBody(BaseModel):
    """One field and what is wrong with it."""

    field: str
    message: str


class ErrorBody(BaseModel):
    """What went wrong."""

    code: ErrorCode
    internal_code: int
    message: str
    details: list[ErrorDetailBody]
    request_id: str


class ErrorResponse(BaseModel):
    """Every answer that is not a success."""

    error: ErrorBody
