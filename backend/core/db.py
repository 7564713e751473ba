"""Connections to PostgreSQL: a bounded, fair pool, and transactions. Building a `Database` does not connect."""

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

# A hung transaction holds locks that other transactions wait for.
IDLE_IN_TRANSACTION_TIMEOUT_MILLISECONDS = 60_000
LOCK_TIMEOUT_MILLISECONDS = 10_000
# Below the idle timeouts of common proxies and load balancers.
RECYCLE_SECONDS = 1_800
# A connection that was idle for longer is pinged before use: its server may have gone silently.
TRUSTED_IDLE_SECONDS = 10
CONNECT_TIMEOUT_SECONDS = 3
# The pool is renewed no more often than this.
RENEWAL_SECONDS = 1
CLOSE_TIMEOUT_SECONDS = 2
# PostgreSQL cancels a statement that runs too long. If it does not respond for this much longer, it hangs or is cut off.
SILENCE_SECONDS = 5.0
# It has keys that sort by time (uuidv7) and virtual columns.
OLDEST_MAJOR_VERSION = 18
# Per connection; asyncpg's default.
STATEMENTS_PREPARED = 100


# Errors of a connection, as opposed to errors of the code.
CONNECTION_ERRORS = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
# Errors after which the next host of the URL is tried.
_NEXT_HOST_ERRORS = (OSError, asyncpg.CannotConnectNowError, asyncpg.TargetServerAttributeNotMatched)


class NoConnection(Exception):
    """The server accepts no connection, or all pooled connections are in use and none was released in time."""


class UnsuitableServer(Exception):
    """PostgreSQL responds, but does not meet our requirements; the message is one sentence."""


class TransactionAborted(Exception):
    """A statement failed, its error was swallowed, and PostgreSQL rolled back at the commit."""


class Connection(asyncpg.Connection):
    """A pooled connection. `made_at` and `returned_at` are times of the monotonic clock.

    `generation` is the number of renewals of the pool before the connection was made.
    """

    __slots__ = ("generation", "made_at", "returned_at")
    generation: int
    made_at: float
    returned_at: float


Connect: TypeAlias = Callable[[], Awaitable[Connection]]


@dataclass(frozen=True, slots=True)
class PoolUsage:
    """The number of connections of a pool by state."""

    checked_out: int
    idle: int


class Pool:
    """At most `size` connections, opened by `connect` when needed, acquired in first-come, first-served order.

    A caller waits at most `timeout_seconds`.
    """

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
        """Return a connection; the caller must `release` it.

        Raises:
            NoConnection: none was released in time, or the server accepts no new one.
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
        """Return a connection to the pool, or close it if it is not reusable, outdated, or still in a transaction."""
        self._in_use -= 1
        if connection.is_closed():
            self._gate.release()
        elif reusable and connection.generation == self._generation and not connection.is_in_transaction():
            connection.returned_at = time.monotonic()
            self._idle.append(connection)
            self._gate.release()
        else:  # a new one may be opened only after this one is closed: the server never sees more than `size`
            self._close_soon(connection).add_done_callback(lambda _: self._gate.release())

    def renew(self) -> None:
        """Replace all connections, because the server has become read-only: after a failover the primary is another one.

        Connections in use are closed when they are released. While there is no primary, every write calls this. The
        calls are limited to one per `RENEWAL_SECONDS`, so that reads keep their connections.
        """
        now = time.monotonic()
        if now - self._renewed_at < RENEWAL_SECONDS:
            return
        self._renewed_at = now
        self._generation += 1
        while self._idle:
            self._close_soon(self._idle.pop())

    def usage(self) -> PoolUsage:
        """Return the number of connections in use and idle."""
        return PoolUsage(checked_out=self._in_use, idle=len(self._idle))

    async def close(self) -> None:
        """Close the idle connections; those in use are closed when the process ends."""
        while self._idle:
            self._close_soon(self._idle.pop())
        if self._closing:
            await asyncio.wait(self._closing)

    async def _pass_gate(self) -> None:
        if not self._gate.locked():  # the common case, without the cost of a timer
            await self._gate.acquire()
            return
        try:
            async with asyncio.timeout(self._timeout_seconds):
                await self._gate.acquire()
        except TimeoutError as error:
            raise NoConnection("every connection is busy") from error

    async def _idle_connection(self) -> Connection | None:
        while self._idle:
            connection = self._idle.pop()  # the most recently used: the others age and are closed
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
        """Close a connection in the background: if the server does not respond, it takes a while."""
        task = asyncio.create_task(_close(connection))
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)
        return task


class PooledConnection:
    """Context manager that acquires a connection and releases it. Each statement is a transaction of its own."""

    __slots__ = ("_connection", "_pool")

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def __aenter__(self) -> Connection:
        """Acquire the connection.

        Raises:
            NoConnection: none is available.
        """
        self._connection = await self._pool.acquire()
        return self._connection

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Release the connection. After any error that PostgreSQL did not report, its state is unknown, so it is closed."""
        if isinstance(error, asyncpg.ReadOnlySQLTransactionError):
            self._pool.renew()
        self._pool.release(self._connection, reusable=error is None or isinstance(error, asyncpg.PostgresError))


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
        except asyncpg.ReadOnlySQLTransactionError:
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
    url: str | None = None,
    size: int | None = None,
    answer_seconds: float | None = None,
) -> Database:
    """Return a database with a bounded pool and server-side timeouts; it connects on first use.

    Args:
        settings: the URL, pool size and timeouts.
        application_name: the name of this process in `pg_stat_activity`.
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
        with _terminated_on_error(connection):
            async with connection.transaction():  # a pooler must not change servers between the driver's queries
                await _set_json_codecs(connection)
        return connection

    timeout = settings.database_pool_timeout_seconds
    pool = Pool(connect_and_set_up, size=size or settings.database_pool_size, timeout_seconds=timeout)
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
    return connection


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


async def _answers(connection: Connection) -> bool:
    try:
        with _terminated_on_error(connection):
            await connection.execute("SELECT 1", timeout=CONNECT_TIMEOUT_SECONDS)
    except CONNECTION_ERRORS:
        return False
    return True


@contextmanager
def _terminated_on_error(connection: Connection) -> Iterator[None]:
    """Terminate the connection when the block fails or is cancelled."""
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
