"""Reads the parameters of a request by a plan that is made once for each parameter."""

from collections.abc import Callable, Iterable, Mapping
from operator import attrgetter
from typing import Any, TypeAlias

from fastapi import params
from fastapi._compat import ModelField, field_annotation_is_scalar, get_cached_model_fields
from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import request_params_to_args
from pydantic import BaseModel
from starlette.datastructures import QueryParams
from starlette.requests import Request

# The value of a parameter, and what is wrong with it.
Validated: TypeAlias = tuple[Any, list[Any]]
# The name of a parameter, and what reads it.
Parameter: TypeAlias = tuple[str, Callable[[Request], Validated]]
# The path, the query, the headers or the cookies of a request.
Received: TypeAlias = Any


def parameters(dependant: Dependant) -> list[Parameter]:
    """Return the parameters of a function, in FastAPI's order."""
    sources: dict[str, list[ModelField]] = {
        "path_params": dependant.path_params,
        "query_params": dependant.query_params,
        "headers": dependant.header_params,
        "cookies": dependant.cookie_params,
    }
    return [(field.name, _reading(source, _reader(field))) for source, fields in sources.items() for field in fields]


def _reading(source: str, read: Callable[[Received], Validated]) -> Callable[[Request], Validated]:
    received = attrgetter(source)
    return lambda request: read(received(request))


def _reader(field: ModelField) -> Callable[[Received], Validated]:
    """Return the reader of a parameter. FastAPI reads those with several values or names."""
    if _is_plain(field):
        return _value_reader(field)
    model = field.field_info.annotation
    if isinstance(field.field_info, params.Query) and isinstance(model, type) and issubclass(model, BaseModel):
        fields = get_cached_model_fields(model)
        if all(_is_plain(one) for one in fields):
            return _model_reader(field, frozenset(one.name for one in fields))
    return _fastapi_reader(field)


def _is_plain(field: ModelField) -> bool:
    """Return whether a parameter has one value and one name. `config` is that of the model of a field."""
    has_one_name = field.field_info.validation_alias in (None, field.alias)
    is_renamed_in_model = field.config is not None and field.alias != field.name
    return has_one_name and not is_renamed_in_model and field_annotation_is_scalar(field.field_info.annotation)


def _value_reader(field: ModelField) -> Callable[[Mapping[str, str]], Validated]:
    assert isinstance(field.field_info, params.Param)
    name, location = field.alias, (field.field_info.in_.value, field.alias)
    is_none_when_absent = _is_none_when_absent(field.field_info)
    read_absent = _fastapi_reader(field)

    def read(received: Mapping[str, str]) -> Validated:
        value = received.get(name)
        if value is not None:
            return field.validate(value, loc=location)
        return (None, []) if is_none_when_absent else read_absent(received)

    return read


def _is_none_when_absent(info: params.Param) -> bool:
    return info.default is None and info.default_factory is None and not info.validate_default


def _model_reader(field: ModelField, names: frozenset[str]) -> Callable[[QueryParams], Validated]:
    return lambda query: field.validate(_by_name(query.multi_items(), names), loc=("query",))


def _by_name(items: Iterable[tuple[str, str]], names: frozenset[str]) -> dict[str, Any]:
    """Return the last value of each name in `names`, and all values of every other name."""
    found: dict[str, list[str]] = {}
    for name, value in items:
        found.setdefault(name, []).append(value)
    return {name: values[-1] if name in names or len(values) == 1 else values for name, values in found.items()}


def _fastapi_reader(field: ModelField) -> Callable[[Received], Validated]:
    def read(received: Received) -> Validated:
        values, errors = request_params_to_args([field], received)
        return values.get(field.name), errors

    return read
