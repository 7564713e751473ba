"""OpenAPI from the same classes that answer: which errors a route can give, and how they look."""

import asyncio
from binascii import crc32
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import orjson
from fastapi import APIRouter, FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.encoders import jsonable_encoder
from fastapi.routing import APIRoute, iter_route_contexts

from api.dependencies import API_TOKEN, ASKS_WHO, CREDENTIALS, REFUSALS
from api.document_details import Schema, describe_cookie, describe_headers, header, operations
from api.exceptions import (
    APIException,
    ApiTokenScopeMissingException,
    BodyTooLargeException,
    CrossOriginRequestException,
    DatabaseUnavailableException,
    HeadersTooLargeException,
    InternalErrorException,
    MalformedRequestException,
    MfaEnrollmentRequiredException,
    NotAuthenticatedException,
    PermissionDeniedException,
    RequestTimeoutException,
    SessionRequiredException,
    TooBusyException,
    TooManyAttemptsException,
    TooManyRequestsException,
    UnknownHostException,
    UnsupportedMediaTypeException,
    ValidationFailedException,
)
from api.middleware.requests import SAFE_METHODS
from api.schemas.envelope import ErrorResponse

# What any request may meet before or behind its route.
COMMON = (
    MalformedRequestException,
    RequestTimeoutException,
    BodyTooLargeException,
    UnsupportedMediaTypeException,
    UnknownHostException,
    ValidationFailedException,
    TooManyRequestsException,
    TooManyAttemptsException,  # whatever is followed by a mail
    HeadersTooLargeException,
    InternalErrorException,
    DatabaseUnavailableException,
    TooBusyException,
)

SCHEMAS = "#/components/schemas/"
# A reference instead of `model=`: FastAPI would build a type adapter for each status of each route, and never use it.
ERROR_CONTENT = {"application/json": {"schema": {"$ref": f"{SCHEMAS}{ErrorResponse.__name__}"}}}

Responses = dict[int | str, dict[str, Any]]
# Of a route whose answer has a version that `If-None-Match` and `If-Match` know.
VERSIONED: Responses = {200: {"headers": header("ETag")}}
CREATED_VERSIONED: Responses = {201: VERSIONED[200]}
# Of a route that answers 202 with the address of what will be there.
LOCATED: Responses = {202: {"headers": header("Location")}}


class DocumentedApi(FastAPI):
    """FastAPI, with what it leaves out of its document."""

    def openapi(self) -> Schema:
        """Return the OpenAPI document, the same one whenever it is asked for."""
        if self.openapi_schema is None:
            document = super().openapi()
            _define_the_error_response(document)
            _add_errors_of_surroundings(self, document)
            _name_credentials(self, document)
            for operation in operations(document):
                _say_whether_one_must_sign_in(operation)
                _leave_nulls_out_of_parameters(operation)
            describe_headers(document)
        return super().openapi()

    async def document(self) -> "Document":
        """Return the OpenAPI document as it is sent, made once and in a thread: it takes a second."""
        return await asyncio.shield(self._document)

    @cached_property
    def _document(self) -> "asyncio.Task[Document]":
        return asyncio.create_task(asyncio.to_thread(lambda: Document(orjson.dumps(self.openapi()))))


@dataclass(frozen=True)
class Document:
    """A document that every client gets alike."""

    content: bytes

    @cached_property
    def tag(self) -> str:
        """Its `ETag`."""
        return f'"{crc32(self.content):08x}"'


def _define_the_error_response(document: Schema) -> None:
    """Add the schemas that `ERROR_CONTENT` refers to, in the order of their names like FastAPI's own."""
    schema = ErrorResponse.model_json_schema(mode="serialization", ref_template=f"{SCHEMAS}{{model}}")
    schemas = document["components"]["schemas"] | schema.pop("$defs") | {ErrorResponse.__name__: schema}
    document["components"]["schemas"] = dict(sorted(schemas.items()))


def _add_errors_of_surroundings(app: FastAPI, document: Schema) -> None:
    """Add the errors that a route need not name: those of its method, its dependencies and the middleware."""
    for context in iter_route_contexts(app.routes):
        if isinstance(context.original_route, APIRoute) and context.include_in_schema:
            for method in context.methods or ():
                responses = document["paths"][context.path_format][method.lower()]["responses"]
                _describe(responses, [*COMMON, *_errors_of_surroundings(method, context.dependant)])


def _errors_of_surroundings(method: str, dependant: Dependant) -> Iterator[type[APIException]]:
    if method not in SAFE_METHODS:
        yield CrossOriginRequestException
        if asks_who(dependant):
            yield ApiTokenScopeMissingException
    for dependency in dependencies(dependant):
        yield from REFUSALS.get(dependency.call, ())


def _describe(responses: dict[Any, Any], kinds: Iterable[type[APIException]]) -> None:
    """Add errors to the responses that have their status, each once, sorted by number."""
    for kind in kinds:
        response = responses.setdefault(str(kind.status_code), {"content": ERROR_CONTENT, "description": ""})
        described = {*filter(None, response["description"].split("; ")), f"`{kind.code}` {kind.internal_code}"}
        response["description"] = "; ".join(sorted(described, key=lambda error: error.rpartition(" ")[2]))


def _name_credentials(app: FastAPI, document: Schema) -> None:
    """Say how a program tells who it is, and in which requests that matters."""
    schemes = {scheme.scheme_name: jsonable_encoder(scheme.model, exclude_none=True) for scheme in CREDENTIALS}
    document["components"]["securitySchemes"] = schemes
    describe_cookie(document, app.state.cookies.access)
    for context in iter_route_contexts(app.routes):
        if isinstance(context.original_route, APIRoute) and context.include_in_schema and asks_who(context.dependant):
            for method in context.methods or ():
                operation = document["paths"][context.path_format][method.lower()]
                operation["security"] = [{name: []} for name in schemes if _takes(operation, name)]


def _takes(operation: Schema, scheme: str) -> bool:
    """Return whether an operation can be asked for in this way: some need a session and refuse API tokens."""
    refusals = operation["responses"].get(str(SessionRequiredException.status_code), {}).get("description", "")
    return scheme != API_TOKEN or SessionRequiredException.code not in refusals


def asks_who(dependant: Dependant) -> bool:
    """Return whether what a route answers depends on who asks."""
    return any(dependency.call in ASKS_WHO for dependency in dependencies(dependant))


def dependencies(dependant: Dependant) -> Iterator[Dependant]:
    """Yield everything that a route depends on, directly or not."""
    for dependency in dependant.dependencies:
        yield dependency
        yield from dependencies(dependency)


def _say_whether_one_must_sign_in(operation: Schema) -> None:
    """Make a token optional where its absence is no error: the answer depends on who asks, not whether there is one."""
    security = operation.setdefault("security", [])
    if security and str(NotAuthenticatedException.status_code) not in operation["responses"]:
        security.insert(0, {})


def _leave_nulls_out_of_parameters(operation: Schema) -> None:
    """Remove `null`, which no address or header can say; whoever means it leaves the parameter out."""
    for parameter in operation.get("parameters", ()):
        schema = parameter["schema"]
        options = [option for option in schema.pop("anyOf", ()) if option != {"type": "null"}]
        schema.update({"anyOf": options} if len(options) > 1 else dict(*options))


def link(operation: str, *, parameter: str, value: str = "/data/id") -> Responses:
    """Return the `responses` of a route that creates, with how to go on with what it created.

    Args:
        operation: the function of the route that goes on.
        parameter: the part of its path.
        value: where the answer has it, as a JSON pointer.
    """
    following = {"operationId": operation, "parameters": {parameter: f"$response.body#{value}"}}
    return {201: {"links": {operation: following}}}


def file(media_type: str) -> Responses:
    """Return the `responses` of a route that answers with a file: bytes, of which JSON Schema has nothing to say."""
    return {200: {"content": {media_type: {"schema": {"contentMediaType": media_type}}}, "headers": header("ETag")}}


def errors(*kinds: type[APIException]) -> Responses:
    """Return the `responses` of a route whose rules refuse with these errors.

    What the method, the dependencies and the middleware add is found out by the document.
    """
    if PermissionDeniedException in kinds:  # what a role grants may wait for a second factor
        kinds = (*kinds, MfaEnrollmentRequiredException)
    responses: Responses = {}
    _describe(responses, kinds)
    return responses


def operation_id(route: APIRoute) -> str:
    """Return the function's name, which generated clients use as theirs."""
    return route.name


def api_routes(router: APIRouter | FastAPI) -> list[APIRoute]:
    """Return every route, those of included routers among them."""
    routes: list[APIRoute] = []
    for route in router.routes:
        if isinstance(route, APIRoute):
            routes.append(route)
        elif included := getattr(route, "original_router", None):
            routes.extend(api_routes(included))
    return routes
