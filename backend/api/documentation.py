"""The OpenAPI document: errors, security schemes and details that FastAPI leaves out."""

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
from api.middleware.methods import SAFE_METHODS
from api.schemas.envelope import ErrorResponse
from api.state import state_of

# Errors that every request may meet.
COMMON = (
    MalformedRequestException,
    RequestTimeoutException,
    BodyTooLargeException,
    UnsupportedMediaTypeException,
    UnknownHostException,
    ValidationFailedException,
    TooManyRequestsException,
    TooManyAttemptsException,  # every route that sends email
    HeadersTooLargeException,
    InternalErrorException,
    DatabaseUnavailableException,
    TooBusyException,
)

SCHEMAS = "#/components/schemas/"
# A reference instead of `model=`, for which FastAPI would build an unused type adapter per status and route.
ERROR_CONTENT = {"application/json": {"schema": {"$ref": f"{SCHEMAS}{ErrorResponse.__name__}"}}}

Responses = dict[int | str, dict[str, Any]]
# For a route whose response has an `ETag`.
VERSIONED: Responses = {200: {"headers": header("ETag")}}
CREATED_VERSIONED: Responses = {201: VERSIONED[200]}
# For a route that responds with 202 and the URL of the future resource.
LOCATED: Responses = {202: {"headers": header("Location")}}


class DocumentedApi(FastAPI):
    """FastAPI with a more complete OpenAPI document."""

    def openapi(self) -> Schema:
        """Return the OpenAPI document, which is built once."""
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
        """Return the serialised document. It is built once, in a thread, because it takes a second."""
        return await asyncio.shield(self._document)

    @cached_property
    def _document(self) -> "asyncio.Task[Document]":
        return asyncio.create_task(asyncio.to_thread(lambda: Document(orjson.dumps(self.openapi()))))


@dataclass(frozen=True)
class Document:
    """A document that is the same for all clients."""

    content: bytes

    @cached_property
    def tag(self) -> str:
        """The `ETag` of the document."""
        return f'"{crc32(self.content):08x}"'


def _define_the_error_response(document: Schema) -> None:
    """Add the schemas that `ERROR_CONTENT` refers to, sorted by name like FastAPI's own."""
    schema = ErrorResponse.model_json_schema(mode="serialization", ref_template=f"{SCHEMAS}{{model}}")
    schemas = document["components"]["schemas"] | schema.pop("$defs") | {ErrorResponse.__name__: schema}
    document["components"]["schemas"] = dict(sorted(schemas.items()))


def _add_errors_of_surroundings(app: FastAPI, document: Schema) -> None:
    """Add the errors of the method, the dependencies and the middleware of each route."""
    for dependant, method, operation in _documented_routes(app, document):
        _describe(operation["responses"], [*COMMON, *_errors_of_surroundings(method, dependant)])


def _documented_routes(app: FastAPI, document: Schema) -> Iterator[tuple[Dependant, str, Schema]]:
    """Yield the dependencies, the method and the operation of every documented route."""
    for context in iter_route_contexts(app.routes):
        if isinstance(context.original_route, APIRoute) and context.include_in_schema:
            for method in context.methods or ():
                yield context.dependant, method, document["paths"][context.path_format][method.lower()]


def _errors_of_surroundings(method: str, dependant: Dependant) -> Iterator[type[APIException]]:
    if method not in SAFE_METHODS:
        yield CrossOriginRequestException
        if asks_who(dependant):
            yield ApiTokenScopeMissingException
    for dependency in dependencies(dependant):
        yield from REFUSALS.get(dependency.call, ())


def _describe(responses: dict[Any, Any], kinds: Iterable[type[APIException]]) -> None:
    """Add each error to the response with its status, once, sorted by number."""
    for kind in kinds:
        response = responses.setdefault(str(kind.status_code), {"content": ERROR_CONTENT, "description": ""})
        described = {*filter(None, response["description"].split("; ")), f"`{kind.code}` {kind.internal_code}"}
        response["description"] = "; ".join(sorted(described, key=lambda error: error.rpartition(" ")[2]))


def _name_credentials(app: FastAPI, document: Schema) -> None:
    """Add the security schemes, and name them in the operations that use them."""
    schemes = {scheme.scheme_name: jsonable_encoder(scheme.model, exclude_none=True) for scheme in CREDENTIALS}
    document["components"]["securitySchemes"] = schemes
    describe_cookie(document, state_of(app).cookies.access)
    for dependant, _, operation in _documented_routes(app, document):
        if asks_who(dependant):
            operation["security"] = [{name: []} for name in schemes if _takes(operation, name)]


def _takes(operation: Schema, scheme: str) -> bool:
    """Return whether an operation accepts a scheme: some need a session and refuse API tokens."""
    refusals = operation["responses"].get(str(SessionRequiredException.status_code), {}).get("description", "")
    return scheme != API_TOKEN or SessionRequiredException.code not in refusals


def asks_who(dependant: Dependant) -> bool:
    """Return whether the response of a route depends on the caller."""
    return any(dependency.call in ASKS_WHO for dependency in dependencies(dependant))


def dependencies(dependant: Dependant) -> Iterator[Dependant]:
    """Yield all dependencies of a route, direct and indirect."""
    for dependency in dependant.dependencies:
        yield dependency
        yield from dependencies(dependency)


def _say_whether_one_must_sign_in(operation: Schema) -> None:
    """Make credentials optional in operations that do not require a sign-in."""
    security = operation.setdefault("security", [])
    if security and str(NotAuthenticatedException.status_code) not in operation["responses"]:
        security.insert(0, {})


def _leave_nulls_out_of_parameters(operation: Schema) -> None:
    """Remove `null` from parameters: URLs and headers cannot express it."""
    for parameter in operation.get("parameters", ()):
        schema = parameter["schema"]
        options = [option for option in schema.pop("anyOf", ()) if option != {"type": "null"}]
        schema.update({"anyOf": options} if len(options) > 1 else dict(*options))


def link(operation: str, *, parameter: str, value: str = "/data/id") -> Responses:
    """Return the `responses` of a route that creates, with a link to an operation on the created resource.

    Args:
        operation: the name of the route function to link to.
        parameter: the path parameter of that route.
        value: a JSON pointer to its value in the response.
    """
    following = {"operationId": operation, "parameters": {parameter: f"$response.body#{value}"}}
    return {201: {"links": {operation: following}}}


def file(media_type: str) -> Responses:
    """Return the `responses` of a route that responds with a file."""
    return {200: {"content": {media_type: {"schema": {"contentMediaType": media_type}}}, "headers": header("ETag")}}


def errors(*kinds: type[APIException]) -> Responses:
    """Return the `responses` of a route that can fail with these errors.

    Name only the errors of the route's own rules. The document adds those of its method, its dependencies and the
    middleware.
    """
    if PermissionDeniedException in kinds:  # a role may grant it only with a second factor
        kinds = (*kinds, MfaEnrollmentRequiredException)
    responses: Responses = {}
    _describe(responses, kinds)
    return responses


def operation_id(route: APIRoute) -> str:
    """Return the name of the route function, which generated clients use."""
    return route.name


def api_routes(router: APIRouter | FastAPI) -> list[APIRoute]:
    """Return all routes, including those of included routers."""
    routes: list[APIRoute] = []
    for route in router.routes:
        if isinstance(route, APIRoute):
            routes.append(route)
        elif included := getattr(route, "original_router", None):
            routes.extend(api_routes(included))
    return routes
