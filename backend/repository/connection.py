"""Runs statements on PostgreSQL, and translates its failures into errors of the domain."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AbstractContextManager, contextmanager
from typing import Any, NoReturn, TypeAlias, TypeVar

import asyncpg
import structlog
from sqlalchemy import Executable
from sqlalchemy.exc import IntegrityError
from sqlalchemy.sql.selectable import TypedReturnsRows

from core.pool import Connection as DriverConnection
from core.pool import NoConnection
from core.replica import Replica
from domain.errors import AppError, DatabaseUnavailable
from repository.sql.rows import Row, RowMapper
from repository.sql.statements import CompiledQuery, Parameters, compiled_query

__all__ = [
    "BaseRepository",
    "Connection",
    "Parameters",
    "ReplicaConnection",
    "Row",
    "violation_means",
    "violations_mean",
]

log = structlog.get_logger()

T = TypeVar("T")

SNAPSHOT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"

# SQLSTATE classes 08 (connection), 53 (resources), 57P (shutdown), and what may well succeed when it is tried again:
# 25006 (a server that takes no changes, as the old primary after a failover), 40001 and 40P01 (two transactions in each
# other's way), 55P03 and 57014 (a lock or a statement took too long). PostgreSQL documentation, appendix A.
_OUTAGES = ("08", "53", "57P", "25006", "40001", "40P01", "55P03", "57014")

# Acquires a connection for one statement: the transaction's own, or any that is free in a pool.
Acquire: TypeAlias = Callable[[], AbstractAsyncContextManager[DriverConnection]]


class ReadOnlyViolation(AppError):
    """A method that reads was given a statement that writes or locks."""

    message = "A statement that writes or locks needs a method that writes."


class Connection:
    """Runs statements.

    The methods called `fetch_…` read: on any connection of the pool, or on the transaction's once it has begun. Those
    called `write…` write or lock, and begin the transaction. All of them raise `DatabaseUnavailable` when PostgreSQL
    cannot be reached or the pool is exhausted.

    Args:
        acquire: acquires a connection for a statement that reads.
        acquire_to_write: acquires the connection for one that writes, if that differs: the transaction's.
    """

    def __init__(self, acquire: Acquire, acquire_to_write: Acquire | None = None) -> None:
        self._acquire = acquire
        self._acquire_to_write = acquire_to_write or acquire

    async def fetch_all(self, statement: Executable, parameters: Parameters | None = None) -> Sequence[Row]:
        """Run `statement` and return its rows.

        Raises:
            ReadOnlyViolation: the statement writes or locks.
        """
        query = _reading(statement, parameters)
        return query.rows(await self._read(query))

    async def fetch_one(self, statement: Executable, parameters: Parameters | None = None) -> Row | None:
        """Run `statement` and return its first row, or None.

        Raises:
            ReadOnlyViolation: the statement writes or locks.
        """
        rows = await self.fetch_all(statement, parameters)
        return rows[0] if rows else None

    async def fetch_values(self, statement: TypedReturnsRows[T], parameters: Parameters | None = None) -> list[T]:
        """Run `statement`, which selects one column, and return its values.

        Raises:
            ReadOnlyViolation: the statement writes or locks.
        """
        query = _reading(statement, parameters)
        return query.values(await self._read(query))

    async def fetch_value(self, statement: TypedReturnsRows[T], parameters: Parameters | None = None) -> T | None:
        """Run `statement`, which selects one column, and return the value in its first row, or None.

        Raises:
            ReadOnlyViolation: the statement writes or locks.
        """
        values = await self.fetch_values(statement, parameters)
        return values[0] if values else None

    async def write(self, statement: Executable, parameters: Parameters | None = None) -> int:
        """Run `statement` and return how many rows it changed."""
        query = compiled_query(statement, parameters)
        with outages_translated():
            async with self._acquire_to_write() as connection:
                tag = await connection.execute(query.sql, *query.arguments)
        return _row_count(tag)

    async def write_all(self, statement: Executable, parameters: Parameters | None = None) -> Sequence[Row]:
        """Run `statement` and return its rows."""
        query = compiled_query(statement, parameters)
        return query.rows(await self._write(query))

    async def write_one(self, statement: Executable, parameters: Parameters | None = None) -> Row | None:
        """Run `statement` and return its first row, or None."""
        rows = await self.write_all(statement, parameters)
        return rows[0] if rows else None

    async def write_values(self, statement: TypedReturnsRows[T], parameters: Parameters | None = None) -> list[T]:
        """Run `statement`, which returns one column, and return its values."""
        query = compiled_query(statement, parameters)
        return query.values(await self._write(query))

    async def write_value(self, statement: TypedReturnsRows[T], parameters: Parameters | None = None) -> T | None:
        """Run `statement`, which returns one column, and return the value in its first row, or None."""
        values = await self.write_values(statement, parameters)
        return values[0] if values else None

    async def begin_snapshot(self) -> None:
        """Begin the transaction, whose statements all see the database as it is at the first of them."""
        with outages_translated():
            async with self._acquire_to_write() as connection:
                await connection.execute(SNAPSHOT)

    async def _read(self, query: CompiledQuery) -> Sequence[Any]:
        return await _run(self._acquire, query)

    async def _write(self, query: CompiledQuery) -> Sequence[Any]:
        return await _run(self._acquire_to_write, query)


async def _run(acquire: Acquire, query: CompiledQuery) -> Sequence[Any]:
    with outages_translated():
        async with acquire() as connection:
            return await connection.fetch(query.sql, *query.arguments)


def _reading(statement: Executable, parameters: Parameters | None) -> CompiledQuery:
    query = compiled_query(statement, parameters)
    if query.writes:
        raise ReadOnlyViolation
    return query


class ReplicaConnection(Connection):
    """Reads from a replica while that is fresh, and from the primary when the replica cannot answer.

    Args:
        replica: skipped if reads `must_be_current`, or if it fails.
        acquire: acquires a connection to the primary.
    """

    def __init__(
        self, acquire: Acquire, acquire_to_write: Acquire, replica: Replica, *, must_be_current: Callable[[], bool]
    ) -> None:
        super().__init__(acquire, acquire_to_write)
        self._replica = replica
        self._must_be_current = must_be_current

    async def _read(self, query: CompiledQuery) -> Sequence[Any]:
        records = None if self._must_be_current() else await self._ask_replica(query)
        return await super()._read(query) if records is None else records

    async def _ask_replica(self, query: CompiledQuery) -> Sequence[Any] | None:
        if not self._replica.is_fresh():
            self._replica.metrics.count_read("lagging")
            return None
        try:
            records = await _run(self._replica.acquire, query)
        except (DatabaseUnavailable, asyncpg.PostgresError) as error:
            # Whatever it is, from a conflict with what is replayed to a missing column, the primary can answer.
            if self._replica.outage.should_log_failure():
                log.warning("replica not read", reason=repr(error.__cause__ or error))
            self._replica.mark_stale()
            self._replica.metrics.count_read("failed")
            return None
        if (away := self._replica.outage.end()) is not None:
            log.info("replica read again", away_s=away)
        self._replica.metrics.count_read("answered")
        return records


class BaseRepository:
    """Runs statements whose rows are read as dataclasses; the connection runs all others."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def _fetch_one(self, query: Executable, *, rows_as: RowMapper[T]) -> T | None:
        row = await self._connection.fetch_one(query)
        return rows_as.read(row) if row else None

    async def _fetch_all(self, query: Executable, *, rows_as: RowMapper[T]) -> list[T]:
        return [rows_as.read(row) for row in await self._connection.fetch_all(query)]

    async def _write_one(self, statement: Executable, *, rows_as: RowMapper[T]) -> T | None:
        row = await self._connection.write_one(statement)
        return rows_as.read(row) if row else None

    async def _write_all(self, statement: Executable, *, rows_as: RowMapper[T]) -> list[T]:
        return [rows_as.read(row) for row in await self._connection.write_all(statement)]


@contextmanager
def outages_translated() -> Iterator[None]:
    """Translate every way in which PostgreSQL can be unreachable or too slow into one error.

    Raises:
        DatabaseUnavailable: the block had no working connection, or PostgreSQL aborted it.
    """
    try:
        yield
    except (NoConnection, OSError, asyncpg.InternalClientError) as error:  # the last when a server just died
        raise DatabaseUnavailable from error
    except asyncpg.PostgresError as error:
        if (error.sqlstate or "").startswith(_OUTAGES):
            raise DatabaseUnavailable from error
        raise
    except asyncpg.InterfaceError as error:
        if "closed" in str(error):  # the driver has no class of its own for it
            raise DatabaseUnavailable from error
        raise


def violation_means(constraint: str, error: type[AppError]) -> AbstractContextManager[None]:
    """Translate the violation of one constraint. Only the database can check it without a race.

    Args:
        constraint: its name, as in the migration.
        error: the error to raise for the violation.

    Raises:
        AppError: `error`, when the block violated `constraint`.
    """
    return violations_mean({constraint: error})


@contextmanager
def violations_mean(errors: Mapping[str, type[AppError]]) -> Iterator[None]:
    """Translate the violations of several constraints.

    Args:
        errors: the errors to raise, by the constraint's name.
    """
    try:
        yield
    except (asyncpg.IntegrityConstraintViolationError, IntegrityError) as violation:
        _raise(errors.get(_violated(violation) or ""), violation)


def _raise(error: type[AppError] | None, violation: Exception) -> NoReturn:
    if error is None:
        raise violation
    raise error from violation


def _violated(violation: asyncpg.IntegrityConstraintViolationError | IntegrityError) -> str | None:
    """Return the constraint's name; a session wraps the driver's error in one of SQLAlchemy's."""
    of_driver = violation.driver_exception if isinstance(violation, IntegrityError) else violation
    return getattr(of_driver, "constraint_name", None)


def _row_count(tag: str) -> int:
    """Return the number that ends a command tag such as `UPDATE 3`; other commands have none."""
    count = tag.rpartition(" ")[2]
    return int(count) if count.isdigit() else 0
