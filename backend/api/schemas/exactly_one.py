"""Bodies that contain exactly one of several fields."""

from typing import Annotated, Any, Self, TypeVar

from pydantic import BaseModel, ConfigDict, GetJsonSchemaHandler, model_validator
from pydantic_core import CoreSchema

from core.translation import mark
from domain.errors import InvalidField

T = TypeVar("T")


class _WithoutNull:
    """Documents a field without the null that says here that it was not sent."""

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        schema = handler(core)
        sent: list[dict[str, Any]] = [each for each in schema["anyOf"] if each != {"type": "null"}]
        return sent[0]


# One of the fields; None, its default, if another one was sent.
Alternative = Annotated[T | None, _WithoutNull()]


class ExactlyOne(BaseModel):
    """A body that must contain exactly one of several fields."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"minProperties": 1, "maxProperties": 1})

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        sent = [getattr(self, name) for name in self.model_fields_set]
        if len(sent) != 1 or sent == [None]:
            raise InvalidField(mark("Send exactly one of {names}."), names=", ".join(type(self).model_fields))
        return self
