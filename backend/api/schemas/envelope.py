"""The two shapes of every answer: data, or an error."""

from typing import Generic, TypeVar

from pydantic import BaseModel

from api.exceptions import ErrorCode

T = TypeVar("T")


class Data(BaseModel, Generic[T]):
    """A successful answer."""

    data: T


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
