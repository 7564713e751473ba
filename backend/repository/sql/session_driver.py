"""Runs SQLAlchemy's connections, and so its sessions, in the transaction of a unit of work.

SQLAlchemy's dialect gets an object with those methods of asyncpg's connection that it calls. They follow the rules of
the fast path: the first statement begins the transaction, and outages become `DatabaseUnavailable`.
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

# How many statements have their columns cached. Such a statement takes one round trip instead of three.
STATEMENTS_KNOWN = 500


def connect(transaction: "Transaction") -> Connection:
    """Return a SQLAlchemy connection that runs in `transaction`. Call it, and `disconnect`, where SQLAlchemy awaits."""
    token = _TRANSACTION.set(transaction)
    try:
        connection = _engine().sync_engine.connect()
    finally:
        _TRANSACTION.reset(token)
    _driver_of(connection).transaction = transaction
    return connection


def disconnect(connection: Connection) -> None:
    """Detach a connection from its transaction, which stays open. Later statements of the connection do nothing."""
    if not connection.invalidated:
        _driver_of(connection).transaction = None


def _driver_of(connection: Connection) -> "TransactionDriver":
    return cast("TransactionDriver", connection.connection.driver_connection)


class TransactionDriver:
    """The driver connection that SQLAlchemy sees: every statement runs in the unit of work's transaction.

    SQLAlchemy's pool reuses it, with its prepared statements, for one transaction after another.
    """

    def __init__(self, transaction: "Transaction") -> None:
        self.transaction: Transaction | None = transaction

    @asynccontextmanager
    async def connection(self) -> "AsyncIterator[DriverConnection]":
        """Acquire the transaction's connection for a statement.

        Raises:
            DatabaseUnavailable: PostgreSQL cannot be reached or the pool is exhausted.
        """
        assert self.transaction is not None
        with outages_translated():
            async with self.transaction.connection() as connection:
                yield connection

    async def prepare(self, sql: str, *, name: str | None = None) -> "DriverStatement":  # noqa: ARG002
        """Return the statement. asyncpg prepares and caches it, as on the fast path."""
        columns = _known.get(sql)
        if columns is None and self.transaction is None:
            columns = ()
        elif columns is None:
            async with self.connection() as connection:
                columns = _known[sql] = (await connection.prepare(sql)).get_attributes()
        return DriverStatement(self, sql, columns)

    async def executemany(self, sql: str, rows: Sequence[Sequence[object]]) -> None:
        """Run the statement once for each row of values."""
        async with self.connection() as connection:
            await connection.executemany(sql, rows)

    async def set_type_codec(self, name: str, **codec: object) -> None:
        """Keep the codecs of `core/db.py`. SQLAlchemy's do the same, and setting one discards prepared statements."""

    async def reload_schema_state(self) -> None:
        """Discard the cached columns, after a table has changed."""
        _known.clear()
        async with self.connection() as connection:
            await connection.reload_schema_state()

    def is_closed(self) -> bool:
        """Return False: the owner of the transaction finds out whether the connection works."""
        return False

    async def close(self, *, timeout: float | None = None) -> None:  # noqa: ASYNC109  (the driver's own)
        """Do nothing: the owner of the transaction releases or closes the connection."""

    def terminate(self) -> None:
        """Do nothing, for the same reason."""


class DriverStatement:
    """The prepared statement that SQLAlchemy sees."""

    def __init__(self, driver: TransactionDriver, sql: str, columns: Columns) -> None:
        self._driver = driver
        self._sql = sql
        self._columns = columns
        self._tag = ""

    def get_attributes(self) -> Columns:
        """Return the columns of the rows."""
        return self._columns

    def get_statusmsg(self) -> str:
        """Return the command tag of the last run, which contains the number of rows."""
        return self._tag

    async def fetch(self, *arguments: object) -> Sequence[asyncpg.Record]:
        """Run the statement and return its rows.

        Do nothing without a transaction: a savepoint may still be open when it ends.
        """
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
        """Return a cursor for a session that streams."""
        async with self._driver.connection() as connection:
            return await (await connection.prepare(self._sql)).cursor(*arguments)


_TRANSACTION: ContextVar["Transaction"] = ContextVar("transaction of a session's connection")
_known: LRUCache[str, Columns] = LRUCache(STATEMENTS_KNOWN)


@cache
def _engine() -> AsyncEngine:
    """Return the only engine of the process. Its pool holds `TransactionDriver`s and no connections to PostgreSQL."""

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
