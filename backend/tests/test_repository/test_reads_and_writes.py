"""What reads is run by a method that reads, and what writes or locks by one that begins the transaction: in every repository."""

import dataclasses
import inspect
import types
import typing
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from typing import Any
from unittest.mock import patch
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Executable, delete, func, select

from domain.errors import AppError
from domain.permissions import SYSTEM
from repository import models
from repository.connection import BaseRepository, Connection, ReadOnlyViolation
from repository.sql.owned_repository import OwnedRepository
from repository.sql.statements import CompiledQuery, Parameters, compiled_query
from tests.test_architecture.source import import_modules

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
    import_modules("repository")
    kinds = (*BaseRepository.__subclasses__(), *OwnedRepository.__subclasses__())
    for kind in sorted(kinds, key=lambda kind: kind.__qualname__):  # xdist wants one order in every process
        if kind.__module__.startswith("repository."):
            for name, member in vars(kind).items():
                if inspect.iscoroutinefunction(member) and not name.startswith("_"):
                    yield kind, name


@pytest.mark.parametrize(("kind", "name"), list(methods()), ids=lambda part: getattr(part, "__name__", part))
async def test_every_statement_is_run_by_the_right_method(kind: type[Any], name: str) -> None:
    recorder = Recorder()
    connection = recorder.connection
    repository = kind(connection, SYSTEM) if issubclass(kind, OwnedRepository) else kind(connection)
    hints = typing.get_type_hints(getattr(kind, name))
    arguments = {parameter: example(hint) for parameter, hint in hints.items() if parameter != "return"}
    with patch("repository.connection.compiled_query", recorder.compile), suppress(ValueError, IndexError, AppError):
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
