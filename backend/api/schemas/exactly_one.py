"""Bodies that contain exactly one of several fields."""

from typing import Self

from pydantic import BaseModel, ConfigDict, model_validator
from pydantic.json_schema import SkipJsonSchema

from core.translation import mark
from domain.errors import InvalidField

# The default of a field that was not sent; JSON has no such value.
LeftOut = SkipJsonSchema[None]


class ExactlyOne(BaseModel):
    """A body that must contain exactly one of several fields."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"minProperties": 1, "maxProperties": 1})

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        sent = [getattr(self, name) for name in self.model_fields_set]
        if len(sent) != 1 or sent == [None]:
            raise InvalidField(mark("Send exactly one of {names}."), names=", ".join(type(self).model_fields))
        return self
