"""The registry on which `domain/tasks.py` declares tasks by `@broker.task`, as a Taskiq project does on its broker.

`TaskRegistry` holds tasks, event handlers and schedules, `CleanUps` the steps of the nightly deletions, and
`ExportedFiles` the functions that find the files for a copy of a user's data. Taskiq's own broker is in `worker/`.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar
from uuid import UUID

from cronsim import CronSim, CronSimError

from domain.jobs.job import DEFAULT_MAX_ATTEMPTS, DEFAULT_QUEUE, DEFAULT_TIMEOUT, Routes, TaskSpec, attempts_within

if TYPE_CHECKING:
    from service.factory import Work

Payload = TypeVar("Payload")
Handler = Callable[["Work", Payload], Awaitable[None]]
CleanUpStep: TypeAlias = Callable[["Work"], Awaitable[int | None]]
# Returns the keys of a user's files, by the names that they have in their export.
FilesOfUser: TypeAlias = Callable[["Work", UUID], Awaitable[Mapping[str, str]]]


@dataclass(frozen=True, slots=True)
class Task:
    """A function that runs jobs of one kind."""

    spec: TaskSpec
    handler: Handler[Any]


@dataclass(frozen=True, slots=True)
class Schedule:
    """A payload that is enqueued whenever a cron expression matches, in UTC."""

    expression: str
    payload: object

    def __post_init__(self) -> None:
        """Refuse an expression that never matches.

        Raises:
            ValueError: the expression never matches.
        """
        try:
            self.last_tick(datetime(2000, 1, 1, tzinfo=UTC))
        except (CronSimError, StopIteration) as error:
            raise ValueError(
                f'cron="{self.expression}" never matches ({str(error) or "no such date"}). '
                'Write minute, hour, day, month and weekday, in UTC, such as cron="0 6 1 * *".'
            ) from error

    def last_tick(self, now: datetime) -> datetime:
        """Return the latest moment before `now` at which the expression matched."""
        return next(CronSim(self.expression, now, reverse=True))


class TaskRegistry:
    """The tasks of the product, declared by decorators. It connects to nothing."""

    def __init__(self) -> None:
        self._tasks: dict[str, Task] = {}
        self.schedules: dict[str, Schedule] = {}

    def task(  # noqa: PLR0913
        self,
        payload: type[Payload],
        *,
        max_attempts: int = DEFAULT_MAX_ATTEMPTS,
        timeout: timedelta = DEFAULT_TIMEOUT,
        queue: str = DEFAULT_QUEUE,
        priority: int = 0,
        cron: str | None = None,
        on_dead: type[Any] | None = None,
        retry_for: timedelta | None = None,
    ) -> Callable[[Handler[Payload]], Handler[Payload]]:
        """Declare a function as the task that takes `payload`. Its name is stored with its jobs and must not change.

        Args:
            payload: a frozen dataclass; `work.outbox.enqueue(payload)` writes a job for this function.
            max_attempts: after so many failures the job is dead.
            timeout: a run is cancelled after this long, and counts as failed.
            queue: which workers run it: those that serve this queue.
            priority: among waiting jobs, higher ones are sent first.
            cron: five fields, in UTC; the task is enqueued at each match with a payload without arguments.
            on_dead: an event with the payload's fields, published when a job of the task is dead.
            retry_for: how long to go on retrying, instead of `max_attempts`: days, for calls of remote servers.

        Raises:
            ValueError: a task has this name, or `cron` never matches.
        """

        def declare(handler: Handler[Payload]) -> Handler[Payload]:
            name = getattr(handler, "__name__", str(handler))
            if name in self._tasks:
                raise ValueError(f"Two tasks are named `{name}`. Rename the function of the newer one.")
            attempts = max_attempts if retry_for is None else attempts_within(retry_for)
            spec = TaskSpec(name, payload, attempts, timeout, queue, priority, on_dead)
            self._tasks[spec.name] = Task(spec, handler)
            if cron is not None:
                self.schedules[spec.name] = Schedule(cron, payload())
            return handler

        return declare

    def event_handler(
        self,
        event: type[Payload],
        *,
        timeout: timedelta = DEFAULT_TIMEOUT,
        queue: str = DEFAULT_QUEUE,
        retry_for: timedelta | None = None,
    ) -> Callable[[Handler[Payload]], Handler[Payload]]:
        """Declare a function that handles `event` in a job of its own, so that handlers fail and retry independently.

        Args:
            event: the class of the event.
            timeout: as of a task.
            queue: as of a task.
            retry_for: as of a task.
        """
        return self.task(event, timeout=timeout, queue=queue, retry_for=retry_for)

    def all(self) -> Collection[Task]:
        """Return every task."""
        return self._tasks.values()

    def find(self, name: str) -> Task | None:
        """Return the task of this name, or None if this release has none."""
        return self._tasks.get(name)

    @property
    def queues(self) -> set[str]:
        """The queues that tasks are sent to."""
        return {task.spec.queue for task in self._tasks.values()}

    @property
    def routes(self) -> Routes:
        """Which tasks take which payload."""
        routes: dict[type[Any], tuple[TaskSpec, ...]] = {}
        for task in self._tasks.values():
            routes[task.spec.payload_type] = (*routes.get(task.spec.payload_type, ()), task.spec)
        return routes


class CleanUps:
    """The nightly deletions: functions declared by a decorator, each of which deletes one batch.

    Each runs in a job of its own, so one that fails holds up no other, and no transaction is long.
    """

    def __init__(self) -> None:
        self._steps: dict[str, CleanUpStep] = {}

    def __call__(self, step: CleanUpStep) -> CleanUpStep:
        """Declare a function that deletes one batch.

        It returns whether, or how many, rows were deleted if more may be left.

        Raises:
            ValueError: a step has this name.
        """
        name = getattr(step, "__name__", str(step))
        if name in self._steps:
            raise ValueError(f"Two clean-ups are named `{name}`. Rename the function of the newer one.")
        self._steps[name] = step
        return step

    async def run(self, work: "Work", name: str | None) -> Collection[str]:
        """Run the step of this name, and return the names of those to run next.

        Without a name all of them are next. A step that may have more to delete is next again. A name that this release
        does not know is ignored.
        """
        if name is None:
            return self._steps.keys()
        step = self._steps.get(name)
        return [name] if step is not None and await step(work) else []


class ExportedFiles:
    """The files that users get with their data. A decorator declares a function for the files of each feature."""

    def __init__(self) -> None:
        self._features: list[FilesOfUser] = []

    def __call__(self, files_of: FilesOfUser) -> FilesOfUser:
        """Declare a function that returns the keys of a user's files, by their names in the ZIP."""
        self._features.append(files_of)
        return files_of

    async def of(self, work: "Work", user_id: UUID) -> dict[str, str]:
        """Return the keys of all files of a user, by their names in the ZIP."""
        return {name: key for files_of in self._features for name, key in (await files_of(work, user_id)).items()}


# `domain/tasks.py` declares the product's tasks on it, and the nightly deletions beside them.
broker = TaskRegistry()
rows_clean_up = CleanUps()
files_clean_up = CleanUps()
exported_files = ExportedFiles()
