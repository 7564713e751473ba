"""How repositories talk to PostgreSQL, and how its failures become errors that the rest of the product knows."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, contextmanager
from typing import TypeAlias, cast

import asyncpg
import structlog
from sqlalchemy import Executable

from core.db import Connection as DriverConnection
from core.db import NoConnection
from core.replica import Replica
from domain.errors import AppError, DatabaseUnavailable
from repository.sql.statements import AnyRow, Parameters, compiled_query

__all__ = [
    "AnyRow",
    "BaseRepository",
    "Connection",
    "Parameters",
    "ReadConnection",
    "ReplicaReadConnection",
    "violation_means",
]

log = structlog.get_logger()

# Lends a connection for one statement: a transaction its own, a pool whichever is free.
Lender: TypeAlias = Callable[[], AbstractAsyncContextManager[DriverConnection]]


class ReadOnlyViolation(AppError):
    """A repository that was given a connection for reading tried to write."""

    message = "This connection only reads."


class Connection:
    """Runs statements; a repository neither knows nor cares whether they share a transaction."""

    def __init__(self, lender: Lender) -> None:
        """Run each statement on what `lender` lends: in its transaction, or as a transaction of its own."""
        self._lender = lender

    async def fetch_all(self, statement: Executable, parameters: Parameters | None = None) -> Sequence[AnyRow]:
        """Run `statement` and return its rows.

        Raises:
            DatabaseUnavailable: PostgreSQL is out of reach or the pool is exhausted.
        """
        sent = compiled_query(statement, parameters)
        with outages_translated():
            async with self._lender() as connection:
                records = await connection.fetch(sent.sql, *sent.arguments)
        return sent.rows(cast("Sequence[AnyRow]", records))  # a record is no tuple, but unpacks and slices like one

    async def fetch_one(self, statement: Executable, parameters: Parameters | None = None) -> AnyRow | None:
        """Run `statement` and return its first row, or None.

        Raises:
            DatabaseUnavailable: PostgreSQL is out of reach or the pool is exhausted.
        """
        rows = await self.fetch_all(statement, parameters)
        return rows[0] if rows else None

    async def execute(self, statement: Executable, parameters: Parameters | None = None) -> int:
        """Run `statement` and return how many rows it changed.

        Raises:
            DatabaseUnavailable: PostgreSQL is out of reach or the pool is exhausted.
        """
        sent = compiled_query(statement, parameters)
        with outages_translated():
            async with self._lender() as connection:
                tag = await connection.execute(sent.sql, *sent.arguments)
        return _row_count(tag)


class ReadConnection(Connection):
    """Reads only, and without a transaction: what it may be given need not be the primary."""

    async def execute(self, statement: Executable, parameters: Parameters | None = None) -> int:  # noqa: ARG002
        """Refuse: what only reads has no business changing rows.

        Raises:
            ReadOnlyViolation: always.
        """
        raise ReadOnlyViolation


class ReplicaReadConnection(ReadConnection):
    """Reads from a replica while that is fresh, and from the primary whenever the replica cannot answer."""

    def __init__(self, lender: Lender, replica: Replica, *, must_be_current: Callable[[], bool]) -> None:
        """Ask `replica` first, unless it `must_be_current`: then, and when it fails, use what `lender` lends."""
        super().__init__(lender)
        self._replica = replica
        self._from_replica = ReadConnection(replica.acquire)
        self._must_be_current = must_be_current

    async def fetch_all(self, statement: Executable, parameters: Parameters | None = None) -> Sequence[AnyRow]:
        """Run `statement` and return its rows.

        Raises:
            DatabaseUnavailable: neither of the two can be reached.
        """
        rows = None if self._must_be_current() else await self._ask_replica(statement, parameters)
        return await super().fetch_all(statement, parameters) if rows is None else rows

    async def _ask_replica(self, statement: Executable, parameters: Parameters | None) -> Sequence[AnyRow] | None:
        if not self._replica.is_fresh():
            self._replica.metrics.count_read("lagging")
            return None
        try:
            rows = await self._from_replica.fetch_all(statement, parameters)
        except (DatabaseUnavailable, asyncpg.PostgresError) as error:
            # Whatever it is, from a conflict with what is replayed to a column that is not there yet, the primary knows.
            log.warning("replica not read", reason=type(error).__name__)
            self._replica.mark_stale()
            self._replica.metrics.count_read("failed")
            return None
        self._replica.metrics.count_read("answered")
        return rows


class BaseRepository:
    """Holds the connection; what a repository may ask is its own."""

    def __init__(self, connection: Connection) -> None:
        """Run every statement on `connection`."""
        self._connection = connection


@contextmanager
def outages_translated() -> Iterator[None]:
    """Turn the many ways in which PostgreSQL can be out of reach, or too slow, into one error.

    Raises:
        DatabaseUnavailable: the block failed for want of a working connection, or PostgreSQL gave up on it.
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
    except asyncpg.IntegrityConstraintViolationError as violation:
        if violation.constraint_name == constraint:
            raise error from violation
        raise


# SQLSTATE classes 08 (connection), 53 (resources), 57P (shutdown), and what may well succeed when it is tried again:
# 25006 (a server that takes no changes, as the old primary after a failover), 40001 and 40P01 (two transactions in each other's way), 55P03 and 57014 (a lock or a statement took too long).
# PostgreSQL documentation, appendix A.
_OUTAGES = ("08", "53", "57P", "25006", "40001", "40P01", "55P03", "57014")


def _row_count(tag: str) -> int:
    """Return the number that ends a command tag such as `UPDATE 3`; other commands have none."""
    count = tag.rpartition(" ")[2]
    return int(count) if count.isdigit() else 0
