"""Lets SQLAlchemy's own connections, and so its sessions, run in the transaction of a unit of work.

SQLAlchemy's dialect gets an object with the methods of asyncpg's connection that it calls. Each runs in the transaction,
by the rules of the fast path: it begins with the first statement, and outages become `DatabaseUnavailable`.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from contextvars import ContextVar
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias, cast

import asyncpg
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.util import LRUCache

from repository.connection import outages_translated

if TYPE_CHECKING:
    from core.db import Transaction
    from core.pool import Connection as DriverConnection

Columns: TypeAlias = tuple[asyncpg.Attribute, ...]

# Statements whose columns are remembered: each takes one round trip then, in place of three.
STATEMENTS_KNOWN = 500


def connect(transaction: "Transaction") -> Connection:
    """Return a connection of SQLAlchemy that runs in `transaction`; call it, and `disconnect`, where SQLAlchemy awaits."""
    token = _TRANSACTION.set(transaction)
    try:
        connection = _engine().sync_engine.connect()
    finally:
        _TRANSACTION.reset(token)
    _driver_of(connection).transaction = transaction
    return connection


def disconnect(connection: Connection) -> None:
    """Part a connection from its transaction, which goes on: nothing that SQLAlchemy says from now on gets there."""
    if not connection.invalidated:
        _driver_of(connection).transaction = None


def _driver_of(connection: Connection) -> "TransactionDriver":
    return cast("TransactionDriver", connection.connection.driver_connection)


class TransactionDriver:
    """Stands in for asyncpg's connection: every statement runs in a transaction that the unit of work owns.

    SQLAlchemy's pool keeps it, with what SQLAlchemy prepared, for one transaction after another.
    """

    def __init__(self, transaction: "Transaction") -> None:
        self.transaction: Transaction | None = transaction

    @asynccontextmanager
    async def connection(self) -> "AsyncIterator[DriverConnection]":
        """Lend the transaction's connection for a statement.

        Raises:
            DatabaseUnavailable: PostgreSQL is out of reach or the pool is exhausted.
        """
        assert self.transaction is not None
        with outages_translated():
            async with self.transaction.connection() as connection:
                yield connection

    async def prepare(self, sql: str, *, name: str | None = None) -> "DriverStatement":  # noqa: ARG002
        """Return the statement, which the driver prepares and keeps as it does those of the fast path."""
        columns = _known.get(sql)
        if columns is None and self.transaction is None:
            columns = ()
        elif columns is None:
            async with self.connection() as connection:
                columns = _known[sql] = (await connection.prepare(sql)).get_attributes()
        return DriverStatement(self, sql, columns)

    async def executemany(self, sql: str, rows: Sequence[Sequence[object]]) -> None:
        """Run the statement once for each of the rows."""
        async with self.connection() as connection:
            await connection.executemany(sql, rows)

    async def set_type_codec(self, name: str, **codec: object) -> None:
        """Leave the codecs as `core/db.py` set them: SQLAlchemy's do the same, and setting one drops what is prepared."""

    async def reload_schema_state(self) -> None:
        """Forget what is known about statements, after a table has changed under them."""
        _known.clear()
        async with self.connection() as connection:
            await connection.reload_schema_state()

    def is_closed(self) -> bool:
        """Return False: whether the connection is sound is for the transaction's owner to find out."""
        return False

    async def close(self, *, timeout: float | None = None) -> None:  # noqa: ASYNC109  (the driver's own)
        """Do nothing: the transaction's owner gives the connection back, or closes it."""

    def terminate(self) -> None:
        """Do nothing, for the same reason."""


class DriverStatement:
    """Stands in for asyncpg's prepared statement."""

    def __init__(self, driver: TransactionDriver, sql: str, columns: Columns) -> None:
        self._driver = driver
        self._sql = sql
        self._columns = columns
        self._tag = ""

    def get_attributes(self) -> Columns:
        """Return the columns of its rows."""
        return self._columns

    def get_statusmsg(self) -> str:
        """Return the command tag of the last run, which says how many rows there were."""
        return self._tag

    async def fetch(self, *arguments: object) -> Sequence[asyncpg.Record]:
        """Run it and return its rows; without a transaction, as when savepoints were left open at its end, do nothing."""
        if self._driver.transaction is None:
            return ()
        async with self._driver.connection() as connection:
            if self._columns:
                rows = await connection.fetch(self._sql, *arguments)
                self._tag = f"SELECT {len(rows)}"
                return rows
            self._tag = await connection.execute(self._sql, *arguments)
            return ()

    async def cursor(self, *arguments: object) -> Any:  # noqa: ANN401  (asyncpg's own)
        """Return a cursor, from which a session streams."""
        async with self._driver.connection() as connection:
            return await (await connection.prepare(self._sql)).cursor(*arguments)


_TRANSACTION: ContextVar["Transaction"] = ContextVar("transaction of a session's connection")
_known: LRUCache[str, Columns] = LRUCache(STATEMENTS_KNOWN)


@cache
def _engine() -> AsyncEngine:
    """Return the one engine of the process. Its pool holds no connections to PostgreSQL, only what stands in for them."""

    async def adopt() -> TransactionDriver:
        return TransactionDriver(_TRANSACTION.get())

    return create_async_engine(
        "postgresql+asyncpg://",
        async_creator=adopt,
        max_overflow=-1,  # the pool of `core/db.py` limits the connections
        pool_reset_on_return=None,
        isolation_level="AUTOCOMMIT",  # it sends no BEGIN, COMMIT or ROLLBACK of its own
        skip_autocommit_rollback=True,
    )
