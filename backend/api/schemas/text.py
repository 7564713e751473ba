"""Types for text, times and numbers from outside."""

import re
from datetime import UTC, datetime
from typing import Annotated, Any, cast

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from core.translation import mark
from domain.errors import InvalidField
from domain.one_line import invisible_in


def _without_null_character(text: str) -> str:
    if "\x00" in text:  # PostgreSQL cannot store it in text
        raise InvalidField(mark("Must not contain a null character."))
    return text


class _Storable:
    """Refuses text that PostgreSQL cannot store, and documents that stripped text must not be blank."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(_without_null_character, handler(source))

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        is_stripped = cast("dict[str, Any]", core)["schema"].get("strip_whitespace", False)
        return {**handler(core), "pattern": NOT_BLANK if is_stripped else WITHOUT_NULL}


class _OneLine:
    """Refuses control and invisible characters.

    The pattern of the document names those of the Basic Multilingual Plane that no place in a line allows. Joiners and
    the like depend on their neighbours, so that only the API decides about them.
    """

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(_without_invisible_characters, handler(source))

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {**handler(core), "pattern": VISIBLE_LINE, "description": ONE_LINE_DESCRIPTION}


def _without_invisible_characters(text: str) -> str:
    if (hidden := invisible_in(text)) is not None:
        raise InvalidField(
            mark("Must be one line without invisible characters ({character})."), character=f"U+{ord(hidden):04X}"
        )
    return text


_HIDDEN = (
    r"\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u200b\u200e\u200f\u2028-\u202e"
    r"\u2060-\u206f\u2800\u3164\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
)
VISIBLE_LINE = rf"^[^{_HIDDEN}]*[^\s{_HIDDEN}][^{_HIDDEN}]*$"
ONE_LINE_DESCRIPTION = "One line. Joiners and variation selectors are allowed where scripts and emoji need them."

# In the syntax of ECMA-262, as JSON Schema requires. Its `\s` lacks the line separator among the C1 controls.
WITHOUT_NULL = r"^[^\u0000]*$"
NOT_BLANK = r"^[^\u0000]*[^\s\u0000\u0085][^\u0000]*$"

Storable = _Storable()
# For names, titles and labels.
OneLine = _OneLine()


def _no_number(text: object) -> object:
    if isinstance(text, str) and re.fullmatch(
        r"\s*[-+]?[0-9.]+\s*", text
    ):  # Pydantic would read a number as seconds since 1970
        raise InvalidField(mark("Must be a date and a time with its zone, e.g. 2026-11-21T10:00:00Z."))
    return text


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:  # before the year 1 or after 9999 there
        raise InvalidField(mark("This value is not valid.")) from None


def _no_text(number: object) -> object:
    if isinstance(number, str | bool):
        raise InvalidField(mark("Must be a number."))
    return number


# JSON counts 5.0 as an integer; a strict integer of Pydantic does not. It stands behind the limits, which the document
# would lose otherwise: `Annotated[int, Field(ge=1), NotText]`.
NotText = BeforeValidator(_no_text)
Moment = Annotated[AwareDatetime, BeforeValidator(_no_number), AfterValidator(_in_utc)]
