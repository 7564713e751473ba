"""Bodies of PATCH: some fields of a resource."""

from typing import Self, TypeVar, cast

from pydantic import BaseModel, ConfigDict, model_validator

from core.translation import mark
from domain.errors import InvalidField

Changes = TypeVar("Changes")


class Patch(BaseModel):
    """The fields of a resource to change; omitted fields stay as they are.

    Each field has a `default_factory`, which is never used: only the fields that were sent are changed.
    """

    model_config = ConfigDict(extra="forbid", json_schema_extra={"minProperties": 1})

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if not self.model_fields_set:
            raise InvalidField(mark("Send at least one field to change."))
        return self


def changes_in(body: BaseModel, kind: type[Changes]) -> Changes:
    """Return the fields of `body` as changes of this kind, a TypedDict: of a `Patch` the sent ones, else all."""
    unknown = type(body).model_fields.keys() - kind.__annotations__.keys()
    assert not unknown, f"{kind.__name__} has no {', '.join(sorted(unknown))}"
    return cast("Changes", body.model_dump(exclude_unset=isinstance(body, Patch)))
