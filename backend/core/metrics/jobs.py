"""The metrics of workers and schedulers."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

# In seconds: up to the time limit of a task.
RUN_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)
# In seconds: up to what every user notices.
WAIT_BUCKETS = (0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0, 3600.0)
DELAY_BUCKETS = (0.5, 1.0, 2.0, 5.0, 10.0, 60.0, 600.0, 3600.0)
# How a run ends. `interrupted` ones could not be recorded, because the worker stopped or the database was away;
# `released` ones are of a task that this release does not have.
RUN_OUTCOMES = ("done", "retried", "dead", "fenced", "interrupted", "released")
TICK_OUTCOMES = ("enqueued", "duplicate")
UNKNOWN_TASK = "unknown"


@dataclass(slots=True)
class Run:
    """A run of a job, and how it ended: one of `RUN_OUTCOMES`."""

    outcome: str = "interrupted"


class JobMetrics:
    """The metrics of the jobs that this worker runs, registered in `registry`."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._runs = Counter(
            "job_runs", "Runs of jobs by how they ended.", ("queue", "task", "outcome"), registry=registry
        )
        self._seconds = Histogram(
            "job_run_duration_seconds",
            "Time from the claim of a job to the end of its run.",
            ("task",),
            registry=registry,
            buckets=RUN_BUCKETS,
        )
        self._waits = Histogram(
            "job_wait_seconds",
            "Time from the moment a job was due to the start of its run.",
            ("queue",),
            registry=registry,
            buckets=WAIT_BUCKETS,
        )
        self._running = Gauge("jobs_running", "Jobs that this worker runs now.", ("queue",), registry=registry)
        self._slots = Gauge("job_slots", "The most jobs that this worker runs at once.", ("queue",), registry=registry)
        self._resent = Counter(
            "jobs_resent", "Due jobs without a claim whose id the sweep sent again.", ("queue",), registry=registry
        )
        self._tasks: Mapping[str, str] = {}

    def expect(self, tasks: Mapping[str, str], *, slots: Mapping[str, int]) -> None:
        """Create the series of all known labels, with the value zero.

        Args:
            tasks: the queue of each task.
            slots: how many jobs of each queue may run at once.
        """
        self._tasks = tasks
        for task, queue in tasks.items():
            if queue in slots:
                self._seconds.labels(task)
                for outcome in RUN_OUTCOMES:
                    self._runs.labels(queue, task, outcome)
        for queue, number in slots.items():
            self._waits.labels(queue)
            self._running.labels(queue)
            self._slots.labels(queue).set(number)
        for queue in {*tasks.values(), *slots}:
            self._resent.labels(queue)

    @contextmanager
    def run(self, task: str, *, queue: str, waited: float) -> Iterator[Run]:
        """Measure the block, in which the job runs and its outcome is set.

        Args:
            task: the name of the task; those that this release does not have are counted together.
            queue: the queue of the job.
            waited: how long ago the job was due, in seconds.
        """
        task = self._known(task)
        run, running = Run(), self._running.labels(queue)
        self._waits.labels(queue).observe(max(0.0, waited))
        running.inc()
        started = time.monotonic()
        try:
            yield run
        finally:
            running.dec()
            self._seconds.labels(task).observe(time.monotonic() - started)
            self._runs.labels(queue, task, run.outcome).inc()

    def count_lost(self, task: str, *, queue: str) -> None:
        """Count a last run as dead whose worker was lost, and which the sweep has found."""
        self._runs.labels(queue, self._known(task), "dead").inc()

    def _known(self, task: str) -> str:
        return task if task in self._tasks or not self._tasks else UNKNOWN_TASK

    def count_resent(self, queue: str, number: int) -> None:
        """Count jobs whose ids the sweep sent again."""
        self._resent.labels(queue).inc(number)


class LoopMetrics:
    """The metrics of the background loops of workers and schedulers, registered in `registry`."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._runs = Counter(
            "background_loop_runs", "Runs of background loops by outcome.", ("loop", "outcome"), registry=registry
        )
        self._last_success = Gauge(
            "background_loop_last_success_timestamp_seconds",
            "When a background loop last succeeded, as a Unix time.",
            ("loop",),
            registry=registry,
        )

    def expect(self, loop: str) -> None:
        """Show zeros for a loop, and now as its last success: the process has just begun."""
        self._runs.labels(loop, "succeeded")
        self._runs.labels(loop, "failed")
        self._last_success.labels(loop).set_to_current_time()

    def count(self, loop: str, *, succeeded: bool) -> None:
        """Count a run of the loop."""
        self._runs.labels(loop, "succeeded" if succeeded else "failed").inc()
        if succeeded:
            self._last_success.labels(loop).set_to_current_time()


class SchedulerMetrics:
    """The metrics of a scheduler, registered in `registry`."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._ticks = Counter(
            "scheduler_ticks",
            "Ticks of scheduled tasks: `enqueued`, or `duplicate` if a tick was not due: it, or a later one, had been recorded before, or none at all.",
            ("task", "outcome"),
            registry=registry,
        )
        self._delays = Histogram(
            "scheduler_tick_delay_seconds",
            "Time from a tick to the job that was enqueued for it.",
            registry=registry,
            buckets=DELAY_BUCKETS,
        )

    def expect(self, task: str) -> None:
        """Show zeros for a scheduled task."""
        for outcome in TICK_OUTCOMES:
            self._ticks.labels(task, outcome)

    def count_enqueued(self, task: str, *, delay: float) -> None:
        """Count a tick for which a job was enqueued, `delay` seconds late."""
        self._ticks.labels(task, "enqueued").inc()
        self._delays.observe(delay)

    def count_duplicate(self, task: str) -> None:
        """Count a tick that was not due: mostly another scheduler, or this one before a restart, had recorded it."""
        self._ticks.labels(task, "duplicate").inc()
