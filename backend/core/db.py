"""Connections to PostgreSQL, and transactions. Building a `Database` does not connect."""

import socket
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Any

import asyncpg
import orjson

from core.database_url import driver_arguments
from core.metrics.database import DatabaseMetrics, unseen_metrics
from core.pool import (
    CONNECTION_ERRORS,
    Connection,
    NoConnection,
    Pool,
    PooledConnection,
    PoolUsage,
    terminated_on_error,
)
from core.settings import Settings

# A hung transaction holds locks that other transactions wait for.
IDLE_IN_TRANSACTION_TIMEOUT_MILLISECONDS = 60_000
LOCK_TIMEOUT_MILLISECONDS = 10_000
CONNECT_TIMEOUT_SECONDS = 3
# PostgreSQL cancels a statement that runs too long. If it does not respond for this much longer, it hangs or is cut
# off.
SILENCE_SECONDS = 5.0
# Linux: how long what was sent may lack an acknowledgement, in milliseconds, and how long, and how often, an idle
# connection waits before it asks for one, in seconds (tcp(7)). Other systems keep their own times.
_UNREACHABLE_OPTIONS = (
    [
        (socket.TCP_USER_TIMEOUT, CONNECT_TIMEOUT_SECONDS * 1000),
        (socket.TCP_KEEPIDLE, CONNECT_TIMEOUT_SECONDS),
        (socket.TCP_KEEPINTVL, 1),
    ]
    if sys.platform == "linux"
    else []
)
# It has keys that sort by time (uuidv7) and virtual columns.
OLDEST_MAJOR_VERSION = 18
# Per connection; asyncpg's default.
STATEMENTS_PREPARED = 100


# Errors after which the next host of the URL is tried.
_NEXT_HOST_ERRORS = (OSError, asyncpg.CannotConnectNowError, asyncpg.TargetServerAttributeNotMatched)


class UnsuitableServer(Exception):
    """PostgreSQL responds, but does not meet our requirements; the message is one sentence."""


class TransactionAborted(Exception):
    """A statement failed, its error was swallowed, and PostgreSQL rolled back at the commit."""


class Transaction:
    """A transaction that acquires a connection and runs `begin` at its first statement, and releases it on `close`."""

    def __init__(self, pool: Pool, *, begin: str = "BEGIN") -> None:
        self._pool = pool
        self._begin = begin
        self._connection: Connection | None = None
        self._timed_out = False

    @property
    def has_begun(self) -> bool:
        """Whether the first statement has been run."""
        return self._connection is not None

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """Provide the connection for a statement; the first call begins the transaction.

        Raises:
            NoConnection: none is available.
        """
        is_first = self._connection is None
        if self._connection is None:
            self._connection = await self._pool.acquire()
        try:
            if is_first:
                await self._connection.execute(self._begin)
            yield self._connection
        except asyncpg.PostgresError as error:
            self._pool.metrics.count_error(error)
            if isinstance(error, asyncpg.ReadOnlySQLTransactionError):
                self._pool.renew()
            raise
        except TimeoutError:
            self._timed_out = True  # a ROLLBACK would time out as well
            raise

    async def commit(self) -> None:
        """Commit, if the transaction has begun.

        Raises:
            TransactionAborted: a statement had failed.
        """
        # PostgreSQL replies to the COMMIT of a failed transaction with ROLLBACK, not with an error.
        if self._connection is not None and await self._connection.execute("COMMIT") != "COMMIT":
            raise TransactionAborted

    async def close(self, *, reusable: bool) -> None:
        """Roll back unless committed, and release the connection.

        Args:
            reusable: whether the state of the connection is known. After a cancellation it is not.
        """
        connection, self._connection = self._connection, None
        if connection is None:
            return
        reusable = reusable and not self._timed_out
        try:
            if reusable and connection.is_in_transaction():
                await connection.execute("ROLLBACK")
        except CONNECTION_ERRORS:
            reusable = False
        finally:
            self._pool.release(connection, reusable=reusable)


class Database:
    """Provides repositories with transactions, and with connections for single statements."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def acquire(self) -> AbstractAsyncContextManager[Connection]:
        """Return a context manager for a connection on which each statement is a transaction of its own."""
        return PooledConnection(self._pool)

    def transaction(self) -> Transaction:
        """Return a transaction that begins, and acquires a connection, at its first statement."""
        return Transaction(self._pool)

    async def is_behind_pooler(self) -> bool:
        """Whether a pooler such as PgBouncer answers: it invents the process id that a connection begins with.

        Raises:
            NoConnection: none is available.
        """
        async with self.acquire() as connection:
            return bool(connection.get_server_pid() != await connection.fetchval("SELECT pg_backend_pid()"))

    def pool_usage(self) -> PoolUsage:
        """Return the number of connections in use and idle."""
        return self._pool.usage()

    async def close(self) -> None:
        """Close the pool."""
        await self._pool.close()


class PooledByTransaction(Database):
    """A database behind a pooler in transaction mode, such as PgBouncer, which may change servers between transactions.

    Prepared statements and session settings do not survive a transaction. So every statement runs in a transaction, and
    `begin` starts it with the settings that it needs.
    """

    def __init__(self, pool: Pool, *, begin: str) -> None:
        super().__init__(pool)
        self._begin = begin

    @asynccontextmanager
    async def acquire(self) -> AsyncIterator[Connection]:
        """Provide a connection; the block is one transaction.

        Raises:
            NoConnection: none is available.
        """
        async with super().acquire() as connection:
            await connection.execute(self._begin)
            yield connection
            await connection.execute("COMMIT")  # after an error it is skipped, and the pool closes the connection

    def transaction(self) -> Transaction:
        """Return a transaction that begins, and acquires a connection, at its first statement."""
        return Transaction(self._pool, begin=self._begin)


def open_database(
    settings: Settings,
    *,
    application_name: str,
    metrics: DatabaseMetrics | None = None,
    url: str | None = None,
    size: int | None = None,
    answer_seconds: float | None = None,
) -> Database:
    """Return a database with a bounded pool and server-side timeouts; it connects on first use.

    Args:
        settings: the URL, pool size and timeouts.
        application_name: the name of this process in `pg_stat_activity`.
        metrics: counts waits and errors; by default they are not shown anywhere.
        url: overrides the URL.
        size: overrides the pool size.
        answer_seconds: the client-side limit of a statement; by default a little longer than the server's.

    Raises:
        SettingsError: `DATABASE_URL` is not set.
    """
    url = url or settings.require_database_url()
    by_transaction = settings.database_transaction_pooling
    name = {"application_name": application_name}
    limits = _session_limits(settings)

    async def connect_and_set_up() -> Connection:
        connection = await connect(
            url,
            server_settings=name if by_transaction else name | limits,
            statement_cache_size=0 if by_transaction else STATEMENTS_PREPARED,
            command_timeout=answer_seconds or settings.database_statement_timeout_seconds + SILENCE_SECONDS,
        )
        with terminated_on_error(connection):
            async with connection.transaction():  # a pooler must not change servers between the driver's queries
                await _set_json_codecs(connection)
        return connection

    timeout = settings.database_pool_timeout_seconds
    pool = Pool(
        connect_and_set_up,
        size=size or settings.database_pool_size,
        timeout_seconds=timeout,
        metrics=metrics or unseen_metrics(),
    )
    return PooledByTransaction(pool, begin=_begin_with(limits)) if by_transaction else Database(pool)


async def connect(url: str, **options: Any) -> Connection:  # noqa: ANN401  (options of asyncpg)
    """Connect to the first host of `url` that accepts a connection.

    Raises:
        NoConnection: no host of the URL responds, the server refuses, or it does not meet our requirements.
    """
    try:
        *others, last = driver_arguments(url)
        for arguments in others:
            with suppress(*_NEXT_HOST_ERRORS):
                return await _connect_to(arguments, options)
        return await _connect_to(last, options)
    except (*CONNECTION_ERRORS, UnsuitableServer) as error:
        raise NoConnection(str(error) or type(error).__name__) from error


async def _connect_to(arguments: Mapping[str, Any], options: Mapping[str, Any]) -> Connection:
    connection: Connection = await asyncpg.connect(
        **arguments, **options, timeout=CONNECT_TIMEOUT_SECONDS, connection_class=Connection
    )
    version = connection.get_server_version().major
    if version < OLDEST_MAJOR_VERSION:
        connection.terminate()
        raise UnsuitableServer(
            f"PostgreSQL {OLDEST_MAJOR_VERSION} or newer is needed, and this is PostgreSQL {version}"
        )
    _end_when_unreachable(connection)
    return connection


def _end_when_unreachable(connection: Connection) -> None:
    """Have the kernel end the connection when the server's host acknowledges nothing for `CONNECT_TIMEOUT_SECONDS`.

    A host without network or power sends nothing. Until a statement's own limit, it would look like a slow one.
    """
    client: socket.socket = connection._transport.get_extra_info("socket")  # type: ignore[attr-defined]  # noqa: SLF001
    if client.family is not socket.AF_UNIX:
        for option, value in _UNREACHABLE_OPTIONS:
            client.setsockopt(socket.IPPROTO_TCP, option, value)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)


def _session_limits(settings: Settings) -> dict[str, str]:
    return {
        "jit": "off",
        "statement_timeout": str(int(settings.database_statement_timeout_seconds * 1000)),
        "lock_timeout": str(LOCK_TIMEOUT_MILLISECONDS),
        "idle_in_transaction_session_timeout": str(IDLE_IN_TRANSACTION_TIMEOUT_MILLISECONDS),
    }


def _begin_with(limits: Mapping[str, str]) -> str:
    """Return the SQL that begins a transaction and sets its limits, in one round trip."""
    return "; ".join(["BEGIN", *(f"SET LOCAL {name} = {value}" for name, value in limits.items())])


async def _set_json_codecs(connection: Connection) -> None:
    """Send JSON as the text that SQLAlchemy's types produce, and decode JSON from the server to objects."""
    await connection.set_type_codec(
        "json", schema="pg_catalog", encoder=str.encode, decoder=orjson.loads, format="binary"
    )
    # The binary form of jsonb is the version number 1 and the text (jsonb_recv in PostgreSQL's source).
    await connection.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        encoder=lambda text: b"\x01" + text.encode(),
        decoder=lambda content: orjson.loads(content[1:]),
        format="binary",
    )
