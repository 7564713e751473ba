"""Translates Pydantic's validation errors into this API's messages. Pydantic's own are in English only."""

from collections.abc import Mapping, Sequence
from typing import Any

from api.exceptions import ErrorDetail
from core.translation import mark
from domain.errors import AppError

# Of values that no rule describes, such as text in place of a file.
OTHER = mark("This value is not valid.")

# By Pydantic's type of the problem, with the values that it knows of it.
SENTENCES: dict[str, str] = {
    "missing": mark("This field is required."),
    "extra_forbidden": mark("This field is unknown."),
    "none_required": mark("This field must be empty."),
    "string_type": mark("Must be text."),
    "string_unicode": mark("Must be valid Unicode text."),
    "string_too_short": mark("Use {min_length} or more characters."),
    "string_too_long": mark("Use at most {max_length} characters."),
    "string_pattern_mismatch": mark("This text doesn’t have the expected form."),
    "string_not_ascii": mark("Use unaccented letters, digits and symbols only."),
    "enum": mark("Choose one of: {choices}."),
    "literal_error": mark("Choose one of: {choices}."),
    "greater_than": mark("Must be greater than {gt}."),
    "greater_than_equal": mark("Must be {ge} or more."),
    "less_than": mark("Must be less than {lt}."),
    "less_than_equal": mark("Must be {le} or less."),
    "multiple_of": mark("Must be a multiple of {multiple_of}."),
    "finite_number": mark("Must be a finite number."),
    "too_short": mark("Add at least {min_length}."),
    "too_long": mark("Add at most {max_length}."),
    **dict.fromkeys(("list_type", "tuple_type", "set_type", "frozen_set_type"), mark("Must be a list.")),
    **dict.fromkeys(
        ("dict_type", "mapping_type", "model_type", "model_attributes_type", "dataclass_type"),
        mark("Must be an object."),
    ),
    "invalid_key": mark("The names of fields must be text."),
    **dict.fromkeys(("bool_type", "bool_parsing"), mark("Must be true or false.")),
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float"), mark("Must be a whole number.")),
    "int_parsing_size": mark("This number is too large."),
    **dict.fromkeys(("float_type", "float_parsing", "decimal_type", "decimal_parsing"), mark("Must be a number.")),
    "decimal_max_digits": mark("Use at most {max_digits} digits."),
    "decimal_max_places": mark("Use at most {decimal_places} decimal places."),
    "decimal_whole_digits": mark("Use at most {whole_digits} digits before the decimal point."),
    **dict.fromkeys(
        ("date_type", "date_parsing", "date_from_datetime_parsing", "date_from_datetime_inexact"),
        mark("Must be a date, e.g. 2026-11-21."),
    ),
    "date_past": mark("Must be in the past."),
    "date_future": mark("Must be in the future."),
    **dict.fromkeys(("time_type", "time_parsing"), mark("Must be a time of day, e.g. 10:30.")),
    **dict.fromkeys(
        (
            "datetime_type",
            "datetime_parsing",
            "datetime_object_invalid",
            "datetime_from_date_parsing",
            "timezone_aware",
            "timezone_offset",
        ),
        mark("Must be a date and a time with its zone, e.g. 2026-11-21T10:00:00Z."),
    ),
    "datetime_past": mark("Must be in the past."),
    "datetime_future": mark("Must be in the future."),
    "timezone_naive": mark("Must be a date and a time without a zone."),
    **dict.fromkeys(("time_delta_type", "time_delta_parsing"), mark("Must be a duration, e.g. P1DT2H.")),
    **dict.fromkeys(("uuid_type", "uuid_parsing", "uuid_version"), mark("Must be an id (UUID).")),
    **dict.fromkeys(("url_type", "url_parsing", "url_syntax_violation"), mark("Must be a URL.")),
    "url_scheme": mark("Must be a URL that starts with {choices}."),
    "url_too_long": mark("Use at most {max_length} characters."),
    "json_invalid": mark("Must be valid JSON."),
    "json_type": mark("Must be JSON."),
    "recursion_loop": mark("Must not contain itself."),
    "recursion_depth_exceeded": mark("This is nested too deeply."),
    **dict.fromkeys(("union_tag_invalid", "union_tag_not_found"), OTHER),
}


def detail_of(problem: Mapping[str, Any]) -> ErrorDetail:
    """Return the field and the sentence about it for one problem that Pydantic found."""
    field = _field_name(problem["loc"])
    context = problem.get("ctx", {})
    refusal = context.get("error")
    if isinstance(refusal, AppError):
        return ErrorDetail(field, refusal.sentence, refusal.values)
    return ErrorDetail(field, SENTENCES.get(problem["type"], OTHER), {**context, "choices": _choices(context)})


def _field_name(location: Sequence[int | str]) -> str:
    """Return the path of a field within its part of the request, e.g. `address.street` in the body."""
    return ".".join(str(part) for part in location[1:]) or str(location[0])


def _choices(context: Mapping[str, Any]) -> str:
    """Return the values to choose from. Pydantic joins them with an English "or"."""
    return str(context.get("expected", context.get("expected_schemes", ""))).replace(" or ", ", ")
