"""Retrying and discarding many dead jobs at once."""

from typing import Any, Protocol
from uuid import UUID

from domain.identity.security_event import SecurityEventKind
from domain.jobs.job import DEAD_JOBS_AT_ONCE, ChangedJobs, JobFilter
from repository.jobs.job_repository import JobRepository


class RecordsEvents(Protocol):
    """Writes an entry of the audit log when the unit of work commits."""

    def __call__(self, kind: SecurityEventKind, user_id: UUID | None, **details: Any) -> None:  # noqa: ANN401  (JSON)
        """Record an event."""


class DeadJobService:
    """Retries and discards dead jobs, `DEAD_JOBS_AT_ONCE` at a time, and records it in the audit log."""

    def __init__(self, jobs: JobRepository, record: RecordsEvents) -> None:
        self._jobs = jobs
        self._record = record

    async def retry(self, selection: JobFilter) -> ChangedJobs:
        """Retry the oldest dead jobs of the selection, with all their attempts.

        Raises:
            JobAlreadyQueued: the same job was enqueued at the same moment.
        """
        changed = await self._jobs.retry_all_dead(selection, limit=DEAD_JOBS_AT_ONCE)
        return await self._outcome(SecurityEventKind.JOBS_RETRIED, selection, changed)

    async def discard(self, selection: JobFilter) -> ChangedJobs:
        """Delete the oldest dead jobs of the selection."""
        changed = await self._jobs.delete_all_dead(selection, limit=DEAD_JOBS_AT_ONCE)
        return await self._outcome(SecurityEventKind.JOBS_DISCARDED, selection, changed)

    async def _outcome(self, kind: SecurityEventKind, selection: JobFilter, changed: int) -> ChangedJobs:
        if changed:
            criteria = {"task": selection.task, "queue": selection.queue}
            self._record(kind, None, jobs=changed, **{name: value for name, value in criteria.items() if value})
        asked = len(selection.ids) if selection.ids is not None else changed + await self._jobs.count(selection)
        return ChangedJobs(changed, asked - changed)
