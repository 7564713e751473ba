"""Measures our connection pool against asyncpg's own, with a fair gate in front of it.

    .venv/bin/python benchmarks/http/pools.py [ROUNDS]

One process calls the application directly, without a server, and takes turns between three copies of it: with our pool,
with asyncpg's, and with ours again, which shows how much the machine alone moves the figures. 300 rounds take about
five minutes.
"""

import asyncio
import os
import random
import statistics
import sys
import time
from math import inf
from typing import Any

import asyncpg
import uvloop

from stack import VARIABLES, stack

from core.db import Database, open_database
from core.logging import configure_logging
from core.pool import RECYCLE_SECONDS, TRUSTED_IDLE_SECONDS, Connection, Pool, _answers, _close
from core.runtime.garbage import freeze_and_resume_collection
from core.settings import Settings, load_settings
from in_process import Client, microseconds, prepare

ROUNDS = int(sys.argv[1]) if len(sys.argv) > 1 else 300
OURS, ASYNCPG, CONTROL = "ours", "asyncpg's", "ours again"


class AsyncpgPool(Pool):
    """asyncpg's pool behind our gate, with what ours checks at acquire and release."""

    def __init__(self, ours: Pool) -> None:
        super().__init__(ours._connect, size=ours._size, timeout_seconds=ours._timeout_seconds, metrics=ours.metrics)
        # Of unknown type: its connections are proxies, which have no class in common with them.
        self._pool: Any = None
        self._releases: set[asyncio.Task[None]] = set()

    async def acquire(self) -> Connection:
        await self._pass_gate()
        try:
            self._pool = self._pool or await self._open()
            connection: Connection = await self._pool.acquire()
            while not await self._can_be_used(connection):
                await _close(connection)
                connection = await self._pool.acquire()
        except BaseException:
            self._gate.release()
            raise
        return connection

    def release(self, connection: Any, *, reusable: bool) -> None:
        if reusable and not connection.is_in_transaction():
            connection._con.returned_at = time.monotonic()
            connection._con._on_release()
            # `Pool.release` awaits this in a task of its own; ours releases without awaiting.
            task = asyncio.create_task(connection._holder.release(None))
        else:
            task = asyncio.create_task(_close(connection))
        self._releases.add(task)
        task.add_done_callback(self._released)

    def _released(self, task: "asyncio.Task[None]") -> None:
        self._releases.discard(task)
        self._gate.release()

    async def _can_be_used(self, connection: Connection) -> bool:
        now = time.monotonic()
        if now - connection.made_at > RECYCLE_SECONDS:
            return False
        return now - connection.returned_at < TRUSTED_IDLE_SECONDS or await _answers(connection)

    async def _open(self) -> object:
        options: dict[str, Any] = {
            "min_size": 0,
            "max_size": self._size,
            "max_queries": inf,
            "max_inactive_connection_lifetime": 0,  # otherwise a timer for each release
            "connection_class": Connection,
            "connect": lambda *_, **__: self._new_connection(),
            "reset": _keep,  # otherwise a round trip for each release
        }
        return await asyncpg.create_pool(**options)


async def _keep(_: object) -> None:
    pass


def opened(name: str, settings: Settings) -> Database:
    """Return the database with the pool of this name."""
    database = open_database(settings, application_name=name)
    return Database(AsyncpgPool(database._pool)) if name == ASYNCPG else database


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
