"""A read-only replica of the database, and how far it is behind. Building a `Replica` does not connect."""

import asyncio
import time
from collections import deque
from contextlib import AbstractAsyncContextManager
from enum import StrEnum

from core.db import Database, open_database
from core.metrics.database import ReplicaMetrics
from core.metrics.metrics import Metrics
from core.pool import CONNECTION_ERRORS, Connection, NoConnection, PoolUsage
from core.runtime import background
from core.runtime.outages import Outage
from core.settings import Settings

# How often the WAL positions of primary and replica are compared.
CHECK_SECONDS = 0.5
CHECK_TIMEOUT_SECONDS = 2.0
# Connections to each server that are reserved for the comparison.
PROBES = 1

# The insert position, not the flush position: with synchronous_commit=off a commit is acknowledged before the flush.
_WRITTEN = "SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint"
# No row on a server that is not a replica, so one that was promoted, or configured by mistake, is never used.
_REPLAYED = "SELECT pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0')::bigint WHERE pg_is_in_recovery()"


class ReplicaState(StrEnum):
    """The result of the last comparison."""

    FRESH = "fresh"
    LAGGING = "lagging"
    UNAVAILABLE = "unavailable"


class Replica:
    """Provides connections to a streaming replica, and measures its lag.

    The measurement compares no clocks. It records the position of the primary with the time of this process; once the
    replica has replayed that position, it has everything that was committed up to that time.

    The probes are connections that requests cannot exhaust.
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
        self._database = database
        self._primary_probe = primary_probe
        self._replica_probe = replica_probe
        self._max_lag_seconds = max_lag_seconds
        self._answers = False
        self.outage = Outage()
        self._caught_up_at = float("-inf")
        # Older positions could only show that the replica is too far behind.
        self._positions: deque[tuple[float, int]] = deque(maxlen=int(max_lag_seconds / CHECK_SECONDS) + 1)
        self._watching: asyncio.Task[None] | None = None
        self.metrics = ReplicaMetrics(metrics.registry)

    def lag(self) -> float:
        """Return an upper bound of the lag in seconds."""
        return time.monotonic() - self._caught_up_at

    def is_fresh(self) -> bool:
        """Whether the lag is within `DATABASE_REPLICA_MAX_LAG_SECONDS`. The first call starts the comparisons."""
        if self._watching is None:
            self._watching = background.start(self._compare_repeatedly())
        return self.lag() <= self._max_lag_seconds

    def state(self) -> ReplicaState:
        """Return the result of the last comparison."""
        if self.is_fresh():
            return ReplicaState.FRESH
        return ReplicaState.LAGGING if self._answers else ReplicaState.UNAVAILABLE

    def acquire(self) -> AbstractAsyncContextManager[Connection]:
        """Return a context manager for a connection to the replica."""
        return self._database.acquire()

    def mark_stale(self) -> None:
        """Treat the replica as stale until a comparison finds it up to date."""
        self._caught_up_at = float("-inf")

    def pool_usage(self) -> PoolUsage:
        """Return how many connections are in use and how many wait."""
        return self._database.pool_usage()

    async def close(self) -> None:
        """Stop the comparisons and close all pooled connections."""
        if self._watching is not None:
            self._watching.cancel()
            await asyncio.wait([self._watching])
        for database in (self._database, self._primary_probe, self._replica_probe):
            await database.close()

    async def _compare_repeatedly(self) -> None:
        while True:
            self._answers = await self._compare()
            await asyncio.sleep(CHECK_SECONDS)

    async def _compare(self) -> bool:
        """Record the position of the primary, drop those that the replica has reached, return whether it answers."""
        now = time.monotonic()
        written = await _ask(self._primary_probe, _WRITTEN)
        if written is not None:
            self._positions.append((now, written))
        replayed = await _ask(self._replica_probe, _REPLAYED)
        while replayed is not None and self._positions and self._positions[0][1] <= replayed:
            self._caught_up_at, _ = self._positions.popleft()
        return replayed is not None


def open_replica(settings: Settings, *, application_name: str, metrics: Metrics) -> Replica | None:
    """Return the replica that the settings name, or None; it connects on first use.

    Args:
        settings: the URL of the replica and the maximum lag.
        application_name: the name of this process in `pg_stat_activity`.
        metrics: where to report lag and reads.

    Raises:
        SettingsError: `DATABASE_URL` is not set.
    """
    url = settings.database_replica_url
    if url is None:
        return None
    return Replica(
        # After this time the read falls back to the primary.
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
        async with asyncio.timeout(CHECK_TIMEOUT_SECONDS), database.acquire() as connection:
            answer: int | None = await connection.fetchval(question)
            return answer
    except (*CONNECTION_ERRORS, NoConnection):
        return None
