"""The bodies of requests and responses: the schemas of `api/schemas`, in an envelope, closed and bounded."""

import enum
import inspect
import re
import types
import typing
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

import pytest
from fastapi import APIRouter, FastAPI, UploadFile
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, StreamingResponse
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts
from pydantic import AwareDatetime, BaseModel, IPvAnyAddress

from api.schemas.envelope import Data, Listing
from tests.support.routes import unconnected_app
from tests.test_architecture.findings import Finding, assert_none, found_at

# Answers that are no JSON, which FastAPI therefore cannot shape.
FILES_AND_PAGES = (FileResponse, HTMLResponse, RedirectResponse, StreamingResponse)
# Routes that make other answers by hand, each with the reason.
ANSWERED_BY_HAND = {
    "sign_up": "where addresses are not revealed, all applicants get the same answer",
    "sign_in": "an account with a second factor gets an error whose unit of work is committed",
    "create_token": "as sign_in",
    "get_avatar": "a picture",
    "get_metrics": "in the format of Prometheus",
    "get_openapi": "was serialized before",
}
# Responses without an envelope of ours, each with the reason.
OTHER_SHAPES = {
    "TokenResponse": "RFC 6749 section 5.1 says what it is",
    "NotificationListing": "an envelope whose `meta` also counts what is unread",
    "str": "a redirect without a body",
}
# Fields of any type, each with the reason.
UNTYPED = {
    "Data[dict[str, Any]].data": "options of a passkey, which the browser's own function reads",
    "JobResponse.payload": "of any task",
    "SecurityEventResponse.details": "of any kind of event",
    "PasskeyRequest.credential": "what the browser's own function returned",
    "PasskeyCredentialRequest.credential": "as above",
    "ReauthenticateRequest.credential": "as above",
    "SecondFactorRequest.credential": "as above",
}
# Secrets that clients get, each with the reason.
SECRETS = {
    "CreatedApiTokenResponse.token": "shown once, to its owner",
    "TokenResponse.access_token": "what the caller signed in for",
    "EnrollmentResponse.secret": "shown once, to type it into an app",
    "RecoveryCodesResponse.recovery_codes": "shown once, to their owner",
    "DemoAccountResponse.password": "published, and not in production",
}
SECRET = re.compile(
    r"(^|_)(password|passwords|hash|secret|secrets|token|tokens|seed|sealed|private_key|recovery_codes)$"
)
# RFC 6749 has servers ignore fields that they do not know.
OPEN = {"PasswordForm"}
CONTAINERS = (dict, list, tuple, set, frozenset)
LEAVES = (str, int, float, bool, Decimal, datetime, date, UUID, enum.Enum, type(None), AwareDatetime, IPvAnyAddress)


@dataclass(frozen=True)
class Field:
    """A value of a schema: the class that declares it, its name, its type and what limits it."""

    owner: type[BaseModel] | Any
    name: str
    kind: Any
    limits: str = ""

    @property
    def title(self) -> str:
        return f"{self.owner.__name__}.{self.name}"

    def found(self, rule: str, wrong: str, instead: str) -> Finding:
        return found_at(_declared(self.owner), rule, f"{self.title} {wrong}", instead, name=self.name)


def _declared(owner: Any) -> Any:
    """Return the class that a file declares; Pydantic makes one for `Data[X]`."""
    origin = getattr(owner, "__pydantic_generic_metadata__", {}).get("origin")
    return origin or owner


def fields_of(kind: Any, owner: Any, name: str, limits: str = "") -> Iterator[Field]:
    """Yield every value that a type holds, those of nested schemas included."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is Annotated:
        yield from fields_of(arguments[0], owner, name, limits + repr(arguments[1:]))
    elif origin in {typing.Union, types.UnionType}:
        for argument in arguments:
            yield from fields_of(argument, owner, name, limits)
    elif isinstance(kind, type) and issubclass(kind, BaseModel):
        yield Field(owner, name, kind)
        for inner, field in kind.model_fields.items():
            yield from fields_of(field.annotation, kind, inner, repr(field.metadata))
    elif origin is not None and origin is not typing.Literal:
        yield Field(owner, name, origin, limits)
        for argument in arguments:
            if argument is not Ellipsis:
                yield from fields_of(argument, owner, name, "max_length" if origin is dict else "")
    elif origin is None:
        yield Field(owner, name, Any if kind in CONTAINERS else kind, limits)


def contexts(app: FastAPI) -> list[RouteContext]:
    found = [context for context in iter_route_contexts(app.routes) if isinstance(context.original_route, APIRoute)]
    return [context for context in found if context.endpoint is not None]


def responses(app: FastAPI) -> Iterator[Field]:
    for context in contexts(app):
        is_ours = context.name in ANSWERED_BY_HAND or _wrong_answer(context) is None
        if context.response_model is not None and is_ours:
            yield from fields_of(context.response_model, context.endpoint, "response")


def requests(app: FastAPI) -> Iterator[Field]:
    for context in contexts(app):
        for parameter in (*context.dependant.body_params, *context.dependant.query_params):
            metadata = repr(parameter.field_info.metadata)
            yield from fields_of(parameter.field_info.annotation, context.endpoint, parameter.name, metadata)


def undue_answers(app: FastAPI) -> Iterator[Finding]:
    """Yield the routes whose answer is not an envelope with a schema of ours."""
    for context in contexts(app):
        endpoint: Any = context.endpoint
        wrong = _wrong_answer(context)
        if wrong and endpoint.__name__ not in ANSWERED_BY_HAND:
            instead = "Write `-> Data[…Response]`, or `-> Listing[…Response]`, with a schema of api/schemas."
            yield found_at(endpoint, "route-response", f"{endpoint.__name__} {wrong}", instead)


def _wrong_answer(context: RouteContext) -> str | None:
    endpoint: Any = context.endpoint
    returned = inspect.signature(endpoint, eval_str=True).return_annotation
    if returned is inspect.Signature.empty:
        return "does not say what it returns"
    if context.status_code == 204:
        return None if returned is None else "answers 204 and returns something"
    if isinstance(returned, type) and issubclass(returned, FILES_AND_PAGES):
        return None
    if context.response_model is not returned:
        return "returns something else than its `response_model`"
    name = getattr(returned, "__name__", str(returned))
    is_envelope = isinstance(returned, type) and issubclass(returned, Data | Listing)
    return None if is_envelope or name in OTHER_SHAPES else f"returns `{name}`"


def undue_values(app: FastAPI) -> Iterator[Finding]:
    """Yield what responses hold that no schema declares, or that is secret."""
    for field in responses(app):
        is_schema = isinstance(field.kind, type) and issubclass(field.kind, BaseModel)
        if is_schema:
            foreign = [base for base in field.kind.__mro__ if base.__module__.split(".")[0] not in _OF_SCHEMAS]
            if foreign:
                wrong = f"has a schema that inherits from {foreign[0].__name__}"
                yield field.found(
                    "response-schema", wrong, "Declare the schema in api/schemas, and fill it in `of(…)`."
                )
        elif _is_untyped(field):
            yield field.found(
                "response-schema", f"is a `{_name(field.kind)}`", "Declare a schema in api/schemas for it."
            )
        if SECRET.search(field.name) and not is_schema and field.title not in SECRETS:
            yield field.found(
                "no-secret-in-a-response", "is sent to clients", "Remove it, or name it in SECRETS with the reason."
            )


_OF_SCHEMAS = {"api", "pydantic", "typing", "builtins"}


def undue_parameters(app: FastAPI) -> Iterator[Finding]:
    """Yield what requests may hold that is not declared, or has no bound."""
    for context in contexts(app):
        for body in context.dependant.body_params:
            if not (isinstance(body.field_info.annotation, type) and issubclass(body.field_info.annotation, BaseModel)):
                wrong = f"{context.name} takes `{body.name}`, which is no schema"
                yield found_at(
                    context.endpoint or APIRouter,
                    "request-schema",
                    wrong,
                    "Declare a schema in api/schemas for the body.",
                )
    for field in requests(app):
        is_schema = isinstance(field.kind, type) and issubclass(field.kind, BaseModel)
        if is_schema and field.kind.model_config.get("extra") != "forbid" and field.kind.__name__ not in OPEN:
            wrong = f"{field.kind.__name__} accepts unknown fields"
            yield found_at(field.kind, "request-schema", wrong, 'Write `model_config = ConfigDict(extra="forbid")`.')
        if not is_schema and _is_untyped(field):
            yield field.found(
                "request-schema", f"is a `{_name(field.kind)}`", "Declare a schema in api/schemas for it."
            )
        if _is_unbounded(field) and isinstance(_declared(field.owner), type):
            yield field.found("request-bounds", "has no bound", "Write `Annotated[…, Field(max_length=…)]`.")


def _is_untyped(field: Field) -> bool:
    is_leaf = isinstance(field.kind, type) and issubclass(field.kind, (*LEAVES, *CONTAINERS, UploadFile))
    return not is_leaf and field.title not in UNTYPED


def _is_unbounded(field: Field) -> bool:
    is_sized = field.kind is str or field.kind in {list, tuple, set, frozenset}
    return is_sized and "max_length" not in field.limits and field.title not in UNTYPED


def _name(kind: Any) -> str:
    return getattr(kind, "__name__", str(kind))


@pytest.fixture(scope="module")
def app() -> FastAPI:
    return unconnected_app()


def test_every_route_answers_with_an_envelope(app: FastAPI) -> None:
    assert_none(undue_answers(app))


def test_every_response_is_declared_and_holds_no_secret(app: FastAPI) -> None:
    assert_none(undue_values(app))


def test_every_request_is_declared_and_bounded(app: FastAPI) -> None:
    assert_none(undue_parameters(app))


def test_every_exception_is_needed(app: FastAPI) -> None:
    names = {context.name for context in contexts(app)}
    titles = {field.title for field in (*responses(app), *requests(app))}
    assert ANSWERED_BY_HAND.keys() <= names
    assert (SECRETS.keys() | UNTYPED.keys()) <= titles
