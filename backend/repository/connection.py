"""How repositories talk to PostgreSQL, and how its failures become errors that the rest of the product knows."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Protocol, TypeAlias

from sqlalchemy import CursorResult, Executable, Row
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncSession

from core.db import Database
from domain.errors import AppError, DatabaseUnavailable

# A row whose columns only the query that selects them knows.
AnyRow: TypeAlias = Row[*tuple[Any, ...]]
# The values of a statement's named parameters, for statements that are built once.
Parameters: TypeAlias = Mapping[str, object]


class Connection(Protocol):
    """Runs statements; a repository neither knows nor cares whether they share a transaction."""

    async def fetch_all(self, statement: Executable, parameters: Parameters | None = None) -> Sequence[AnyRow]:
        """Run `statement` and return its rows."""

    async def fetch_one(self, statement: Executable) -> AnyRow | None:
        """Run `statement` and return its first row, or None."""

    async def execute(self, statement: Executable) -> int:
        """Run `statement` and return how many rows it changed."""


class ReadOnlyViolation(AppError):
    """A repository that was given a connection for reading tried to write."""

    message = "This connection only reads."


class TransactionConnection:
    """Runs every statement in the transaction of one unit of work."""

    def __init__(self, session: AsyncSession) -> None:
        """Use `session`, which its unit of work commits or rolls back."""
        self._session = session

    async def fetch_all(self, statement: Executable, parameters: Parameters | None = None) -> Sequence[AnyRow]:
        """Run `statement` and return its rows.

        Raises:
            DatabaseUnavailable: PostgreSQL is out of reach or the pool is exhausted.
        """
        with outages_translated():
            return (await self._session.execute(statement, parameters)).all()

    async def fetch_one(self, statement: Executable) -> AnyRow | None:
        """Run `statement` and return its first row, or None.

        Raises:
            DatabaseUnavailable: PostgreSQL is out of reach or the pool is exhausted.
        """
        with outages_translated():
            return (await self._session.execute(statement)).first()

    async def execute(self, statement: Executable) -> int:
        """Run `statement` and return how many rows it changed.

        Raises:
            DatabaseUnavailable: PostgreSQL is out of reach or the pool is exhausted.
        """
        with outages_translated():
            return _rowcount(await self._session.execute(statement))


class ReadConnection:
    """Borrows a connection for each statement and gives it back, so that none is held between them.

    Once its unit of work has begun a transaction it reads through that one. A unit of work never holds two
    connections: with every connection of the pool held by somebody who waits for a second, all would wait in vain.
    """

    def __init__(self, database: Database, transaction: Callable[[], TransactionConnection | None]) -> None:
        """Borrow from the pool of `database` while `transaction` returns None."""
        self._database = database
        self._transaction = transaction

    async def fetch_all(self, statement: Executable, parameters: Parameters | None = None) -> Sequence[AnyRow]:
        """Run `statement` and return its rows.

        Raises:
            DatabaseUnavailable: PostgreSQL is out of reach or the pool is exhausted.
        """
        if transaction := self._transaction():
            return await transaction.fetch_all(statement, parameters)
        with outages_translated():
            async with self._database.reading() as connection:
                return (await connection.execute(statement, parameters)).all()

    async def fetch_one(self, statement: Executable) -> AnyRow | None:
        """Run `statement` and return its first row, or None.

        Raises:
            DatabaseUnavailable: PostgreSQL is out of reach or the pool is exhausted.
        """
        rows = await self.fetch_all(statement)
        return rows[0] if rows else None

    async def execute(self, statement: Executable) -> int:  # noqa: ARG002
        """Refuse: what only reads has no business changing rows.

        Raises:
            ReadOnlyViolation: always.
        """
        raise ReadOnlyViolation


class AutocommitConnection:
    """Runs every statement as a transaction of its own, in one round trip, on a connection that is given back at once.

    For the bookkeeping of the job engine, whose statements are complete in themselves.
    """

    def __init__(self, database: Database) -> None:
        """Borrow from the pool of `database`."""
        self._database = database

    async def fetch_all(self, statement: Executable, parameters: Parameters | None = None) -> Sequence[AnyRow]:
        """Run and commit `statement` and return its rows.

        Raises:
            DatabaseUnavailable: PostgreSQL is out of reach or the pool is exhausted.
        """
        with outages_translated():
            async with self._database.reading() as connection:
                return (await connection.execute(statement, parameters)).all()

    async def fetch_one(self, statement: Executable) -> AnyRow | None:
        """Run and commit `statement` and return its first row, or None.

        Raises:
            DatabaseUnavailable: PostgreSQL is out of reach or the pool is exhausted.
        """
        rows = await self.fetch_all(statement)
        return rows[0] if rows else None

    async def execute(self, statement: Executable) -> int:
        """Run and commit `statement` and return how many rows it changed.

        Raises:
            DatabaseUnavailable: PostgreSQL is out of reach or the pool is exhausted.
        """
        with outages_translated():
            async with self._database.reading() as connection:
                return _rowcount(await connection.execute(statement))


class BaseRepository:
    """Holds the connection; what a repository may ask is its own."""

    def __init__(self, connection: Connection) -> None:
        """Run every statement on `connection`."""
        self._connection = connection


@contextmanager
def outages_translated() -> Iterator[None]:
    """Turn the many ways in which PostgreSQL can be out of reach into one error.

    Raises:
        DatabaseUnavailable: the block failed for want of a working connection.
    """
    try:
        yield
    except (PoolTimeout, OperationalError, InterfaceError, OSError) as error:
        raise DatabaseUnavailable from error
    except DBAPIError as error:
        if error.connection_invalidated or _sqlstate(error).startswith(_OUTAGE_CLASSES):
            raise DatabaseUnavailable from error
        raise


@contextmanager
def violation_means(constraint: str, error: type[AppError]) -> Iterator[None]:
    """Translate the violation of one constraint, which the database alone can decide without a race.

    Args:
        constraint: its name, as in the migration.
        error: what the violation means to the product.

    Raises:
        AppError: `error`, when the block violated `constraint`.
    """
    try:
        yield
    except IntegrityError as violation:
        if _constraint_name(violation) == constraint:
            raise error from violation
        raise


# SQLSTATE classes 08 (connection), 53 (resources), 57P (shutdown): PostgreSQL documentation, appendix A.
_OUTAGE_CLASSES = ("08", "53", "57P")


def _sqlstate(error: DBAPIError) -> str:
    return getattr(error.orig, "sqlstate", None) or ""


def _constraint_name(violation: IntegrityError) -> str | None:
    driver_error = getattr(violation.orig, "__cause__", None)
    return getattr(driver_error, "constraint_name", None)


def _rowcount(result: object) -> int:
    return result.rowcount if isinstance(result, CursorResult) else 0
