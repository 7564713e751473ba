"""Work that is owed: a job is a row written with the data it belongs to, and done exactly once in the database.

A worker takes a job by a *claim*, which counts an attempt and holds a *lease*. Effects and the mark that the job is
done are committed together and only while the claim is still the latest one, the *fence*.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import count
from typing import Any
from uuid import UUID

from domain.errors import AppError, NotFound

# A worker extends its leases every third of this, so the job of a dead worker runs again within half a minute.
LEASE = timedelta(seconds=30)
HEARTBEAT = LEASE / 3
# How long a sent id may stay unclaimed before it is sent again; doubles with each sending because a long backlog,
# not a lost message, is then the likelier reason.
FIRST_SEND_LEASE = timedelta(seconds=20)
MAX_SEND_DOUBLINGS = 6
# The committing process sends the id itself; only what is older than this was not sent.
SWEEP_GRACE = timedelta(seconds=1)
SWEEP_INTERVAL = timedelta(milliseconds=500)
SWEEP_BATCH = 200
# If more ids than this wait to be read, what was sent before is among them and is not sent again.
BACKLOG = 1_000
# The error of a job whose last attempt did not end within its lease.
WORKER_LOST = "During the last attempt its worker died, or its event loop was blocked for too long."
# A job that this release does not know belongs to a newer one that is being rolled out.
UNKNOWN_TASK_DELAY = timedelta(seconds=30)

DEFAULT_QUEUE = "default"
DEFAULT_MAX_ATTEMPTS = 10
DEFAULT_TIMEOUT = timedelta(minutes=5)
MAX_BACKOFF = timedelta(hours=1)
DONE_JOBS_KEPT = timedelta(days=7)
# How many dead jobs one request retries or discards.
DEAD_JOBS_AT_ONCE = 1_000


class JobState(StrEnum):
    """The state of a job."""

    PENDING = "pending"
    SENT = "sent"
    RUNNING = "running"
    DONE = "done"
    DEAD = "dead"


class PermanentError(AppError):
    """Raised by a task that cannot succeed, however often it is retried. The job is dead at once."""

    message = "This can never succeed."


class TryLater(AppError):
    """Raised by a task that an outside server keeps waiting. The job is retried as after every error.

    Args:
        message: the missing part.
        after: the least time until the next attempt, at most an hour.
    """

    message = "An outside server is not available."

    def __init__(self, message: str | None = None, *, after: timedelta = timedelta(0)) -> None:
        super().__init__(message)
        self.after = min(after, MAX_BACKOFF)


class TooCostly(PermanentError):
    """A computation exceeded its time or memory limit, and would again."""

    message = "This takes too much time or memory to compute."


class JobOverdue(AppError):
    """The task exceeded its time limit."""

    message = "The task took longer than its time limit."


class ClaimLost(AppError):
    """Another worker has claimed the job, so the effects of this run must not be committed."""

    message = "The job was claimed by another worker."


class JobNotFound(NotFound):
    """Job not found."""

    message = "Job not found."


class JobNotDead(AppError):
    """Only a dead job can be retried by hand."""

    message = "Only dead jobs can be retried."


class JobAlreadyQueued(AppError):
    """A dead job has a deduplication key that an unfinished job of its task has as well."""

    message = "The same job is already waiting to run."


class JobNotCancellable(AppError):
    """A job that has ended cannot be cancelled."""

    message = "This job has already finished."


class JobIsRunning(AppError):
    """A running job cannot be deleted."""

    message = "This job is running. Cancel it first."


class UnknownPayload(AppError):
    """No task takes the payload."""

    message = "No task takes this payload."


@dataclass(frozen=True, slots=True)
class TaskSpec:
    """The options of a task that are stored with its jobs."""

    name: str
    payload_type: type[Any]
    max_attempts: int
    timeout: timedelta
    queue: str = DEFAULT_QUEUE
    priority: int = 0
    # The event that is published when a job of the task is dead. It has the payload's fields.
    on_dead: type[Any] | None = None


Routes = Mapping[type[Any], tuple[TaskSpec, ...]]


@dataclass(frozen=True, slots=True)
class NewJob:
    """A job that is about to be written."""

    task: str
    payload: Mapping[str, Any]
    max_attempts: int
    queue: str = DEFAULT_QUEUE
    priority: int = 0
    delay: timedelta = timedelta(0)
    run_at: datetime | None = None
    dedup_key: str | None = None


# The ids of jobs to send, by queue.
JobsByQueue = Mapping[str, Sequence[UUID]]


@dataclass(frozen=True, slots=True)
class DeadJob:
    """A dead job, as far as `on_dead` and the metrics need it."""

    task: str
    payload: Mapping[str, Any]
    queue: str


@dataclass(frozen=True, slots=True)
class Job:
    """A job as operators see it."""

    id: UUID
    task: str
    queue: str
    priority: int
    state: JobState
    payload: Mapping[str, Any]
    attempt: int
    max_attempts: int
    created_at: datetime
    available_at: datetime
    finished_at: datetime | None
    last_error: str | None
    request_id: str | None


@dataclass(frozen=True, slots=True)
class ClaimedJob:
    """A job that this worker holds.

    `attempt` and `worker` are the fence, `traceparent` is the trace that it continues.
    """

    id: UUID
    task: str
    payload: Mapping[str, Any]
    attempt: int
    max_attempts: int
    worker: UUID
    request_id: str | None
    traceparent: str | None
    queue: str
    available_at: datetime

    @property
    def is_last_attempt(self) -> bool:
        """Whether a failure of this attempt makes the job dead."""
        return self.attempt >= self.max_attempts


@dataclass(frozen=True, slots=True)
class JobFilter:
    """Filters of a list of jobs: every field that is not None must match."""

    state: JobState | None = None
    queue: str | None = None
    task: str | None = None
    ids: tuple[UUID, ...] | None = None


@dataclass(frozen=True, slots=True)
class ChangedJobs:
    """How many of the requested jobs were changed, and how many stay as they were."""

    changed: int
    left: int


@dataclass(frozen=True, slots=True)
class QueueDepth:
    """How many unfinished jobs a queue has in each state, and how long its oldest due job has waited."""

    queue: str
    by_state: Mapping[JobState, int]
    oldest_due_seconds: float


@dataclass(frozen=True, slots=True)
class FinishedJobs:
    """How many jobs ended in one minute."""

    minute: datetime
    done: int
    dead: int


@dataclass(frozen=True, slots=True)
class JobsOverview:
    """The overview of all jobs for operators.

    Attributes:
        tasks: the names of this release's tasks, in order; jobs of other tasks may remain from an earlier one.
        queues: the unfinished jobs of each queue.
        finished: the jobs that ended in each minute of the last hour, the oldest first; empty minutes are left out.
    """

    tasks: Sequence[str]
    queues: Sequence[QueueDepth]
    finished: Sequence[FinishedJobs]


def attempts_within(horizon: timedelta) -> int:
    """Return how many attempts it takes on average until one comes later than `horizon` after the first."""
    return next(number for number, moment in enumerate(_moments_of_attempts(), start=1) if moment > horizon)


def _moments_of_attempts() -> Iterator[timedelta]:
    moment = timedelta(0)
    for attempt in count(1):
        yield moment
        moment += backoff(attempt, chance=0.5)


def backoff(attempt: int, *, chance: float | None = None) -> timedelta:
    """Return how long to wait after failed attempt number `attempt`, counted from 1.

    Doubles from two seconds to an hour, and spreads by half in both directions so that jobs which failed together do
    not return together.

    Args:
        attempt: the attempt that just failed.
        chance: a number from 0 to 1 in place of a random one.
    """
    spread = 0.5 + (random.random() if chance is None else chance)  # noqa: S311  (no secret depends on it)
    return min(MAX_BACKOFF, timedelta(seconds=2 ** min(attempt, 12))) * spread
