"""The Prometheus metrics that this process exports at `/metrics`."""

from collections.abc import Callable, Iterable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

# Bounds in seconds around what a request takes here: a ping is under 1 ms, a password hash about 50 ms.
LATENCY_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class Metrics:
    """All metrics of one process; built at start-up so that two applications in one test run do not collide."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.request_seconds = Histogram(
            "http_request_duration_seconds",
            "Time from the first byte of a request to the last of its answer, by route template.",
            ("method", "route", "status"),
            registry=self.registry,
            buckets=LATENCY_BUCKETS,
        )
        self._requests: dict[tuple[str, str, int], Histogram] = {}
        self.database_connections = Gauge(
            "database_connections", "Pooled connections to PostgreSQL by state.", ("state",), registry=self.registry
        )
        self.jobs = Gauge("jobs", "Jobs by queue and state.", ("queue", "state"), registry=self.registry)
        self.oldest_pending_job_seconds = Gauge(
            "oldest_pending_job_age_seconds",
            "How long the oldest due job of a queue has waited.",
            ("queue",),
            registry=self.registry,
        )
        self.wake_ups_failed = Counter(
            "job_wake_ups_failed",
            "Jobs whose id could not be sent to Redis after the commit; the sweep sends it later.",
            registry=self.registry,
        )
        self.follow_ups_failed = Counter(
            "commit_follow_ups_failed",
            "Steps after a commit that raised: waking workers, forgetting cached values, sending live updates.",
            registry=self.registry,
        )
        self.live_streams = Gauge("live_streams", "Open streams of live updates.", registry=self.registry)

    def observe_request(self, method: str, route: str, status: int, *, seconds: float) -> None:
        """Count a request and its duration."""
        labels = (method, route, status)
        child = self._requests.get(labels)
        if child is None:  # the library's own look-up takes a lock and makes strings of the labels
            child = self._requests[labels] = self.request_seconds.labels(*labels)
        child.observe(seconds)

    def show_pool(self, *, checked_out: int, idle: int) -> None:
        """Set the gauges of the connection pool."""
        self.database_connections.labels("checked_out").set(checked_out)
        self.database_connections.labels("idle").set(idle)

    def show_jobs(self, queue: str, by_state: Iterable[tuple[str, int]], *, oldest_pending_seconds: float) -> None:
        """Set the gauges of one queue."""
        for state, count in by_state:
            self.jobs.labels(queue, state).set(count)
        self.oldest_pending_job_seconds.labels(queue).set(oldest_pending_seconds)

    def forget_jobs(self) -> None:
        """Drop the counts, because an old number would look like a healthy one."""
        self.jobs.clear()
        self.oldest_pending_job_seconds.clear()

    def render(self) -> bytes:
        """Return all metrics in Prometheus' text format."""
        return generate_latest(self.registry)


class ReplicaMetrics:
    """The metrics of a process that reads from a replica."""

    def __init__(self, registry: CollectorRegistry, *, lag: Callable[[], float]) -> None:
        """Show what `lag` returns at the moment of each scrape."""
        self._reads = Counter(
            "database_replica_reads",
            "Reads that a replica could answer, by what became of them; all but `answered` went to the primary.",
            ("outcome",),
            registry=registry,
        )
        seconds = Gauge(
            "database_replica_lag_seconds",
            "For how long the replica may have missed what was committed.",
            registry=registry,
        )
        seconds.set_function(lag)

    def count_read(self, outcome: str) -> None:
        """Count a read: `answered`, `failed`, or `lagging` when the replica was too old to be asked."""
        self._reads.labels(outcome).inc()
