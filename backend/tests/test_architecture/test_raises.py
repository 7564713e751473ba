"""Which errors may be raised, and that docstrings say so."""

from asyncio import CancelledError
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Never

import httpx2 as httpx
import pytest
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from api.documentation import api_routes
from api.exceptions import APIException
from api.idempotency import AnswerReplayed
from api.identity.openid import SentBack
from api.middleware.conditional_get import _AnswerComplete
from core.db import TransactionAborted, UnsuitableServer
from core.pool import NoConnection
from core.settings import SettingsError, _Unsafe
from core.smtp_server import EmailRejected, MailServerRefused
from domain.errors import AppError, NotFound, PermissionDenied, TooBusy
from domain.user import EmailTaken, User
from repository.identity.account_repository import AccountRepository
from service.entity_service import EntityService
from tests.support.modules import load_module
from tests.test_architecture import raises
from tests.test_architecture.findings import Finding, assert_none, file_of, found_at
from tests.test_architecture.raises import NOT_REPEATED
from tests.test_architecture.raises_sections import Error, documented, errors_by_name
from tests.test_architecture.source import LAYERS, descendants, import_modules

# Other exceptions that may be raised, with the place and the reason.
OTHERS_ALLOWED: dict[tuple[str, Error], str] = {
    ("api.middleware.conditional_get", _AnswerComplete): "no error: ends a response whose body is not wanted",
    ("api.idempotency", AnswerReplayed): "no error: ends the request with the answer that the first one got",
    ("api.identity.openid", SentBack): "no error: sends a browser to the page that shows what went wrong",
    (
        "api.middleware.slow_requests",
        HTTPException,
    ): "passes through FastAPI's reading of the body; the error handler turns it into our shape",
    (
        "api.server.route_plan",
        RequestValidationError,
    ): "how FastAPI refuses values; the error handler turns it into our shape",
    ("api.server.route_plan", HTTPException): "how FastAPI refuses a body; the error handler turns it into our shape",
    ("api.routers", TypeError): "a mistake of the code, found by the first start",
    ("api.document_details", TypeError): "a mistake of the code, found by the first start",
    ("domain.taskiq_broker", ValueError): "a mistake of the code, found by the first start",
    ("api.server.static", HTTPException): "how the base class answers; the error handler turns it into our shape",
    ("repository.models", AttributeError): "Python's way to say that a module has no such name",
    ("core.db", NoConnection): "repositories turn it into DatabaseUnavailable, which `core` cannot know",
    ("core.pool", NoConnection): "repositories turn it into DatabaseUnavailable, which `core` cannot know",
    ("core.redis.redis_url", ValueError): "Pydantic's way to refuse a value; the operator gets a SettingsError",
    ("core.database_url", ValueError): "Pydantic's way to refuse a value; the operator gets a SettingsError",
    ("core.db", UnsuitableServer): "caught where it is raised: it becomes the cause of a NoConnection",
    ("core.db", TransactionAborted): "a mistake of the code, which must not be answered with a success",
    ("core.email", MailServerRefused): "the check of an installation tells the operator",
    ("core.email", EmailRejected): "the service turns it into a PermanentError, which `core` cannot know",
    ("core.setting_values", ValueError): "Pydantic's way to refuse a value; the operator gets a SettingsError",
    ("core.smtp_server", ValueError): "Pydantic's way to refuse a value; the operator gets a SettingsError",
    ("core.settings", _Unsafe): "Pydantic's way to refuse values; the operator gets a SettingsError",
    ("core.settings", ValueError): "Pydantic's way to refuse a value; the operator gets a SettingsError",
    (
        "service.operations.confined_process",
        RuntimeError,
    ): "an unexpected error of the function, told across the process's border",
    ("service.live.live_updates", TypeError): "orjson's way to hear that a value cannot be written",
    ("service.unit_of_work", CancelledError): "passes a cancellation on once every collector has delivered",
    (
        "service.public_network",
        httpx.ConnectError,
    ): "httpx's way to say that there is no connection; its caller translates it",
}


def foreign_errors(module: ModuleType) -> list[Finding]:
    """Return what `module` raises although neither a client, an operator nor a worker knows it."""
    instead = "Raise an error of the domain (`AppError`), which api/exceptions.py gives a number."
    return [
        Finding(file_of(module), line, "only-our-errors", f"{text} is raised here", instead)
        for line, text, kind in raises.raised_names(module)
        if kind is not None and not _is_allowed(module, kind)
    ]


def _is_allowed(module: ModuleType, kind: object) -> bool:
    is_ours = isinstance(kind, type) and issubclass(kind, AppError | APIException | SettingsError)
    # Pydantic's way to refuse a value; the client gets VALIDATION_FAILED.
    is_validation = kind is ValueError and module.__name__.startswith("api.schemas.")
    return is_ours or is_validation or any(module.__name__ == name and kind is other for name, other in OTHERS_ALLOWED)


def undocumented_errors(function: FunctionType) -> list[Finding]:
    """Return errors that `function` raises, or passes on from a callee that says so, and does not list."""
    listed = tuple(filter(None, documented(function).values()))
    passed_on = {
        error
        for error in raises.inferred_with_callees(function) & set(errors_by_name().values())
        if not issubclass(error, tuple(NOT_REPEATED))
    }
    missing = {error for error in raises.inferred(function) | passed_on if not issubclass(error, listed)}
    return [
        found_at(
            function,
            "docstrings-list-errors",
            f"{function.__qualname__} raises {error.__name__}",
            f"Write `{error.__name__}: …` with the reason below `Raises:` in its docstring.",
        )
        for error in missing
    ]


def invented_errors(function: FunctionType) -> list[Finding]:
    """Return errors which `function` lists although neither it nor a callee raises them, or which do not exist."""
    possible = raises.inferred_with_callees(function)
    return [
        found_at(
            function,
            "docstrings-list-errors",
            f"{function.__qualname__} does not raise {name}",
            "Remove it below `Raises:` in its docstring.",
        )
        for name, error in documented(function).items()
        if error is None or (issubclass(error, AppError | APIException) and not _explains(error, possible))
    ]


def _explains(listed: Error, possible: frozenset[Error]) -> bool:
    return listed in NOT_REPEATED or any(issubclass(error, listed) for error in possible)


def public_functions(*packages: str) -> list[FunctionType]:
    """Return the functions that say what they raise: all but routes, which name their errors for the document."""
    return [
        function
        for module in import_modules(*packages)
        for function in raises.functions_of(module)
        if raises.is_public(function) and function not in endpoints(module)
    ]


def endpoints(module: ModuleType) -> set[object]:
    router = getattr(module, "router", None)
    return {route.endpoint for route in api_routes(router)} if router else set()


def test_only_errors_of_the_product_are_raised() -> None:
    assert_none(error for module in import_modules(*LAYERS) for error in foreign_errors(module))


def test_every_exception_to_the_rule_is_needed() -> None:
    raised = {
        (module.__name__, kind) for module in import_modules(*LAYERS) for _, _, kind in raises.raised_names(module)
    }
    assert OTHERS_ALLOWED.keys() <= raised


def test_docstrings_list_every_error() -> None:
    assert_none(error for function in public_functions(*LAYERS) for error in undocumented_errors(function))


def test_docstrings_of_services_list_no_other_error() -> None:
    assert_none(error for function in public_functions("service") for error in invented_errors(function))


def test_every_entity_names_its_error() -> None:
    assert_none(
        found_at(
            kind,
            "entity-names-its-error",
            f"{kind.__name__} does not say what is raised for an entity that is missing",
            "Write `not_found: ClassVar = …NotFound`.",
        )
        for kind in descendants(EntityService)
        if not issubclass(getattr(kind, "not_found", Exception), NotFound)
    )


def test_what_a_repository_declares_as_violations_counts_for_the_methods_that_its_service_inherits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class AccountService(EntityService[User, User, Never, Never, Never, Never]):
        """Of the entity of `AccountRepository`."""

    monkeypatch.setattr(AccountRepository, "violations", {"uq_users_email": EmailTaken})
    refused = raises.refused_by_constraints.__wrapped__
    assert refused(AccountService, EntityService.update) == (EmailTaken,)
    assert refused(AccountService, EntityService.delete) == ()


SNIPPET = '''
from contextlib import suppress
from http.client import HTTPException
from typing import ClassVar

from domain.errors import AppError, NotFound, PermissionDenied, TooBusy
from domain.jobs.job import JobNotFound
from domain.session import NotAuthenticated
from service.auth_service import AuthService
from service.factory import Factory, Work


class Service:
    def __init__(self, auth: AuthService, factory: Factory) -> None:
        self._auth = auth
        self._factory = factory

    async def forgets_own(self) -> None:
        raise PermissionDenied

    async def forgets_helper(self) -> None:
        self._check()

    async def forgets_callee(self) -> None:
        """Sign in.

        Raises:
            InvalidCredentials: wrong.
            TooManyAttempts: guessed.
        """
        await self._auth.sign_in("", password="")

    async def forgets_work(self) -> None:
        async with self._factory.unit_of_work() as work:
            await work.identity.sessions.refresh("")

    def forgets_recursion(self) -> None:
        self._descend(0)

    async def catches(self, work: Work) -> None:
        try:
            await work.identity.sessions.authenticate("")
            self._check()
        except (NotAuthenticated, TooBusy):
            return

    async def lets_through(self, work: Work) -> None:
        try:
            await work.identity.sessions.authenticate("")
        except AppError:
            raise

    def invents(self) -> None:
        """Do nothing.

        Raises:
            TooBusy: never.
            NoSuchThing: never.
        """

    def _check(self) -> None:
        raise TooBusy("no")

    def _descend(self, depth: int) -> None:
        if depth:
            self._descend(depth - 1)
        self._ascend(depth)

    def _ascend(self, depth: int) -> None:
        if depth:
            self._descend(depth + 1)
            raise PermissionDenied
        self._check()


class Base:
    missing: ClassVar[type[NotFound]]

    def get(self) -> None:
        """Get.

        Raises:
            NotFound: missing.
        """
        self._find()

    def _find(self) -> None:
        raise self.missing


class Child(Base):
    missing = JobNotFound

    def forgets_inherited(self) -> None:
        self.get()

    def forgets_super(self) -> None:
        super().get()

    def forgets_helper_of_base(self) -> None:
        self._find()

    def suppresses(self) -> None:
        with suppress(JobNotFound):
            self.get()


def foreign(error: AppError) -> None:
    try:
        raise ValueError("no")
    except ValueError as problem:
        raise HTTPException from problem
    raise error
    raise Unheard
'''


@pytest.fixture
def snippet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A module with a mistake in every function."""
    file = tmp_path / "snippet.py"
    file.write_text(SNIPPET)
    return load_module(file, monkeypatch)


def test_missing_errors_are_found(snippet: ModuleType) -> None:
    functions = [function for function in raises.functions_of(snippet) if raises.is_public(function)]
    assert {error.wrong for function in functions for error in undocumented_errors(function)} == {
        "Service.forgets_own raises PermissionDenied",
        "Service.forgets_helper raises TooBusy",
        "Service.forgets_callee raises TooBusy",
        "Service.forgets_recursion raises PermissionDenied",
        "Service.forgets_recursion raises TooBusy",
        "Service.forgets_work raises SessionExpired",
        "Service.forgets_work raises SessionRevoked",
        "Service.lets_through raises NotAuthenticated",
        "Child.forgets_inherited raises JobNotFound",
        "Child.forgets_super raises JobNotFound",
        "Child.forgets_helper_of_base raises JobNotFound",
        "foreign raises HTTPException",
    }


def test_functions_that_call_each_other_raise_the_same_whichever_is_read_first(snippet: ModuleType) -> None:
    descending, ascending = (
        raises.inferred(function) for function in (snippet.Service._descend, snippet.Service._ascend)
    )
    assert descending == ascending == {PermissionDenied, TooBusy}


def test_invented_errors_are_found(snippet: ModuleType) -> None:
    assert [error.wrong for error in invented_errors(snippet.Service.invents)] == [
        "Service.invents does not raise TooBusy",
        "Service.invents does not raise NoSuchThing",
    ]


def test_foreign_errors_are_found(snippet: ModuleType) -> None:
    assert {error.wrong for error in foreign_errors(snippet)} == {
        "ValueError is raised here",
        "HTTPException is raised here",
        "Unheard is raised here",
    }
