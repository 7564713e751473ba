"""In every repository, methods that read run what reads, and what writes or locks begins the transaction."""

import dataclasses
import inspect
import types
import typing
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from typing import Any, Never
from unittest.mock import patch
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Executable, delete, func, select

from domain.errors import AppError
from domain.permissions import SYSTEM
from repository import models
from repository.connection import BaseRepository, Connection, ReadOnlyViolation
from repository.counter import Counter
from repository.identity.account_repository import AccountRepository
from repository.session_repository import SessionRepository
from repository.sql.owned_repository import OwnedRepository
from repository.sql.statements import CompiledQuery, Parameters, compiled_query
from tests.test_architecture.source import descendants

EXAMPLES: dict[type, object] = {
    UUID: uuid4(),
    str: "a",
    bytes: b"a",
    bool: True,
    int: 1,
    float: 1.0,
    datetime: datetime(2026, 1, 1, tzinfo=UTC),
    date: date(2026, 1, 1),
    timedelta: timedelta(days=1),
}


def example(hint: Any) -> Any:
    """Return a value of a parameter's type."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in {typing.Union, types.UnionType}:
        return example(arguments[0])
    if origin is tuple and arguments[-1] is not Ellipsis:
        return tuple(map(example, arguments))
    if origin is not None:
        return {} if len(arguments) == 2 and arguments[-1] is not Ellipsis else (example(arguments[0]),)
    if typing.is_typeddict(hint) or dataclasses.is_dataclass(hint):
        return hint(**{name: example(field) for name, field in typing.get_type_hints(hint).items()})
    if isinstance(hint, type) and issubclass(hint, Enum):
        return next(iter(hint))
    return EXAMPLES.get(hint, "a")


class Recorder:
    """A connection without a server: nothing is found, and it is noted which statements were run how."""

    def __init__(self) -> None:
        self.runs: list[tuple[str, CompiledQuery]] = []
        self.connection = Connection(self._acquire("read"), self._acquire("write"))
        self._last: CompiledQuery | None = None

    def compile(self, statement: Executable, parameters: Parameters | None = None) -> CompiledQuery:
        self._last = compiled_query(statement, parameters)
        return self._last

    def _acquire(self, how: str) -> Callable[[], Any]:
        @asynccontextmanager
        async def acquire() -> AsyncIterator["Recorder"]:
            assert self._last is not None
            self.runs.append((how, self._last))
            yield self

        return acquire

    async def fetch(self, sql: str, *arguments: object) -> list[object]:
        return []

    async def execute(self, sql: str, *arguments: object) -> str:
        return "UPDATE 0"


def methods() -> Iterator[tuple[type[Any], str]]:
    # A session begins its transaction with the first statement, whatever it is.
    by_session = descendants(SessionRepository)
    owned = {kind for kind in descendants(OwnedRepository) - by_session if "table" in vars(kind)}
    kinds: set[type[Any]] = {*descendants(BaseRepository), *owned}
    for kind in sorted(kinds, key=lambda kind: kind.__qualname__):  # xdist wants one order in every process
        for name, member in inspect.getmembers(kind, inspect.iscoroutinefunction):
            is_ours = member.__module__.startswith("repository.") and not name.startswith("_")
            if is_ours and Never not in parameters_of(kind, name).values():
                yield kind, name


def parameters_of(kind: type[Any], name: str) -> dict[str, Any]:
    """Return the types of a method's parameters, with those that the class gives to its generic base."""
    bases = [base for base in getattr(kind, "__orig_bases__", ()) if typing.get_origin(base)]
    given = {
        name: value for base in bases for name, value in zip(base.__origin__.__parameters__, base.__args__, strict=True)
    }
    hints = typing.get_type_hints(getattr(kind, name))
    return {parameter: given.get(hint, hint) for parameter, hint in hints.items() if parameter != "return"}


@pytest.mark.parametrize(("kind", "name"), list(methods()), ids=lambda part: getattr(part, "__name__", part))
async def test_every_statement_is_run_by_the_right_method(kind: type[Any], name: str) -> None:
    recorder = Recorder()
    connection = recorder.connection
    repository = kind(connection, SYSTEM) if issubclass(kind, OwnedRepository) else kind(connection)
    arguments = {parameter: example(hint) for parameter, hint in parameters_of(kind, name).items()}
    # The numbers of dashboards, also in a product whose features declare none.
    counting = patch.object(AccountRepository, "counters", (Counter("accounts"),))
    compiling = patch("repository.connection.compiled_query", recorder.compile)
    with counting, compiling, suppress(ValueError, IndexError, AppError):
        await getattr(repository, name)(**arguments)
    assert recorder.runs
    for how, query in recorder.runs:
        assert (how == "write") == query.writes, query.sql


@pytest.mark.parametrize(
    ("statement", "writes"),
    [
        (select(models.User.id), False),
        (select(func.count()).select_from(models.User), False),
        (select(models.User.id).with_for_update(), True),
        (select(models.User.id).with_for_update(read=True).cte("locked").select(), True),
        (select(func.pg_try_advisory_xact_lock(1)), True),
        (delete(models.User).returning(models.User.id).cte("deleted").select(), True),
    ],
)
async def test_a_method_that_reads_refuses_what_writes_or_locks(statement: Executable, *, writes: bool) -> None:
    recorder = Recorder()
    with patch("repository.connection.compiled_query", recorder.compile):
        if writes:
            with pytest.raises(ReadOnlyViolation):
                await recorder.connection.fetch_all(statement)
        else:
            await recorder.connection.fetch_all(statement)
    assert bool(recorder.runs) is not writes
