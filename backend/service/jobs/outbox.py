"""Collects the jobs of a unit of work until they are written with everything else."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog
from pydantic import AwareDatetime, TypeAdapter

from domain.jobs.job import DeadJob, NewJob, Routes, TaskSpec, UnknownPayload
from domain.mail.mailing import CausesMail

log = structlog.get_logger()

_run_at: TypeAdapter[datetime | None] = TypeAdapter(AwareDatetime | None)
_adapters: dict[type[Any], TypeAdapter[Any]] = {}


def payload_adapter(payload_type: type[Any]) -> TypeAdapter[Any]:
    """Return the validator of a payload's dataclass, built once."""
    if payload_type not in _adapters:
        _adapters[payload_type] = TypeAdapter(payload_type)
    return _adapters[payload_type]


class Outbox:
    """The jobs that a unit of work will write when it commits."""

    def __init__(self, routes: Routes) -> None:
        self._routes = routes
        self._jobs: list[tuple[object, NewJob]] = []  # each with the event that it handles

    @property
    def task_names(self) -> list[str]:
        """The names of all tasks, in order."""
        return sorted(spec.name for specs in self._routes.values() for spec in specs)

    def tasks_of(self, queues: Collection[str]) -> list[str]:
        """Return the names of the tasks of `queues`."""
        return [spec.name for specs in self._routes.values() for spec in specs if spec.queue in queues]

    def publish(self, event: object) -> None:
        """Write one job for each handler of the event when the unit of work commits; there may be none.

        Raises:
            pydantic.ValidationError: a field does not have the type that it declares.
        """
        for spec in self._routes.get(type(event), ()):
            self._jobs.append((event, _new_job(spec, event)))

    def publish_end_of(self, dead: DeadJob) -> None:
        """Publish the `on_dead` event of the dead job's task, if it has one and the payload fits it.

        Another release may have written the payload, and its job has to be dead all the same.
        """
        for specs in self._routes.values():
            for spec in specs:
                if spec.name == dead.task and spec.on_dead is not None:
                    self._publish_end(dead, spec.on_dead)

    def _publish_end(self, dead: DeadJob, event_type: type[Any]) -> None:
        try:
            self.publish(payload_adapter(event_type).validate_python(dead.payload))
        except Exception:  # noqa: BLE001  (whatever does not fit; the error itself would show the payload)
            log.error("end of job not published", task=dead.task, event_type=event_type.__name__)  # noqa: TRY400

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to write."""
        return not self._jobs

    def enqueue(
        self,
        payload: object,
        *,
        delay: timedelta = timedelta(0),
        run_at: datetime | None = None,
        dedup_key: str | None = None,
    ) -> None:
        """Write a job for the task that takes this payload when the unit of work commits.

        Args:
            payload: an instance of the dataclass that the task was declared with.
            delay: the least time to wait before it runs.
            run_at: the earliest time to run it, with a time zone, instead of a delay.
            dedup_key: while an unfinished job of the task has this key, no second one is written.

        Raises:
            UnknownPayload: no task takes it.
            pydantic.ValidationError: a field does not have the type that it declares, or `run_at` has no time zone.
        """
        _run_at.validate_python(run_at)
        specs = self._routes.get(type(payload), ())
        if not specs:
            raise UnknownPayload
        for spec in specs:
            job = _new_job(spec, payload, delay=delay, run_at=run_at, dedup_key=dedup_key)
            self._jobs.append((payload, job))

    @property
    def mailings(self) -> list[CausesMail]:
        """The events that cause emails."""
        return list({id(event): event for event, _ in self._jobs if isinstance(event, CausesMail)}.values())

    def leave_out(self, withheld: CausesMail) -> None:
        """Write no job for this event."""
        self._jobs = [(event, job) for event, job in self._jobs if event is not withheld]

    def take(self) -> list[NewJob]:
        """Return the collected jobs and forget them."""
        jobs, self._jobs = self._jobs, []
        return [job for _, job in jobs]


def _new_job(
    spec: TaskSpec,
    payload: object,
    *,
    delay: timedelta = timedelta(0),
    run_at: datetime | None = None,
    dedup_key: str | None = None,
) -> NewJob:
    adapter = payload_adapter(spec.payload_type)
    stored: Mapping[str, Any] = adapter.dump_python(payload, mode="json", warnings="error")
    adapter.validate_python(stored)
    return NewJob(
        spec.name,
        dict(stored),
        spec.max_attempts,
        queue=spec.queue,
        priority=spec.priority,
        delay=delay,
        run_at=run_at,
        dedup_key=dedup_key,
    )
