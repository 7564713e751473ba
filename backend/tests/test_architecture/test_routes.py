"""What every route looks like, as the framework sees it once the application is built."""

import inspect
import re
from collections.abc import Iterator
from typing import Annotated, Any

import pytest
from fastapi import APIRouter, Depends, FastAPI, Response
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts
from fastapi.security import OAuth2PasswordRequestForm

from api.dependencies import (
    REFUSALS,
    current_user_dep,
    public_unit_of_work_dep,
    refuse_api_tokens,
    require_permission,
    require_recent_authentication,
    unit_of_work_dep,
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


def violations(context: RouteContext) -> Iterator[str]:
    """Yield what is wrong with a route."""
    returned = inspect.signature(context.endpoint or object, eval_str=True).return_annotation
    is_response = isinstance(returned, type) and issubclass(returned, Response)
    if not inspect.iscoroutinefunction(context.endpoint):
        yield "is not `async def`"
    if context.response_model is None and not is_response and context.status_code != 204:
        yield "has no response model"
    for dependency in dependencies(context.dependant):
        name = getattr(dependency.call, "__name__", repr(dependency.call))
        if not runs_on_the_loop(dependency.call):
            yield f"depends on {name}, which runs in a thread"
        if inspect.isasyncgenfunction(dependency.call) and dependency.scope != "function":
            yield f"depends on {name}, which ends after the answer was sent"


def test_every_route_keeps_the_rules(app: FastAPI) -> None:
    assert [f"{context.name} {wrong}" for context in contexts(app) for wrong in violations(context)] == []


def test_a_careless_route_is_found() -> None:
    async def resource() -> Any:
        yield 1

    def helper() -> int:
        return 1

    app, router = FastAPI(), APIRouter()

    @router.get("/")
    def careless(a: Annotated[int, Depends(resource)], b: Annotated[int, Depends(helper)]): ...  # type: ignore[no-untyped-def]  # noqa: ANN202

    app.include_router(router)
    assert [wrong for context in contexts(app) for wrong in violations(context)] == [
        "is not `async def`",
        "has no response model",
        "depends on resource, which ends after the answer was sent",
        "depends on helper, which runs in a thread",
    ]


def forgotten_refusals(app: FastAPI) -> list[str]:
    """Return the routes that concern credentials and look at who asks, but would let an API token in."""
    return [
        f"{context.name} lets API tokens in"
        for context in contexts(app)
        for calls in [{dependency.call for dependency in dependencies(context.dependant)}]
        if (context.path_format or "").startswith("/api/auth") or require_recent_authentication in calls
        if asks_who(context.dependant) and not calls & {refuse_api_tokens, require_recent_authentication}
    ]


def test_no_route_that_concerns_credentials_lets_api_tokens_in(app: FastAPI) -> None:
    assert forgotten_refusals(app) == [], (
        "Put these routes on a router with `dependencies=[Depends(refuse_api_tokens)]`"
    )


def test_a_route_that_lets_api_tokens_in_is_found() -> None:
    app, router = FastAPI(), APIRouter(prefix="/api/auth")

    @router.get("/secrets")
    async def forgetful(work: unit_of_work_dep) -> None: ...

    @router.get("/public")
    async def anonymous(work: public_unit_of_work_dep) -> None: ...

    @router.get("/careful", dependencies=[Depends(refuse_api_tokens)])
    async def careful(work: unit_of_work_dep) -> None: ...

    app.include_router(router)
    assert forgotten_refusals(app) == ["forgetful lets API tokens in"]


# Every operation that changes something and asks for no recent proof of identity, with the reason why it need not. Those of
# features are not listed: they change what the caller wrote, or what moderators look after all day; no account is lost by it.
GIVES_THE_PROOF = "gives the proof itself: a password, a second factor, or the token of a mail"
HARMLESS = "locks no user out and hands nothing over"
NEEDS_NO_PROOF = {
    "sign_up": GIVES_THE_PROOF,
    "sign_in": GIVES_THE_PROOF,
    "create_token": GIVES_THE_PROOF,
    "reauthenticate": GIVES_THE_PROOF,
    "verify_second_factor": GIVES_THE_PROOF,
    "sign_in_with_passkey": GIVES_THE_PROOF,
    "change_password": GIVES_THE_PROOF,
    "reset_password": GIVES_THE_PROOF,
    "verify_email": GIVES_THE_PROOF,
    "confirm_email_change": GIVES_THE_PROOF,
    "refresh_session": "goes on with a session and makes its proof no younger",
    "sign_out": "ends the caller's own session, which must always be possible",
    "create_client_error": "writes to the log and changes nothing",
    "request_password_reset": "mails the owner, who has to act",
    "resend_verification": "mails the owner, who has to act",
    "get_passkey_authentication_options": "begins to give the proof",
    "get_passkey_reauthentication_options": "begins to give the proof",
    "rename_passkey": HARMLESS,
    "update_current_user": HARMLESS,
    "replace_avatar": HARMLESS,
    "remove_avatar": HARMLESS,
    "read_notification": HARMLESS,
    "read_all_notifications": HARMLESS,
    "retry_job": "does once more what was meant to be done",
    "retry_dead_jobs": "does once more what was meant to be done",
}


def changes_without_proof(app: FastAPI) -> set[str]:
    """Return the operations that change something and ask for no recent proof of identity."""
    return {
        context.name or ""
        for context in contexts(app)
        if {method.lower() for method in context.methods or ()} & UNSAFE_METHODS
        if not (context.path_format or "").startswith("/dev")  # production has none of these
        if require_recent_authentication not in {dependency.call for dependency in dependencies(context.dependant)}
    }


def changes_of_features(app: FastAPI) -> set[str]:
    """Return the operations of the modules directly in `api/routes`, except those of accounts."""
    features = {module.name for module in route_modules() if module.name.count(".") == 2} - {"api.routes.users"}
    return {context.name or "" for context in contexts(app) if context.endpoint.__module__ in features}


def test_every_change_needs_a_recent_proof_or_has_a_reason_why_not(app: FastAPI) -> None:
    forgotten = sorted(changes_without_proof(app) - changes_of_features(app) - set(NEEDS_NO_PROOF))
    assert forgotten == [], (
        f"let {forgotten[0]} depend on require_recent_authentication, or add its reason to NEEDS_NO_PROOF"
    )
    assert set(NEEDS_NO_PROOF) <= changes_without_proof(app)


def test_a_change_without_a_proof_is_found() -> None:
    app, router = FastAPI(), APIRouter()

    @router.get("/")
    async def read(work: unit_of_work_dep) -> None: ...

    @router.delete("/", dependencies=[Depends(require_recent_authentication)])
    async def careful(work: unit_of_work_dep) -> None: ...

    @router.post("/")
    async def careless(work: unit_of_work_dep) -> None: ...

    app.include_router(router)
    assert changes_without_proof(app) == {"careless"}


def test_every_router_is_included(app: FastAPI) -> None:
    included = {id(context.original_route) for context in iter_route_contexts(app.routes)}
    for module in route_modules():
        assert {id(route) for route in api_routes(module.router)} <= included, module.name


def test_every_module_of_routes_has_its_tests() -> None:
    names = {module.name.rpartition(".")[2] for module in route_modules()}
    tests = list((BACKEND / "tests" / "test_api").rglob("test_*.py"))
    tested = {file.stem.removeprefix("test_") for file in tests} | {
        file.parent.name for file in tests
    }  # a file or folder
    missing = sorted(names - tested)
    assert missing == [], f"Add tests/test_api/test_{missing[0]}.py: every module of routes has its tests"


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


def undocumented_errors(app: FastAPI) -> list[str]:
    """Return the errors that a route may answer with and that neither it nor its surroundings name."""
    by_name = {context.name: context for context in contexts(app)}
    return [
        f"{name} does not document {error.code}"
        for method, operation in operations(app).values()
        for name in [operation["operationId"]]
        for error in expected_errors(by_name[name], method, operation)
        if error.code not in documented_errors(operation)
    ]


def invented_errors(app: FastAPI) -> list[str]:
    """Return the errors that a route names although no code that runs for it raises them."""
    by_name = {context.name: context for context in contexts(app)}
    return [
        f"{name} cannot answer {code}"
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
    assert undocumented_errors(app) == [], "Add the exception of each to `responses=errors(…)` of its route"


def test_no_operation_documents_an_error_that_it_cannot_answer(app: FastAPI) -> None:
    assert invented_errors(app) == [], "Remove the exception of each from `responses=errors(…)` of its route"


def test_undocumented_errors_of_dependencies_are_found() -> None:
    app = FastAPI(generate_unique_id_function=operation_id)

    @app.get("/", dependencies=[Depends(require_permission(Permission.READ_JOBS))])
    async def guarded(user: current_user_dep, once: idempotency_dep) -> None: ...

    assert {line.rpartition(" ")[2] for line in undocumented_errors(app)} >= {
        "IDEMPOTENCY_KEY_REUSED",
        "NOT_AUTHENTICATED",
        "PERMISSION_DENIED",
        "REQUEST_IN_FLIGHT",
    }


def test_an_invented_error_is_found() -> None:
    app = FastAPI(generate_unique_id_function=operation_id)

    @app.get("/", responses=errors(TooManyStreamsException))
    async def harmless() -> None: ...

    assert invented_errors(app) == ["harmless cannot answer TOO_MANY_STREAMS"]


def test_an_undocumented_error_is_found() -> None:
    bare = FastAPI(generate_unique_id_function=operation_id)
    bare.add_api_route("/", sign_in, methods=["POST"], response_model=None)
    assert {line.rpartition(" ")[2] for line in undocumented_errors(bare)} == {
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
