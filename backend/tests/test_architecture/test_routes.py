"""Properties of every route, as the framework sees it once the application is built."""

import inspect
import re
import sys
from collections.abc import Iterator
from typing import Annotated, Any

import pytest
from fastapi import APIRouter, Depends, FastAPI
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts
from fastapi.security import OAuth2PasswordRequestForm

from api.dependencies import (
    REFUSALS,
    current_user_dep,
    refuse_api_tokens,
    require_permission,
    require_recent_authentication,
)
from api.documentation import COMMON, api_routes, asks_who, dependencies, errors, operation_id
from api.exceptions import (
    APIException,
    ApiTokenScopeMissingException,
    BodyTooLargeException,
    CrossOriginRequestException,
    DatabaseUnavailableException,
    InternalErrorException,
    MalformedRequestException,
    MfaEnrollmentRequiredException,
    PermissionDeniedException,
    ReauthenticationRequiredException,
    SessionRequiredException,
    TooManyStreamsException,
    UnsupportedMediaTypeException,
    ValidationFailedException,
    exception_for,
)
from api.idempotency import idempotency_dep
from api.routers import route_modules
from api.routes.identity.auth import sign_in
from domain.errors import AppError
from domain.permissions import Permission
from tests.support.routes import unconnected_app
from tests.test_architecture import raises
from tests.test_architecture.findings import Finding, assert_none, found_at
from tests.test_architecture.functions import unwrapped
from tests.test_architecture.raises import NOT_REPEATED
from tests.test_architecture.raises_sections import Error
from tests.test_architecture.source import BACKEND

UNSAFE_METHODS = {"post", "put", "patch", "delete"}

# FastAPI runs what is not a coroutine in a thread. This class of its own only reads the form's fields.
SYNCHRONOUS_ALLOWED = {OAuth2PasswordRequestForm}


@pytest.fixture(scope="module")
def app() -> FastAPI:
    return unconnected_app()


def contexts(app: FastAPI) -> list[RouteContext]:
    return [context for context in iter_route_contexts(app.routes) if isinstance(context.original_route, APIRoute)]


def runs_on_the_loop(call: object) -> bool:
    candidates = [call, getattr(call, "__call__", None)]  # noqa: B004  (an object may be called, as security schemes are)
    return call in SYNCHRONOUS_ALLOWED or any(
        inspect.iscoroutinefunction(candidate) or inspect.isasyncgenfunction(candidate) for candidate in candidates
    )


def violations(context: RouteContext) -> Iterator[Finding]:
    """Yield what is wrong with a route."""
    endpoint: Any = context.endpoint
    if not inspect.iscoroutinefunction(endpoint):
        yield found_at(endpoint, "route-is-async", f"{context.name} runs in a thread", "Write `async def`.")
    if context.include_in_schema and not (context.tags and endpoint.__doc__):
        instead = "Write a docstring, and `tags=[…]` for the router."
        yield found_at(endpoint, "route-is-described", f"{context.name} has no docstring or no tag", instead)
    for dependency in dependencies(context.dependant):
        name = getattr(dependency.call, "__name__", repr(dependency.call))
        if not runs_on_the_loop(dependency.call):
            instead = f"Write `async def {name}`."
            yield found_at(_place(dependency.call, endpoint), "route-is-async", f"{name} runs in a thread", instead)
        if inspect.isasyncgenfunction(dependency.call) and dependency.scope != "function":
            wrong = f"{name} ends after the answer was sent"
            yield found_at(
                dependency.call, "dependency-ends-first", wrong, "Use `unit_of_work_dep`, or do it in a job."
            )


def _place(call: Any, endpoint: Any) -> Any:
    return call if inspect.isfunction(call) or inspect.isclass(call) else endpoint


def test_every_route_keeps_the_rules(app: FastAPI) -> None:
    assert_none(wrong for context in contexts(app) for wrong in violations(context))


def test_a_careless_route_is_found() -> None:
    async def resource() -> Any:
        yield 1

    def helper() -> int:
        return 1

    app, router = FastAPI(), APIRouter()

    @router.get("/")
    def careless(a: Annotated[int, Depends(resource)], b: Annotated[int, Depends(helper)]): ...  # type: ignore[no-untyped-def]  # noqa: ANN202

    app.include_router(router)
    assert [wrong.wrong for context in contexts(app) for wrong in violations(context)] == [
        "careless runs in a thread",
        "careless has no docstring or no tag",
        "resource ends after the answer was sent",
        "helper runs in a thread",
    ]


def test_every_router_is_included(app: FastAPI) -> None:
    included = {id(context.original_route) for context in iter_route_contexts(app.routes)}
    assert_none(
        found_at(sys.modules[module.name], "router-is-named", "a router is left out", "Include it in `router`.")
        for module in route_modules()
        if not {id(route) for route in api_routes(module.router)} <= included
    )


def test_every_module_of_routes_has_its_tests() -> None:
    names = {module.name.rpartition(".")[2] for module in route_modules()}
    tests = list((BACKEND / "tests" / "test_api").rglob("test_*.py"))
    tested = {file.stem.removeprefix("test_") for file in tests} | {
        file.parent.name for file in tests
    }  # a file or folder
    assert_none(
        Finding(
            f"tests/test_api/test_{name}.py",
            1,
            "routes-have-tests",
            "there is no such file",
            "Write the tests of its routes.",
        )
        for name in names - tested
    )


def test_operation_ids_are_the_names_of_the_functions(app: FastAPI) -> None:
    expected = sorted(context.endpoint.__name__ for context in contexts(app) if context.include_in_schema)  # type: ignore[union-attr]
    assert sorted(operation["operationId"] for _, operation in operations(app).values()) == expected
    assert len(set(expected)) == len(expected)


def operations(app: FastAPI) -> dict[tuple[str, str], tuple[str, dict[str, Any]]]:
    """Return method and operation by (path, method)."""
    paths = app.openapi()["paths"]
    return {
        (path, method): (method, operation) for path, methods in paths.items() for method, operation in methods.items()
    }


def expected_errors(context: RouteContext, method: str, operation: dict[str, Any]) -> Iterator[type[APIException]]:
    """Yield every error that the operation can answer with."""
    yield InternalErrorException
    body = operation.get("requestBody", {}).get("content", {})
    if body:
        yield from (BodyTooLargeException, MalformedRequestException, ValidationFailedException)
    if "application/json" in body:
        yield UnsupportedMediaTypeException
    if operation.get("parameters"):
        yield ValidationFailedException
    calls = {dependency.call for dependency in dependencies(context.dependant)}
    if method in UNSAFE_METHODS:
        yield CrossOriginRequestException
        if asks_who(context.dependant):
            yield ApiTokenScopeMissingException
    if refuse_api_tokens in calls:
        yield SessionRequiredException
    if require_recent_authentication in calls:
        yield from (SessionRequiredException, ReauthenticationRequiredException)
    if any(
        getattr(dependency.call, "__name__", "").endswith("_unit_of_work")
        for dependency in dependencies(context.dependant)
    ):
        yield DatabaseUnavailableException
    for call in (context.endpoint, *calls):
        # The text of a function within a function is not read; what it says is believed.
        yield from REFUSALS.get(call, ()) if "<locals>" in getattr(call, "__qualname__", "") else raised_errors(call)


def raised_errors(call: object) -> set[type[APIException]]:
    """Return what an endpoint or a dependency may answer, because it or what it calls raises it."""
    function = unwrapped(call)
    errors = raises.inferred_with_callees(function) if function else ()
    return {as_seen(error) for error in errors if not issubclass(error, tuple(NOT_REPEATED))}


def as_seen(error: Error) -> type[APIException]:
    if issubclass(error, AppError):
        return exception_for(error())
    return error if issubclass(error, APIException) else InternalErrorException


def documented_errors(operation: dict[str, Any]) -> set[str]:
    descriptions = (response.get("description", "") for response in operation["responses"].values())
    return {code for description in descriptions for code in re.findall(r"`([A-Z_]+)` \d+", description)}


def endpoints(app: FastAPI) -> dict[str, Any]:
    return {context.name or "": context.endpoint for context in contexts(app)}


def undocumented_errors(app: FastAPI) -> list[Finding]:
    """Return the errors that a route may answer with and that neither it nor its surroundings name."""
    by_name = {context.name: context for context in contexts(app)}
    return [
        found_at(
            endpoints(app)[name],
            "route-names-its-errors",
            f"{name} does not document {error.code}",
            f"Write `responses=errors({error.__name__})`.",
        )
        for method, operation in operations(app).values()
        for name in [operation["operationId"]]
        for error in expected_errors(by_name[name], method, operation)
        if error.code not in documented_errors(operation)
    ]


def invented_errors(app: FastAPI) -> list[Finding]:
    """Return the errors that a route names although no code that runs for it raises them."""
    by_name = {context.name: context for context in contexts(app)}
    return [
        found_at(
            endpoints(app)[name],
            "route-names-its-errors",
            f"{name} cannot answer {code}",
            "Remove its exception from `errors(…)`.",
        )
        for method, operation in operations(app).values()
        for name in [operation["operationId"]]
        for code in documented_errors(operation) - possible_codes(by_name[name], method, operation)
    ]


def possible_codes(context: RouteContext, method: str, operation: dict[str, Any]) -> set[str]:
    possible: set[type[APIException]] = {*COMMON, *expected_errors(context, method, operation)}
    if PermissionDeniedException in possible:
        possible.add(MfaEnrollmentRequiredException)
    return {error.code for error in possible}


def test_every_operation_documents_its_errors(app: FastAPI) -> None:
    assert_none(undocumented_errors(app))


def test_no_operation_documents_an_error_that_it_cannot_answer(app: FastAPI) -> None:
    assert_none(invented_errors(app))


def test_undocumented_errors_of_dependencies_are_found() -> None:
    app = FastAPI(generate_unique_id_function=operation_id)

    @app.get("/", dependencies=[Depends(require_permission(Permission.READ_JOBS))])
    async def guarded(user: current_user_dep, once: idempotency_dep) -> None: ...

    assert {found.wrong.rpartition(" ")[2] for found in undocumented_errors(app)} >= {
        "IDEMPOTENCY_KEY_REUSED",
        "NOT_AUTHENTICATED",
        "PERMISSION_DENIED",
        "REQUEST_IN_FLIGHT",
    }


def test_an_invented_error_is_found() -> None:
    app = FastAPI(generate_unique_id_function=operation_id)

    @app.get("/", responses=errors(TooManyStreamsException))
    async def harmless() -> None: ...

    assert [found.wrong for found in invented_errors(app)] == ["harmless cannot answer TOO_MANY_STREAMS"]


def test_an_undocumented_error_is_found() -> None:
    bare = FastAPI(generate_unique_id_function=operation_id)
    bare.add_api_route("/", sign_in, methods=["POST"], response_model=None)
    assert {found.wrong.rpartition(" ")[2] for found in undocumented_errors(bare)} == {
        "BODY_TOO_LARGE",
        "CROSS_ORIGIN_REQUEST",
        "DATABASE_UNAVAILABLE",
        "INTERNAL_ERROR",
        "INVALID_CREDENTIALS",
        "MALFORMED_REQUEST",
        "MFA_REQUIRED",
        "TOO_BUSY",
        "TOO_MANY_ATTEMPTS",
        "UNSUPPORTED_MEDIA_TYPE",
        "VALIDATION_FAILED",
    }
