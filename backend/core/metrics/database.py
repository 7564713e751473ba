"""The metrics of connections to PostgreSQL."""

import asyncpg
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, values

# In seconds. A caller waits at most DATABASE_POOL_TIMEOUT_SECONDS.
WAIT_BUCKETS = (0.001, 0.005, 0.025, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
# Classes of SQLSTATE (PostgreSQL documentation, appendix A). All others are counted as `other`.
ERROR_CLASSES = {
    "08": "connection",
    "23": "integrity_violation",
    "25": "transaction_state",
    "40": "rolled_back",
    "53": "insufficient_resources",
    "55": "object_not_ready",
    "57": "operator_intervention",
}
NO_CONNECTION = "no_connection"
OTHER = "other"


class DatabaseMetrics:
    """The metrics of a pool and of the errors of PostgreSQL, registered in `registry`."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._connections = Gauge(
            "database_connections",
            "Pooled connections to PostgreSQL by state.",
            ("state",),
            registry=registry,
            multiprocess_mode="livesum",
        )
        self._pool_size = Gauge(
            "database_pool_size",
            "The most connections that the pools may hold.",
            registry=registry,
            multiprocess_mode="livesum",
        )
        self._waits = Histogram(
            "database_pool_wait_seconds",
            "How long callers waited for a connection, if all were in use.",
            registry=registry,
            buckets=WAIT_BUCKETS,
        )
        self._timeouts = Counter("database_pool_timeouts", "Callers that got no connection in time.", registry=registry)
        self._errors = Counter(
            "database_errors", "Errors of PostgreSQL by class of SQLSTATE.", ("error_class",), registry=registry
        )
        for name in (*ERROR_CLASSES.values(), NO_CONNECTION, OTHER):
            self._errors.labels(name)
        self.set_pool_usage(checked_out=0, idle=0, size=0)

    def set_pool_usage(self, *, checked_out: int, idle: int, size: int) -> None:
        """Set the gauges of the connection pool."""
        self._connections.labels("checked_out").set(checked_out)
        self._connections.labels("idle").set(idle)
        self._pool_size.set(size)

    def observe_wait(self, seconds: float) -> None:
        """Record how long a caller waited because every connection was in use."""
        self._waits.observe(seconds)

    def count_timeout(self) -> None:
        """Count a caller that got no connection in time."""
        self._timeouts.inc()

    def count_no_connection(self) -> None:
        """Count a connection that could not be opened."""
        self._errors.labels(NO_CONNECTION).inc()

    def count_error(self, error: BaseException | None) -> None:
        """Count an error, if PostgreSQL reported it."""
        if isinstance(error, asyncpg.PostgresError):
            self._errors.labels(ERROR_CLASSES.get((error.sqlstate or "")[:2], OTHER)).inc()


class ReplicaMetrics:
    """The metrics of a process that reads from a replica, registered in `registry`."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._reads = Counter(
            "database_replica_reads",
            "Reads that may use the replica, by outcome; all except `answered` went to the primary.",
            ("outcome",),
            registry=registry,
        )
        for outcome in ("answered", "failed", "lagging"):
            self._reads.labels(outcome)
        self._lag_seconds = Gauge(
            "database_replica_lag_seconds",
            "Upper bound of the replica's lag behind the primary.",
            registry=registry,
            multiprocess_mode="livemax",
        )

    def count_read(self, outcome: str) -> None:
        """Count a read: `answered`, `failed`, or `lagging` when the replica was too far behind to be used."""
        self._reads.labels(outcome).inc()

    def set_lag(self, seconds: float) -> None:
        """Set the gauge of the lag."""
        self._lag_seconds.set(seconds)


def unseen_metrics() -> DatabaseMetrics:
    """Return metrics that no page shows, for pools of commands and probes.

    They stay in this process. A value that processes share belongs to no registry, so it would be shown.
    """
    shared, values.ValueClass = values.ValueClass, values.MutexValue
    try:
        return DatabaseMetrics(CollectorRegistry())
    finally:
        values.ValueClass = shared
