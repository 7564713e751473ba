"""The life of a job between being written and being done."""

from datetime import datetime, timedelta
from uuid import UUID

import structlog

from domain.job import (
    DONE_JOBS_KEPT,
    UNKNOWN_TASK_DELAY,
    ClaimedJob,
    ClaimLost,
    PermanentError,
    QueueDepth,
    backoff,
)
from repository.job_repository import JobRepository

log = structlog.get_logger()

MAX_ERROR_LENGTH = 2_000
CLEAN_UP_BATCH = 5_000


class JobService:
    """Claims, finishes, retries and buries jobs, and finds those that were forgotten."""

    def __init__(self, jobs: JobRepository) -> None:
        """Read and write through `jobs`."""
        self._jobs = jobs

    async def claim(self, job_id: UUID, *, worker: UUID) -> ClaimedJob | None:
        """Take the job for `worker`, or return None when it is done, taken or not due."""
        return await self._jobs.claim(job_id, worker=worker)

    async def complete(self, job: ClaimedJob) -> None:
        """Mark the job as done, in the same transaction as its effects.

        Raises:
            ClaimLost: the lease lapsed and somebody else claimed the job; the effects must be rolled back.
        """
        if not await self._jobs.complete(job):
            raise ClaimLost

    async def fail(self, job: ClaimedJob, error: BaseException) -> None:
        """Let the job run again later, or give it up after its last attempt or a `PermanentError`."""
        reason = f"{type(error).__name__}: {error}"[:MAX_ERROR_LENGTH]
        if job.is_last_attempt or isinstance(error, PermanentError):
            await self._jobs.bury(job, error=reason)
            log.error("job dead", task=job.task, job_id=str(job.id), attempt=job.attempt, reason=reason)
            return
        delay = backoff(job.attempt)
        await self._jobs.retry(job, delay=delay, error=reason)
        log.warning(
            "job failed",
            task=job.task,
            job_id=str(job.id),
            attempt=job.attempt,
            retry_in_s=round(delay.total_seconds(), 1),
            reason=reason,
        )

    async def hand_back(self, job: ClaimedJob) -> None:
        """Undo the claim at once, because the worker is shutting down."""
        await self._jobs.hand_back(job, delay=timedelta(0))

    async def hand_back_unknown(self, job: ClaimedJob) -> None:
        """Leave a job of a task that this release does not have to a newer worker."""
        await self._jobs.hand_back(job, delay=UNKNOWN_TASK_DELAY)
        log.warning("job of unknown task handed back", task=job.task, job_id=str(job.id))

    async def take_unclaimed(self) -> list[UUID]:
        """Return the ids of due jobs that nobody claimed; send them before the unit of work ends."""
        return await self._jobs.take_unclaimed()

    async def extend_leases(self, worker: UUID) -> None:
        """Tell that `worker` still runs what it claimed."""
        await self._jobs.extend_leases(worker)

    async def record_tick(self, task: str, tick: datetime) -> bool:
        """Note that the scheduled task is due and return whether nobody had noted it before."""
        return await self._jobs.record_tick(task, tick)

    async def depth(self) -> QueueDepth:
        """Return how many jobs stand where, and since when the oldest due one waits."""
        return await self._jobs.depth()

    async def delete_finished(self) -> int:
        """Delete jobs and ticks of more than a week ago, one batch, and return how many jobs."""
        await self._jobs.delete_ticks(older_than=DONE_JOBS_KEPT)
        return await self._jobs.delete_finished(older_than=DONE_JOBS_KEPT, limit=CLEAN_UP_BATCH)
