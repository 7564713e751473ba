"""A read-only copy of the database, and what is known about its age. Building a `Replica` connects to nothing."""

import asyncio
import time
from collections import deque
from contextlib import AbstractAsyncContextManager
from enum import StrEnum

from core.db import CONNECTION_ERRORS, Connection, Database, NoConnection, PoolUsage, open_database
from core.metrics import Metrics, ReplicaMetrics
from core.runtime import background
from core.settings import Settings

# How often the positions of primary and replica are compared.
LOOK_SECONDS = 0.5
LOOK_TIMEOUT_SECONDS = 2.0
# Connections to each server that are for looking only.
PROBES = 1

# What is inserted, not what is flushed: a commit may be acknowledged before (synchronous_commit=off).
_WRITTEN = "SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint"
# Null on a server that is no replica, so one that was promoted, or named by mistake, is never used.
_REPLAYED = "SELECT pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0')::bigint WHERE pg_is_in_recovery()"


class ReplicaState(StrEnum):
    """What the last look found."""

    FRESH = "fresh"
    LAGGING = "lagging"
    UNAVAILABLE = "unavailable"


class Replica:
    """Lends connections to a streaming replica, and knows how far it is behind.

    Age is measured without comparing clocks: at a moment of our own clock the position of the primary is noted, and when
    the replica has replayed that far, everything that was committed until that moment can be read from it.
    """

    def __init__(
        self,
        database: Database,
        *,
        primary_probe: Database,
        replica_probe: Database,
        max_lag_seconds: float,
        metrics: Metrics,
    ) -> None:
        """Read from `database`; look through connections that no request can keep busy."""
        self._database = database
        self._primary_probe = primary_probe
        self._replica_probe = replica_probe
        self._max_lag_seconds = max_lag_seconds
        self._answers = False
        self._caught_up_at = float("-inf")
        # Older ones could only prove that the replica is too old.
        self._noted: deque[tuple[float, int]] = deque(maxlen=int(max_lag_seconds / LOOK_SECONDS) + 1)
        self._watching: asyncio.Task[None] | None = None
        self.metrics = ReplicaMetrics(metrics.registry)

    def lag(self) -> float:
        """Return for how many seconds the replica may have missed what was committed, at most."""
        return time.monotonic() - self._caught_up_at

    def is_fresh(self) -> bool:
        """Whether it has everything that was committed longer ago than the lag that the settings allow."""
        if self._watching is None:
            self._watching = background.start(self._keep_looking())
        return self.lag() <= self._max_lag_seconds

    def state(self) -> ReplicaState:
        """Return what the last look found."""
        if self.is_fresh():
            return ReplicaState.FRESH
        return ReplicaState.LAGGING if self._answers else ReplicaState.UNAVAILABLE

    def acquire(self) -> AbstractAsyncContextManager[Connection]:
        """Return a connection to the replica for the time of a block."""
        return self._database.acquire()

    def mark_stale(self) -> None:
        """Use it no more until a look finds it well again."""
        self._caught_up_at = float("-inf")

    def pool_usage(self) -> PoolUsage:
        """Return how many connections are in use and how many wait."""
        return self._database.pool_usage()

    async def close(self) -> None:
        """Look no more, and close every pooled connection."""
        if self._watching is not None:
            self._watching.cancel()
            await asyncio.wait([self._watching])
        for database in (self._database, self._primary_probe, self._replica_probe):
            await database.close()

    async def _keep_looking(self) -> None:
        while True:
            self._answers = await self._look()
            await asyncio.sleep(LOOK_SECONDS)

    async def _look(self) -> bool:
        """Note where the primary is, see which of the noted places the replica has reached; return whether it answers."""
        now = time.monotonic()
        written = await _ask(self._primary_probe, _WRITTEN)
        if written is not None:
            self._noted.append((now, written))
        replayed = await _ask(self._replica_probe, _REPLAYED)
        while replayed is not None and self._noted and self._noted[0][1] <= replayed:
            self._caught_up_at, _ = self._noted.popleft()
        return replayed is not None


def open_replica(settings: Settings, *, application_name: str, metrics: Metrics) -> Replica | None:
    """Return the replica that the settings name, or None; it connects on first use.

    Args:
        settings: where the replica is, and how old it may be.
        application_name: how this process shows in `pg_stat_activity`.
        metrics: where its age is shown, and how often it was asked.

    Raises:
        SettingsError: `DATABASE_URL` is not set.
    """
    url = settings.database_replica_url
    if url is None:
        return None
    return Replica(
        # What the replica does not answer by then, the primary does.
        open_database(
            settings,
            application_name=application_name,
            url=url,
            answer_seconds=settings.database_replica_max_lag_seconds,
        ),
        primary_probe=open_database(settings, application_name=application_name, size=PROBES),
        replica_probe=open_database(settings, application_name=application_name, url=url, size=PROBES),
        max_lag_seconds=settings.database_replica_max_lag_seconds,
        metrics=metrics,
    )


async def _ask(database: Database, question: str) -> int | None:
    try:
        async with asyncio.timeout(LOOK_TIMEOUT_SECONDS), database.acquire() as connection:
            answer: int | None = await connection.fetchval(question)
            return answer
    except (*CONNECTION_ERRORS, NoConnection):
        return None
