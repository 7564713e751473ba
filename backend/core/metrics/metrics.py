"""All metrics of one process."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from core.metrics.database import DatabaseMetrics
from core.metrics.jobs import JobMetrics, LoopMetrics, SchedulerMetrics
from core.metrics.process import ProcessMetrics
from core.metrics.shared import SharedValues

# A second series for each of them, which would say when it was first seen.
disable_created_metrics()  # type: ignore[no-untyped-call]  # it has no types

# In seconds. A ping takes less than 1 ms, a password hash about 50 ms.
LATENCY_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
# The statuses of errors on the server's side.
SERVER_ERRORS = (500, 503)
FIRST_SERVER_ERROR = 500
CACHE_OUTCOMES = ("hit", "computed", "local")
EMAIL_OUTCOMES = ("sent", "failed", "rejected")
REDIS_USES = ("cache", "attempts", "requests", "live", "jobs")


@dataclass(frozen=True, slots=True)
class QueueSample:
    """The state of one queue of jobs."""

    queue: str
    by_state: Mapping[Any, int]
    oldest_pending_seconds: float


class Metrics:
    """All metrics of one process. They are built at start-up so that two applications in one test run do not collide.

    Several server processes share their values in `shared_directory`, and each process shows the sums. So every process
    sets its gauges itself: a scrape reaches only one of them.

    Args:
        shared_directory: where several processes share their values.
        revision: the source revision that runs.
    """

    def __init__(self, *, shared_directory: Path | None = None, revision: str = "") -> None:
        self._shared = None if shared_directory is None else SharedValues(shared_directory)
        self.registry = registry = CollectorRegistry()
        self.process = ProcessMetrics(registry, revision=revision)
        self._requests: dict[tuple[str, str, int], Histogram] = {}
        self.request_seconds = Histogram(
            "http_request_duration_seconds",
            "Time from the first byte of a request to the last byte of its response, by route template.",
            ("method", "route", "status"),
            registry=registry,
            buckets=LATENCY_BUCKETS,
        )
        self._server_errors = _counter(
            registry, "http_server_errors", "Responses with a status from 500.", "status", map(str, SERVER_ERRORS)
        )
        self.database = DatabaseMetrics(registry)
        self.wake_ups_failed = Counter(
            "job_wake_ups_failed",
            "Jobs whose id could not be sent to Redis after the commit; the sweep sends it later.",
            registry=registry,
        )
        self.follow_ups_failed = Counter(
            "commit_follow_ups_failed",
            "Failed steps after a commit: waking workers, invalidating cached values, sending live updates.",
            registry=registry,
        )
        self.live_streams = Gauge(
            "live_streams", "Open streams of live updates.", registry=registry, multiprocess_mode="livesum"
        )
        self._redis_failures = _counter(
            registry, "redis_failures", "Calls of Redis that failed, by what it was used for.", "use", REDIS_USES
        )
        self._cache_reads = _counter(
            registry,
            "cache_reads",
            "Reads of cached values: found, computed, or, while Redis is away, kept in this process.",
            "outcome",
            CACHE_OUTCOMES,
        )
        self._emails = _counter(registry, "emails", "Emails by outcome of the delivery.", "outcome", EMAIL_OUTCOMES)
        self._attempts_refused = _counter(
            registry, "attempts_refused", "Attempts refused because there were too many, by what was tried.", "kind", ()
        )
        self._security_events = _counter(registry, "security_events", "Entries of the audit log by kind.", "kind", ())

    @cached_property
    def jobs(self) -> JobMetrics:
        """The metrics of a worker."""
        return JobMetrics(self.registry)

    @cached_property
    def loops(self) -> LoopMetrics:
        """The metrics of background loops."""
        return LoopMetrics(self.registry)

    @cached_property
    def scheduler(self) -> SchedulerMetrics:
        """The metrics of a scheduler."""
        return SchedulerMetrics(self.registry)

    def expect_security_kinds(self, *, events: Iterable[str], attempts: Iterable[str]) -> None:
        """Show zeros for these kinds of audit log entries and of limited attempts."""
        for kind in events:
            self._security_events.labels(kind)
        for kind in attempts:
            self._attempts_refused.labels(kind)

    def observe_request(self, method: str, route: str, status: int, *, seconds: float) -> None:
        """Count a request and its duration."""
        labels = (method, route, status)
        child = self._requests.get(labels)
        if child is None:  # the library's look-up takes a lock and converts the labels to strings
            child = self._requests[labels] = self.request_seconds.labels(*labels)
        child.observe(seconds)
        if status >= FIRST_SERVER_ERROR:
            self._server_errors.labels(status).inc()

    def count_redis_failure(self, use: str) -> None:
        """Count a failed call of Redis, for one of `REDIS_USES`."""
        self._redis_failures.labels(use).inc()

    def count_cache_read(self, outcome: str) -> None:
        """Count the read of a cached value, with one of `CACHE_OUTCOMES`."""
        self._cache_reads.labels(outcome).inc()

    def count_email(self, outcome: str) -> None:
        """Count an email, with one of `EMAIL_OUTCOMES`."""
        self._emails.labels(outcome).inc()

    def count_refused_attempt(self, kind: str) -> None:
        """Count an attempt that was refused because there were too many."""
        self._attempts_refused.labels(kind).inc()

    def count_security_event(self, kind: str) -> None:
        """Count an entry of the audit log."""
        self._security_events.labels(kind).inc()

    @property
    def all_processes(self) -> Collector:
        """The values of all processes that share them."""
        return self._shared or self.registry

    def render(self, queues: Sequence[QueueSample] | None) -> bytes:
        """Return the metrics of all processes and of the queues in Prometheus' text format.

        Args:
            queues: the state of each queue, or None if the database could not be asked.
        """
        return generate_latest(registry_of(self.all_processes, QueueGauges(lambda: queues)))


class QueueGauges(Collector):
    """The gauges of the job queues. They come from the database at each scrape, so no process stores them."""

    def __init__(self, ask: Callable[[], Sequence[QueueSample] | None]) -> None:
        self._ask = ask

    def collect(self) -> Iterator[Metric]:
        """Yield the gauges.

        Without an answer of the database only `database_up` says so: old numbers would look current.
        """
        queues = self._ask()
        yield GaugeMetricFamily(
            "database_up", "1 if the database told the state of the queues for this page, else 0.", queues is not None
        )
        jobs = GaugeMetricFamily("jobs", "Jobs by queue and state.", labels=("queue", "state"))
        oldest = GaugeMetricFamily(
            "oldest_pending_job_age_seconds", "How long the oldest due job of a queue has waited.", labels=("queue",)
        )
        for sample in queues or ():
            oldest.add_metric([sample.queue], sample.oldest_pending_seconds)
            for state, count in sample.by_state.items():
                jobs.add_metric([sample.queue, state], count)
        yield jobs
        yield oldest


def registry_of(*collectors: Collector) -> CollectorRegistry:
    """Return a registry of these collectors."""
    registry = CollectorRegistry()
    for collector in collectors:
        registry.register(collector)
    return registry


def _counter(registry: CollectorRegistry, name: str, meaning: str, label: str, values: Iterable[str]) -> Counter:
    """Return a counter that shows zero for each of the values of its label."""
    counter = Counter(name, meaning, (label,), registry=registry)
    for value in values:
        counter.labels(value)
    return counter
