"""The life of a job between being enqueued and being done."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from domain.errors import explained
from domain.jobs.job import (
    BACKLOG,
    DONE_JOBS_KEPT,
    UNKNOWN_TASK_DELAY,
    WORKER_LOST,
    ClaimedJob,
    ClaimLost,
    DeadJob,
    Job,
    JobFilter,
    JobIsRunning,
    JobNotCancellable,
    JobNotDead,
    JobNotFound,
    JobsByQueue,
    JobsOverview,
    PermanentError,
    QueueDepth,
    TryLater,
    backoff,
)
from domain.page import Page, PageRequest
from repository.jobs.job_repository import JobRepository
from service.jobs.outbox import Outbox

log = structlog.get_logger()

MAX_ERROR_LENGTH = 2_000
CLEAN_UP_BATCH = 5_000
CANCELLED = "Cancelled by an operator."


class JobService:
    """Claims, completes, retries and cancels jobs, finds unclaimed ones, and shows jobs to operators."""

    def __init__(self, jobs: JobRepository, outbox: Outbox) -> None:
        self._jobs = jobs
        self._outbox = outbox

    async def claim(self, job_ids: Sequence[UUID], *, worker: UUID) -> dict[UUID, ClaimedJob]:
        """Claim the jobs for `worker` and return them; jobs that are done, claimed or not due are left out."""
        return await self._jobs.claim(job_ids, worker=worker)

    async def complete(self, job: ClaimedJob) -> None:
        """Mark the job as done, in the same transaction as its effects.

        Raises:
            ClaimLost: the lease lapsed and another worker claimed the job. The effects must be rolled back.
        """
        if not await self._jobs.complete(job):
            raise ClaimLost

    async def complete_all(self, claims: Sequence[tuple[UUID, int]], *, worker: UUID) -> dict[tuple[UUID, int], bool]:
        """Mark jobs that wrote nothing, given by id and attempt, as done, and return those whose claim still held."""
        return dict.fromkeys(await self._jobs.complete_all(claims, worker=worker), True)

    async def fail(self, job: ClaimedJob, error: BaseException) -> bool:
        """Retry the job later, or make it dead after its last attempt or a `PermanentError`; return whether it is dead.

        Raises:
            ClaimLost: the lease lapsed and another worker claimed the job.
        """
        reason = _storable(f"{type(error).__name__}: {explained(error)}")[:MAX_ERROR_LENGTH]
        if job.is_last_attempt or isinstance(error, PermanentError):
            if not await self._jobs.bury(job, error=reason):
                raise ClaimLost
            self._outbox.publish_end_of(DeadJob(job.task, job.payload, job.queue))
            log.error("job dead", task=job.task, job_id=str(job.id), attempt=job.attempt, reason=reason)
            return True
        delay = max(backoff(job.attempt), error.after if isinstance(error, TryLater) else timedelta(0))
        if not await self._jobs.retry(job, delay=delay, error=reason):
            raise ClaimLost
        log.warning(
            "job failed",
            task=job.task,
            job_id=str(job.id),
            attempt=job.attempt,
            retry_in_s=round(delay.total_seconds(), 1),
            reason=reason,
        )
        return False

    async def release(self, job: ClaimedJob) -> None:
        """Release the claim at once, because the worker is shutting down."""
        await self._jobs.release(job, delay=timedelta(0))

    async def release_unknown(self, job: ClaimedJob) -> None:
        """Leave the job of a task that this release does not know to a newer worker."""
        await self._jobs.release(job, delay=UNKNOWN_TASK_DELAY)

    async def release_all(self, worker: UUID) -> int:
        """Release every claim that `worker` still holds when it stops, and return how many."""
        return await self._jobs.release_all(worker)

    async def take_unclaimed(
        self, waiting: Mapping[str, int], *, running: Sequence[UUID] = ()
    ) -> tuple[JobsByQueue, Sequence[DeadJob]]:
        """Return the ids of due jobs without a claim, and the jobs that are dead because their last attempt was lost.

        Send the ids before the unit of work ends. Tasks that this release does not know are left to one that does.

        Args:
            waiting: how many ids no worker has read yet, by queue. If they are many, jobs that were sent before are
                left out. If there are none, ids that were sent are lost unless their jobs are claimed soon.
            running: the jobs that the caller runs. It does not take them from itself when it was late to extend leases.
        """
        crowded = [queue for queue, ids in waiting.items() if ids > BACKLOG]
        if idle := self._outbox.tasks_of([queue for queue, ids in waiting.items() if ids == 0]):
            await self._jobs.shorten_leases(idle)
        unclaimed, dead = await self._jobs.take_unclaimed(self._outbox.task_names, crowded=crowded, running=running)
        for job in dead:
            self._outbox.publish_end_of(job)
            log.error("job dead", task=job.task, reason=WORKER_LOST)
        return unclaimed, dead

    async def extend_leases(self, worker: UUID, job_ids: Sequence[UUID]) -> None:
        """Extend the leases of the jobs that `worker` is running."""
        await self._jobs.extend_leases(worker, job_ids)

    async def now(self) -> datetime:
        """Return the time by PostgreSQL's clock, which all workers and schedulers share."""
        return await self._jobs.now()

    async def record_tick(self, task: str, tick: datetime) -> bool:
        """Record a tick of a scheduled task, and return whether it is due: later than the latest that was recorded."""
        return await self._jobs.record_tick(task, tick)

    async def depths(self) -> list[QueueDepth]:
        """Return the unfinished jobs of each queue by state, and how long the oldest due one has waited."""
        return await self._jobs.depths()

    async def delete_finished(self) -> int:
        """Delete a batch of jobs done more than a week ago, and old ticks, and return how many jobs."""
        await self._jobs.delete_ticks(older_than=DONE_JOBS_KEPT)
        return await self._jobs.delete_finished(older_than=DONE_JOBS_KEPT, limit=CLEAN_UP_BATCH)

    async def overview(self) -> JobsOverview:
        """Return the tasks, the unfinished jobs of each queue, and the jobs that ended within the last hour."""
        finished = await self._jobs.finished_by_minute(within=timedelta(hours=1))
        return JobsOverview(self._outbox.task_names, await self._jobs.depths(), finished)

    async def find(self, job_filter: JobFilter, page: PageRequest) -> Page[Job]:
        """Return one page of the jobs that match, the newest first."""
        return await self._jobs.find(job_filter, page)

    async def get(self, job_id: UUID) -> Job:
        """Return the job.

        Raises:
            JobNotFound: there is none.
        """
        job = await self._jobs.get(job_id)
        if job is None:
            raise JobNotFound
        return job

    async def retry_dead(self, job_id: UUID) -> Job:
        """Retry a dead job, with all its attempts.

        Raises:
            JobNotFound: there is none.
            JobNotDead: it is not dead.
            JobAlreadyQueued: an unfinished job of the same task has its deduplication key.
        """
        if job := await self._jobs.retry_dead(job_id):
            return job
        await self.get(job_id)
        raise JobNotDead

    async def cancel(self, job_id: UUID) -> Job:
        """Make an unfinished job dead. A run in progress will not be committed.

        Raises:
            JobNotFound: there is none.
            JobNotCancellable: it has ended.
        """
        if job := await self._jobs.cancel(job_id, error=CANCELLED):
            self._outbox.publish_end_of(DeadJob(job.task, job.payload, job.queue))
            return job
        await self.get(job_id)
        raise JobNotCancellable

    async def delete(self, job_id: UUID) -> None:
        """Delete the job and everything stored about it.

        Raises:
            JobNotFound: there is none.
            JobIsRunning: a worker runs it.
        """
        if not await self._jobs.delete(job_id):
            await self.get(job_id)
            raise JobIsRunning


def _storable(text: str) -> str:
    """Return `text` as PostgreSQL can store it: bytes that are not Unicode, as from mail servers, are escaped."""
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", r"\x00")
