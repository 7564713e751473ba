"""Connections to PostgreSQL: a bounded pool, lent in the order of asking. Building a `Database` connects to nothing."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any, TypeAlias

import asyncpg
import orjson

from core.database_url import driver_arguments
from core.settings import Settings

# A hung transaction holds locks that others wait for.
IDLE_IN_TRANSACTION_TIMEOUT_MILLISECONDS = 60_000
LOCK_TIMEOUT_MILLISECONDS = 10_000
# Below the idle timeouts of common proxies and load balancers.
RECYCLE_SECONDS = 1_800
# A connection that lay idle longer is asked before it is lent: its server may have gone without a word.
TRUSTED_IDLE_SECONDS = 10
CONNECT_TIMEOUT_SECONDS = 3
# Connections to a server that takes no changes are given up no more often than this.
RENEWAL_SECONDS = 1
CLOSE_TIMEOUT_SECONDS = 2
# PostgreSQL itself ends what runs for too long; one that says nothing for so much longer hangs, or is cut off.
SILENCE_SECONDS = 5.0
# For keys that sort by time (uuidv7), and for virtual columns.
OLDEST_MAJOR_VERSION = 18
# For each connection; asyncpg's own default.
STATEMENTS_PREPARED = 100


# What a connection can fail with when it is the connection's fault.
CONNECTION_ERRORS = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
# What leaves the hope that another host of the same URL will do.
_NEXT_HOST_ERRORS = (OSError, asyncpg.CannotConnectNowError, asyncpg.TargetServerAttributeNotMatched)


class NoConnection(Exception):
    """No connection can be had: the server does not take one, or all are lent and none came back in time."""


class UnsuitableServer(Exception):
    """PostgreSQL is there, and is not what this program needs; the message is one sentence."""


class TransactionAborted(Exception):
    """A statement failed, its error was swallowed, and PostgreSQL rolled back what should have been committed."""


class Connection(asyncpg.Connection):
    """A connection that knows, by the monotonic clock, when it was made and when it was last given back.

    `generation` counts how often the pool had given up its connections before this one was made.
    """

    __slots__ = ("generation", "made_at", "returned_at")
    generation: int
    made_at: float
    returned_at: float


Connect: TypeAlias = Callable[[], Awaitable[Connection]]


@dataclass(frozen=True, slots=True)
class PoolUsage:
    """How many connections the pool holds, by state."""

    checked_out: int
    idle: int


class Pool:
    """At most `size` connections. Callers are served in the order in which they ask."""

    def __init__(self, connect: Connect, *, size: int, timeout_seconds: float) -> None:
        self._connect = connect
        self._gate = asyncio.Semaphore(size)
        self._timeout_seconds = timeout_seconds
        self._idle: list[Connection] = []
        self._in_use = 0
        self._generation = 0
        self._renewed_at = float("-inf")
        self._closing: set[asyncio.Task[None]] = set()

    async def acquire(self) -> Connection:
        """Return a connection, which must be given back with `release`.

        Raises:
            NoConnection: none became free in time, or the server takes no new one.
        """
        await self._pass_gate()
        try:
            connection = await self._idle_connection() or await self._new_connection()
        except BaseException:
            self._gate.release()
            raise
        self._in_use += 1
        return connection

    def release(self, connection: Connection, *, reusable: bool) -> None:
        """Take a connection back; one that is not sound, or in the middle of something, is closed."""
        self._in_use -= 1
        if connection.is_closed():
            self._gate.release()
        elif reusable and connection.generation == self._generation and not connection.is_in_transaction():
            connection.returned_at = time.monotonic()
            self._idle.append(connection)
            self._gate.release()
        else:  # its place is free when it has gone, so that the server never sees more of us than it was told
            self._close_soon(connection).add_done_callback(lambda _: self._gate.release())

    def renew(self) -> None:
        """Give up every connection, because the server has turned read-only: after a failover another one takes changes.

        Those that are lent are closed when they come back. While no server takes changes, every change finds that out,
        and reads should not pay for it with new connections all the time.
        """
        now = time.monotonic()
        if now - self._renewed_at < RENEWAL_SECONDS:
            return
        self._renewed_at = now
        self._generation += 1
        while self._idle:
            self._close_soon(self._idle.pop())

    def usage(self) -> PoolUsage:
        """Return how many connections are in use and how many wait."""
        return PoolUsage(checked_out=self._in_use, idle=len(self._idle))

    async def close(self) -> None:
        """Close every idle connection; connections in use are closed when the process ends."""
        while self._idle:
            self._close_soon(self._idle.pop())
        if self._closing:
            await asyncio.wait(self._closing)

    async def _pass_gate(self) -> None:
        if not self._gate.locked():  # the usual case, without the cost of a timer
            await self._gate.acquire()
            return
        try:
            async with asyncio.timeout(self._timeout_seconds):
                await self._gate.acquire()
        except TimeoutError as error:
            raise NoConnection("every connection is busy") from error

    async def _idle_connection(self) -> Connection | None:
        while self._idle:
            connection = self._idle.pop()  # the one used last: the others may age and be closed
            if await self._is_usable(connection):
                return connection
        return None

    async def _is_usable(self, connection: Connection) -> bool:
        if connection.is_closed():
            return False
        now = time.monotonic()
        is_old = now - connection.made_at > RECYCLE_SECONDS
        if not is_old and now - connection.returned_at < TRUSTED_IDLE_SECONDS:
            return True
        if is_old or not await _answers(connection):
            self._close_soon(connection)
            return False
        return True

    async def _new_connection(self) -> Connection:
        try:
            connection = await self._connect()
        except CONNECTION_ERRORS as error:
            raise NoConnection(str(error) or type(error).__name__) from error
        connection.generation = self._generation
        connection.made_at = connection.returned_at = time.monotonic()
        return connection

    def _close_soon(self, connection: Connection) -> asyncio.Task[None]:
        """Say goodbye in the background: to a server that does not answer it takes a while."""
        task = asyncio.create_task(_close(connection))
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)
        return task


class PooledConnection:
    """A connection of a pool for the time of a block, in which each statement is a transaction of its own."""

    __slots__ = ("_connection", "_pool")

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def __aenter__(self) -> Connection:
        """Take a connection.

        Raises:
            NoConnection: there is none.
        """
        self._connection = await self._pool.acquire()
        return self._connection

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Give it back; unless PostgreSQL itself reported what went wrong, it is in an unknown state."""
        if isinstance(error, asyncpg.ReadOnlySQLTransactionError):
            self._pool.renew()
        self._pool.release(self._connection, reusable=error is None or isinstance(error, asyncpg.PostgresError))


class Transaction:
    """One transaction, on a connection that it takes at its first statement and gives back at its end."""

    def __init__(self, pool: Pool, *, begin: str = "BEGIN") -> None:
        self._pool = pool
        self._begin = begin
        self._connection: Connection | None = None
        self._is_silent = False

    @property
    def has_begun(self) -> bool:
        """Whether a statement has been run in it."""
        return self._connection is not None

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """Lend the transaction's connection for a statement; the first time, begin.

        Raises:
            NoConnection: there is none.
        """
        is_first = self._connection is None
        if self._connection is None:
            self._connection = await self._pool.acquire()
        try:
            if is_first:
                await self._connection.execute(self._begin)
            yield self._connection
        except asyncpg.ReadOnlySQLTransactionError:
            self._pool.renew()
            raise
        except TimeoutError:
            self._is_silent = True  # a ROLLBACK would wait as long again
            raise

    async def commit(self) -> None:
        """Commit what was done, if anything was.

        Raises:
            TransactionAborted: a failed statement had ended it.
        """
        # PostgreSQL answers the COMMIT of a failed transaction with ROLLBACK, and not with an error.
        if self._connection is not None and await self._connection.execute("COMMIT") != "COMMIT":
            raise TransactionAborted

    async def close(self, *, reusable: bool) -> None:
        """Roll back what was not committed and give the connection back.

        Args:
            reusable: whether the connection's state is known; it is not when the work was cancelled.
        """
        connection, self._connection = self._connection, None
        if connection is None:
            return
        reusable = reusable and not self._is_silent
        try:
            if reusable and connection.is_in_transaction():
                await connection.execute("ROLLBACK")
        except CONNECTION_ERRORS:
            reusable = False
        finally:
            self._pool.release(connection, reusable=reusable)


class Database:
    """What repositories run their statements on: transactions, and connections for single statements."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def acquire(self) -> AbstractAsyncContextManager[Connection]:
        """Return a connection for the time of a block; each statement on it is a transaction of its own."""
        return PooledConnection(self._pool)

    def transaction(self) -> Transaction:
        """Return a transaction which begins, and takes a connection, at its first statement."""
        return Transaction(self._pool)

    def pool_usage(self) -> PoolUsage:
        """Return how many connections are in use and how many wait."""
        return self._pool.usage()

    async def close(self) -> None:
        """Close every pooled connection."""
        await self._pool.close()


class PooledByTransaction(Database):
    """A database behind a pooler that keeps a server for us during a transaction only.

    What the driver prepares is gone after it, and so is what it set; so every statement runs in a transaction, and each
    transaction begins by setting what it needs.
    """

    def __init__(self, pool: Pool, *, begin: str) -> None:
        super().__init__(pool)
        self._begin = begin

    @asynccontextmanager
    async def acquire(self) -> AsyncIterator[Connection]:
        """Lend a connection for the time of a block, which is one transaction.

        Raises:
            NoConnection: there is none.
        """
        async with super().acquire() as connection:
            await connection.execute(self._begin)
            yield connection
            await connection.execute("COMMIT")  # after an error nothing does, and the pool closes the connection

    def transaction(self) -> Transaction:
        """Return a transaction which begins, and takes a connection, at its first statement."""
        return Transaction(self._pool, begin=self._begin)


def open_database(
    settings: Settings,
    *,
    application_name: str,
    url: str | None = None,
    size: int | None = None,
    answer_seconds: float | None = None,
) -> Database:
    """Return a database with a bounded pool and server-side timeouts; it connects on first use.

    Args:
        settings: where PostgreSQL is and how many connections this process may hold.
        application_name: how this process shows in `pg_stat_activity`.
        url: another server than the one that the settings name.
        size: how many connections, if not what the settings say.
        answer_seconds: how long a statement waits for an answer, if not a little longer than PostgreSQL lets it run.

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
        with _ended_by_failure(connection):
            async with connection.transaction():  # a pooler must not change servers between the driver's questions
                await _exchange_json(connection)
        return connection

    timeout = settings.database_pool_timeout_seconds
    pool = Pool(connect_and_set_up, size=size or settings.database_pool_size, timeout_seconds=timeout)
    return PooledByTransaction(pool, begin=_begin_with(limits)) if by_transaction else Database(pool)


async def connect(url: str, **options: Any) -> Connection:  # noqa: ANN401  (they are asyncpg's)
    """Connect to PostgreSQL at `url`, as every program and command does.

    Raises:
        NoConnection: no host of the URL answers, it refuses, or it is no server that this program can use.
    """
    try:
        *firsts, last = driver_arguments(url)
        for arguments in firsts:
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
    return connection


def _session_limits(settings: Settings) -> dict[str, str]:
    return {
        "jit": "off",
        "statement_timeout": str(int(settings.database_statement_timeout_seconds * 1000)),
        "lock_timeout": str(LOCK_TIMEOUT_MILLISECONDS),
        "idle_in_transaction_session_timeout": str(IDLE_IN_TRANSACTION_TIMEOUT_MILLISECONDS),
    }


def _begin_with(limits: Mapping[str, str]) -> str:
    """Return what begins a transaction and sets the limits for it, in one round trip."""
    return "; ".join(["BEGIN", *(f"SET LOCAL {name} = {value}" for name, value in limits.items())])


async def _exchange_json(connection: Connection) -> None:
    """Let JSON go out as the text that SQLAlchemy's types make of it, and come in as objects."""
    await connection.set_type_codec(
        "json", schema="pg_catalog", encoder=str.encode, decoder=orjson.loads, format="binary"
    )
    # The binary form of jsonb is a version number, 1, and the text: PostgreSQL's source, jsonb_recv.
    await connection.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        encoder=lambda text: b"\x01" + text.encode(),
        decoder=lambda content: orjson.loads(content[1:]),
        format="binary",
    )


async def _answers(connection: Connection) -> bool:
    try:
        with _ended_by_failure(connection):
            await connection.execute("SELECT 1", timeout=CONNECT_TIMEOUT_SECONDS)
    except CONNECTION_ERRORS:
        return False
    return True


@contextmanager
def _ended_by_failure(connection: Connection) -> Iterator[None]:
    """End a new connection if its block fails or is cancelled."""
    try:
        yield
    except BaseException:
        connection.terminate()
        raise


async def _close(connection: Connection) -> None:
    try:
        await connection.close(timeout=CLOSE_TIMEOUT_SECONDS)
    except CONNECTION_ERRORS:
        connection.terminate()
