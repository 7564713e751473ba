"""The Prometheus metrics of a process, and the sums over all server processes that `/metrics` shows."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector

# In seconds. A ping takes less than 1 ms, a password hash about 50 ms.
LATENCY_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


@dataclass(frozen=True, slots=True)
class QueueSample:
    """The state of one queue of jobs."""

    queue: str
    by_state: Mapping[Any, int]
    oldest_pending_seconds: float


class Metrics:
    """All metrics of one process. They are built at start-up so that two applications in one test run do not collide.

    Several server processes write their values to files in `shared_directory` (`core.settings.share_metrics`), and each
    process shows the sums. So every process sets its gauges itself: a scrape reaches only one of them.
    """

    def __init__(self, *, shared_directory: Path | None = None) -> None:
        self.registry = CollectorRegistry()
        self._shared_directory = shared_directory
        self.request_seconds = Histogram(
            "http_request_duration_seconds",
            "Time from the first byte of a request to the last byte of its response, by route template.",
            ("method", "route", "status"),
            registry=self.registry,
            buckets=LATENCY_BUCKETS,
        )
        self._requests: dict[tuple[str, str, int], Histogram] = {}
        self.database_connections = Gauge(
            "database_connections",
            "Pooled connections to PostgreSQL by state.",
            ("state",),
            registry=self.registry,
            multiprocess_mode="livesum",
        )
        self.wake_ups_failed = Counter(
            "job_wake_ups_failed",
            "Jobs whose id could not be sent to Redis after the commit; the sweep sends it later.",
            registry=self.registry,
        )
        self.follow_ups_failed = Counter(
            "commit_follow_ups_failed",
            "Failed steps after a commit: waking workers, invalidating cached values, sending live updates.",
            registry=self.registry,
        )
        self.live_streams = Gauge(
            "live_streams", "Open streams of live updates.", registry=self.registry, multiprocess_mode="livesum"
        )

    @property
    def are_shared(self) -> bool:
        """Whether several processes share their values."""
        return self._shared_directory is not None

    def observe_request(self, method: str, route: str, status: int, *, seconds: float) -> None:
        """Count a request and its duration."""
        labels = (method, route, status)
        child = self._requests.get(labels)
        if child is None:  # the library's look-up takes a lock and converts the labels to strings
            child = self._requests[labels] = self.request_seconds.labels(*labels)
        child.observe(seconds)

    def set_pool_usage(self, *, checked_out: int, idle: int) -> None:
        """Set the gauges of the connection pool."""
        self.database_connections.labels("checked_out").set(checked_out)
        self.database_connections.labels("idle").set(idle)

    def render(self, queues: Sequence[QueueSample]) -> bytes:
        """Return the metrics of all processes and of the queues in Prometheus' text format."""
        return generate_latest(self._processes()) + generate_latest(_registry_of(_Queues(queues)))

    def _processes(self) -> CollectorRegistry:
        if self._shared_directory is None:
            return self.registry
        _remove_gauges_of_dead_processes(self._shared_directory)
        return _registry_of(MultiProcessCollector(None, path=str(self._shared_directory)))  # type: ignore[no-untyped-call]  # it has no types


class ReplicaMetrics:
    """The metrics of a process that reads from a replica, registered in `registry`."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._reads = Counter(
            "database_replica_reads",
            "Reads that may use the replica, by outcome; all except `answered` went to the primary.",
            ("outcome",),
            registry=registry,
        )
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


class _Queues(Collector):
    """The gauges of the job queues. They come from the database at each scrape, so no process stores them."""

    def __init__(self, queues: Sequence[QueueSample]) -> None:
        self._queues = queues

    def collect(self) -> Iterator[Metric]:
        jobs = GaugeMetricFamily("jobs", "Jobs by queue and state.", labels=("queue", "state"))
        oldest = GaugeMetricFamily(
            "oldest_pending_job_age_seconds", "How long the oldest due job of a queue has waited.", labels=("queue",)
        )
        for sample in self._queues:
            oldest.add_metric([sample.queue], sample.oldest_pending_seconds)
            for state, count in sample.by_state.items():
                jobs.add_metric([sample.queue, state], count)
        yield jobs
        yield oldest


def _registry_of(collector: Collector) -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(collector)
    return registry


def _remove_gauges_of_dead_processes(directory: Path) -> None:
    """Remove the gauges of processes that have ended; their counters stay, or the sums would decrease."""
    for process_id in _process_ids(directory.glob("gauge_live*.db")):
        if not _is_alive(process_id):
            mark_process_dead(process_id, path=str(directory))  # type: ignore[no-untyped-call]  # it has no types


def _process_ids(files: Iterable[Path]) -> set[int]:
    return {int(file.stem.rpartition("_")[2]) for file in files}


def _is_alive(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
