"""A bounded, fair pool of connections to PostgreSQL. You need not open this to write a feature."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import TypeAlias

import asyncpg

from core.metrics.database import DatabaseMetrics

# Below the idle timeouts of common proxies and load balancers.
RECYCLE_SECONDS = 1_800
# A connection that was idle for longer is pinged before use: its server may have gone silently.
TRUSTED_IDLE_SECONDS = 10
# The pool is renewed no more often than this.
RENEWAL_SECONDS = 1
PING_TIMEOUT_SECONDS = 3
CLOSE_TIMEOUT_SECONDS = 2
# Errors of a connection, as opposed to errors of the code.
CONNECTION_ERRORS = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)


class NoConnection(Exception):
    """The server accepts no connection, or all pooled connections are in use and none was released in time."""


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
    """The number of connections of a pool by state, and the most that it may hold."""

    checked_out: int
    idle: int
    size: int


class Pool:
    """At most `size` connections, opened by `connect` when needed, acquired in first-come, first-served order.

    A caller waits at most `timeout_seconds`.
    """

    def __init__(self, connect: Connect, *, size: int, timeout_seconds: float, metrics: DatabaseMetrics) -> None:
        self.metrics = metrics
        self._connect = connect
        self._size = size
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
        """Replace all connections, because the server has become read-only.

        After a failover the primary is another one.

        Connections in use are closed when they are released. New ones do not wait for the closing of idle ones, as
        those are to a server that may not respond, and no longer the primary. While there is no primary, every write
        calls this. The calls are limited to one per `RENEWAL_SECONDS`, so that reads keep their connections.
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
        return PoolUsage(checked_out=self._in_use, idle=len(self._idle), size=self._size)

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
        started = time.monotonic()
        try:
            async with asyncio.timeout(self._timeout_seconds):
                await self._gate.acquire()
        except TimeoutError as error:
            self.metrics.count_timeout()
            raise NoConnection("every connection is busy") from error
        finally:
            self.metrics.observe_wait(time.monotonic() - started)

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
        if is_old:  # closed before its caller opens a new one, see `release`
            await _close(connection)
            return False
        return await _answers(connection)

    async def _new_connection(self) -> Connection:
        try:
            connection = await self._connect()
        except CONNECTION_ERRORS as error:
            self.metrics.count_no_connection()
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
        """Release the connection.

        After any error that PostgreSQL did not report, its state is unknown, so it is closed.
        """
        self._pool.metrics.count_error(error)
        if isinstance(error, asyncpg.ReadOnlySQLTransactionError):
            self._pool.renew()
        self._pool.release(self._connection, reusable=error is None or isinstance(error, asyncpg.PostgresError))


async def _answers(connection: Connection) -> bool:
    try:
        with terminated_on_error(connection):
            await connection.execute("SELECT 1", timeout=PING_TIMEOUT_SECONDS)
    except CONNECTION_ERRORS:
        return False
    return True


@contextmanager
def terminated_on_error(connection: Connection) -> Iterator[None]:
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
