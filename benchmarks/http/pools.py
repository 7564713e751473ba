"""Measures our connection pool against asyncpg's own, with a fair gate in front of it.

    .venv/bin/python benchmarks/http/pools.py

One process calls the application directly, without a server, and takes turns between three copies of it: with our pool,
with asyncpg's, and with ours again, which shows how much the machine alone moves the figures. It takes about five minutes.
"""

import asyncio
import json
import os
import random
import statistics
import sys
import time
from contextlib import suppress
from math import inf
from types import TracebackType
from typing import Any
from urllib.parse import urlencode

import asyncpg
import uvloop
from bench import FILL, NEW_POST, POSTS
from stack import VARIABLES, stack

from api.app import create_app
from core.db import Database, Transaction, open_database
from core.logging import configure_logging
from core.pool import (
    CONNECTION_ERRORS,
    RECYCLE_SECONDS,
    RENEWAL_SECONDS,
    TRUSTED_IDLE_SECONDS,
    Connection,
    NoConnection,
    Pool,
    PooledConnection,
    _answers,
    _close,
)
from core.redis.job_stream import StreamTransport
from core.runtime.garbage import freeze_and_resume_collection
from core.settings import Settings, load_settings
from domain.taskiq_broker import broker
from service.factory import Factory
from service.resources import Resources

ROUNDS = 300
REQUESTS = 32
AT_ONCE = 8
OURS, ASYNCPG, CONTROL = "ours", "asyncpg's", "ours again"
FORM = "application/x-www-form-urlencoded"


class AsyncpgPool(Pool):
    """asyncpg's pool behind our gate. It keeps the guarantees of ours, with workarounds for what asyncpg lacks."""

    def __init__(self, ours: Pool) -> None:
        super().__init__(ours._connect, size=ours._gate._value, timeout_seconds=ours._timeout_seconds)
        self._size = ours._gate._value
        self._pool: asyncpg.Pool | None = None

    async def acquire(self) -> Connection:
        await self._pass_gate()
        try:
            return await self._usable_connection()
        except BaseException:
            self._gate.release()
            raise

    async def release_or_close(self, connection: Connection, *, reusable: bool) -> None:
        try:
            if reusable and not _is_in_transaction(connection):
                if connection._con is not None:  # asyncpg takes a connection back when its server ends it
                    connection._con.returned_at = time.monotonic()
                await self._pool.release(connection)
            else:
                with suppress(asyncpg.InterfaceError):
                    await asyncio.shield(_close(connection))
        finally:
            self._gate.release()

    async def expire(self) -> None:
        now = time.monotonic()
        if now - self._renewed_at >= RENEWAL_SECONDS:
            self._renewed_at = now
            await self._pool.expire_connections()

    async def _usable_connection(self) -> Connection:
        try:
            pool = self._pool or await self._open()
            while not await self._can_be_used(connection := await pool.acquire()):
                await _close(connection)
        except CONNECTION_ERRORS as error:
            raise NoConnection(str(error)) from error
        return connection

    async def _can_be_used(self, connection: Connection) -> bool:
        now = time.monotonic()
        if now - connection.made_at > RECYCLE_SECONDS:
            return False
        return now - connection.returned_at < TRUSTED_IDLE_SECONDS or await _answers(connection)

    async def _open(self) -> asyncpg.Pool:
        self._pool = await asyncpg.create_pool(
            min_size=0,
            max_size=self._size,
            max_queries=inf,
            max_inactive_connection_lifetime=0,  # otherwise a timer for each release
            connection_class=Connection,
            connect=lambda *_, **__: self._new_connection(),
            reset=_keep,  # otherwise a round trip for each release
        )
        return self._pool


async def _keep(_: asyncpg.Connection) -> None:
    pass


def _is_in_transaction(connection: Connection) -> bool:
    try:
        return connection.is_in_transaction()
    except asyncpg.InterfaceError:  # its server ended it
        return False


class AsyncpgConnection(PooledConnection):
    """Releases a connection of asyncpg's pool, for which one has to wait."""

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if isinstance(error, asyncpg.ReadOnlySQLTransactionError):
            await self._pool.expire()
        reusable = error is None or isinstance(error, asyncpg.PostgresError)
        await self._pool.release_or_close(self._connection, reusable=reusable)


class AsyncpgTransaction(Transaction):
    """The same for a transaction."""

    async def close(self, *, reusable: bool) -> None:
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
            await self._pool.release_or_close(connection, reusable=reusable)


class AsyncpgDatabase(Database):
    """A database on asyncpg's pool."""

    def acquire(self) -> AsyncpgConnection:
        return AsyncpgConnection(self._pool)

    def transaction(self) -> AsyncpgTransaction:
        return AsyncpgTransaction(self._pool)


def opened(name: str, settings: Settings) -> Database:
    """Return the database with the pool of this name."""
    database = open_database(settings, application_name=name)
    return AsyncpgDatabase(AsyncpgPool(database._pool)) if name == ASYNCPG else database


class Client:
    """Calls an application in this process."""

    def __init__(self, settings: Settings, database: Database) -> None:
        transport = StreamTransport(settings)
        resources = Resources(settings, routes=broker.routes, transport=transport, component="bench", database=database)
        self._app = create_app(settings, factory=Factory(resources))

    async def send(
        self, method: str, path: str, *, token: str = "", body: str = "", kind: str = "application/json"
    ) -> Any:
        """Send a request and return the JSON of its answer."""
        path, _, query = path.partition("?")
        fields = {"host": "127.0.0.1", "content-type": kind, "content-length": str(len(body))}
        fields |= {"authorization": f"Bearer {token}"} if token else {}
        scope = {
            **{"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http"},
            **{"path": path, "raw_path": path.encode(), "query_string": query.encode(), "root_path": "", "state": {}},
            **{"headers": [(name.encode(), value.encode()) for name, value in fields.items()]},
            **{"client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80), "extensions": {}},
        }
        request = iter([{"type": "http.request", "body": body.encode(), "more_body": False}])
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return next(request, None) or await asyncio.Future()

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        await self._app(scope, receive, send)
        content = b"".join(message.get("body", b"") for message in sent[1:])
        if not 200 <= sent[0]["status"] < 300:
            sys.exit(f"{method} {path}: {sent[0]['status']} {content[:500]!r}")
        return json.loads(content)

    async def sign_up(self, email: str) -> tuple[str, str]:
        """Create an account and return its id and an access token."""
        password = "correct horse battery"
        account = await self.send("POST", "/api/auth/signup", body=json.dumps({"email": email, "password": password}))
        form = urlencode({"username": email, "password": password})
        answer = await self.send("POST", "/api/auth/token", body=form, kind=FORM)
        return account["data"]["id"], answer["access_token"]


async def measure(variables: dict[str, str]) -> None:
    """Measure and print."""
    os.environ.update(variables)
    settings = load_settings()
    configure_logging(settings, stream=open(os.devnull, "w"))  # noqa: SIM115, PTH123, ASYNC230  (until the end)
    clients = {name: Client(settings, opened(name, settings)) for name in (OURS, ASYNCPG, CONTROL)}
    works = await prepare(clients[OURS], settings)
    freeze_and_resume_collection()  # as a server process does
    found: dict[tuple[str, str], list[float]] = {(work, name): [] for work in works for name in clients}
    for _ in range(ROUNDS):
        for work, name in random.sample(list(found), len(found)):
            found[work, name].append(await microseconds(clients[name], works[work]))
    print("| work | pool | CPU µs/request, median | of ours, median over the rounds | of ours, 10th percentiles |")
    print("|---|---|---|---|---|")
    for (work, name), times in found.items():
        ours = found[work, OURS]
        ratio = statistics.median(one / other for one, other in zip(times, ours, strict=True))
        tenth = statistics.quantiles(times, n=10)[0] / statistics.quantiles(ours, n=10)[0]
        print(f"| {work} | {name} | {statistics.median(times):.0f} | {ratio:.3f} | {tenth:.3f} |")
    for name in (OURS, ASYNCPG):
        print(f"to acquire and release alone, {name}: {await microseconds_of_pool(opened(name, settings)):.1f} µs")
    os._exit(0)  # no need to close what ends with the process


async def prepare(client: Client, settings: Settings) -> dict[str, dict[str, str]]:
    """Write 10,000 posts and return the requests."""
    author, reading = await client.sign_up("author@example.com")
    _, writing = await client.sign_up("writer@example.com")
    connection = await asyncpg.connect(settings.require_database_url().replace("+asyncpg", ""))
    for statement in (FILL.format(author=author, posts=POSTS), "VACUUM ANALYZE"):
        await connection.execute(statement)
    await connection.close()
    posts = f"/api/users/{author}/posts?limit=20"
    newest = (await client.send("GET", posts, token=reading))["data"][0]["id"]
    return {
        "ping": {"method": "GET", "path": "/api/ping"},
        "current user": {"method": "GET", "path": "/api/users/me", "token": reading},
        "one post": {"method": "GET", "path": f"/api/posts/{newest}", "token": reading},
        "list of 20": {"method": "GET", "path": posts, "token": reading},
        "create": {"method": "POST", "path": "/api/posts", "token": writing, "body": NEW_POST},
    }


async def microseconds(client: Client, work: dict[str, str]) -> float:
    """Return the processor time of this process for one request."""

    async def repeat() -> None:
        for _ in range(REQUESTS // AT_ONCE):
            await client.send(**work)

    started = time.process_time()
    await asyncio.gather(*(repeat() for _ in range(AT_ONCE)))
    return (time.process_time() - started) / REQUESTS * 1e6


async def microseconds_of_pool(database: Database) -> float:
    """Return the least processor time of an acquisition, over many attempts."""
    attempts = []
    for _ in range(31):
        started = time.process_time()
        for _ in range(2_000):
            async with database.acquire():
                pass
        attempts.append((time.process_time() - started) / 2_000 * 1e6)
    return min(attempts)


if __name__ == "__main__":
    with stack() as services:
        variables = {**VARIABLES, **services.variables}
        if (child := os.fork()) == 0:
            uvloop.run(measure(variables))
        os.waitpid(child, 0)
