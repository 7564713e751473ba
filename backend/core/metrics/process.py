"""Metrics of a process: CPU time, memory, files, garbage collection, its build, and its event loop's lag."""

from collections.abc import Iterable
from threading import Lock

from prometheus_client import (
    GC_COLLECTOR,
    PLATFORM_COLLECTOR,
    PROCESS_COLLECTOR,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
)
from prometheus_client.metrics_core import Metric
from prometheus_client.samples import Sample

from core import product

# In seconds. An idle loop is late by less than a millisecond.
LAG_BUCKETS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
# How the gauges of several processes become one; the others are summed.
MODES = {
    "process_open_fds": "livemax",  # the process that is closest to the limit
    "process_max_fds": "livemin",
    "process_start_time_seconds": "livemax",  # the last restart
    "python_info": "livemax",
}


class ProcessMetrics:
    """The metrics of this process, registered in `registry` and set by `sample`.

    The library's own collectors show one process. Their values are copied into metrics that several processes share.
    """

    def __init__(self, registry: CollectorRegistry, *, revision: str) -> None:
        self._registry = registry
        self._counters: dict[str, Counter] = {}
        self._gauges: dict[str, Gauge] = {}
        self._counted: dict[tuple[str, tuple[str, ...]], float] = {}
        self._sampling = Lock()
        self._loop_lag = Histogram(
            "event_loop_lag_seconds",
            "How late the event loop ran a timer that is due every second.",
            registry=registry,
            buckets=LAG_BUCKETS,
        )
        running = Gauge(
            "running_processes",
            "Processes whose values are shown.",
            registry=registry,
            multiprocess_mode="livesum",
        )
        running.set(1)
        build = Gauge(
            "build_info",
            "1, with the version and the source revision that run.",
            ("version", "revision"),
            registry=registry,
            multiprocess_mode="livemax",
        )
        build.labels(product.VERSION, revision).set(1)

    def observe_loop_lag(self, seconds: float) -> None:
        """Record how late the event loop was."""
        self._loop_lag.observe(max(0.0, seconds))

    def sample(self) -> None:
        """Set the values of now. It reads files of /proc, so call it in a thread."""
        with self._sampling:
            for collector in (PROCESS_COLLECTOR, PLATFORM_COLLECTOR, GC_COLLECTOR):
                for metric in collector.collect():
                    self._copy(metric)

    def _copy(self, metric: Metric) -> None:
        for sample in _shown(metric.samples):
            if metric.type == "counter":
                self._count(metric, sample)
            else:
                self._gauge(metric, sample).set(sample.value)

    def _count(self, metric: Metric, sample: Sample) -> None:
        counter = self._counters.get(metric.name)
        if counter is None:
            counter = self._counters[metric.name] = Counter(
                metric.name, metric.documentation, tuple(sample.labels), registry=self._registry
            )
        values = tuple(sample.labels.values())
        child = counter.labels(*values) if values else counter
        child.inc(max(0.0, sample.value - self._counted.get((metric.name, values), 0.0)))
        self._counted[metric.name, values] = sample.value

    def _gauge(self, metric: Metric, sample: Sample) -> Gauge:
        gauge = self._gauges.get(metric.name)
        if gauge is None:
            gauge = self._gauges[metric.name] = Gauge(
                metric.name,
                metric.documentation,
                tuple(sample.labels),
                registry=self._registry,
                multiprocess_mode=MODES.get(metric.name, "livesum"),  # type: ignore[arg-type]  # one of its modes
            )
        return gauge.labels(*sample.labels.values()) if sample.labels else gauge


def _shown(samples: Iterable[Sample]) -> Iterable[Sample]:
    return (sample for sample in samples if not sample.name.endswith("_created"))
