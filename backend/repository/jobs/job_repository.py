"""Reads and writes the job table. Only PostgreSQL's clock is used, so the clocks of hosts may differ."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Text, and_, delete, exists, func, not_, or_, select, update
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.orm import aliased

from core.tracing import enqueue_span
from domain.jobs.job import (
    LEASE,
    ClaimedJob,
    DeadJob,
    FinishedJobs,
    Job,
    JobAlreadyQueued,
    JobFilter,
    JobState,
    NewJob,
    QueueDepth,
)
from domain.page import Cursor, Page, PageRequest
from repository import models
from repository.connection import BaseRepository, violation_means
from repository.jobs.job_statements import (
    ADD,
    CLAIM,
    CLAIMED_JOB,
    COMPLETE_ALL,
    DEAD,
    DEPTHS,
    DONE,
    PENDING,
    RUNNING,
    SHORTEN_LEASES,
    TAKE_UNCLAIMED,
    UNFINISHED,
    literal_state,
)
from repository.sql.rows import RowMapper
from repository.sql.unlocked import unlocked

_JOB = models.Job
_TICK = models.CronTick
_TWIN = aliased(_JOB)
_JOB_ROW = RowMapper(Job, _JOB, convert={"state": JobState})
_FINISHED_JOBS = RowMapper(FinishedJobs)
_RETRIED = {"state": PENDING, "attempt": 0, "sends": 0, "available_at": func.now(), "finished_at": None}
_HAS_UNFINISHED_TWIN = (
    select(_TWIN.id)
    .where(_TWIN.task == _JOB.task, _TWIN.dedup_key == _JOB.dedup_key, _TWIN.state.in_(UNFINISHED))
    .exists()
)


class JobRepository(BaseRepository):
    """Reads and writes the job table."""

    async def add(self, jobs: Sequence[NewJob], *, request_id: str | None) -> dict[str, list[UUID]]:
        """Insert jobs in one statement and return the ids of those that may run now, by queue.

        A job whose `dedup_key` an unfinished job of the same task has already is left out.
        """
        # In one order of keys: an insertion waits for another transaction's job with the same key.
        rows = [_as_record(job) for job in sorted(jobs, key=lambda job: (job.dedup_key or "", job.task))]
        with enqueue_span([job.task for job in jobs]) as traceparent:
            values = {"jobs": rows, "request_id": request_id, "traceparent": traceparent}
            inserted = await self._connection.write_all(ADD, values)
        return _by_queue((row["queue"], row["id"]) for row in inserted if row["is_due"])

    async def claim(self, job_ids: Sequence[UUID], *, worker: UUID) -> dict[UUID, ClaimedJob]:
        """Take those of the jobs that can be taken for `worker`, counting an attempt of each.

        The commit does not wait for the disk: a claim lost in a crash of PostgreSQL is simply made again. Nothing else
        is committed like this.
        """
        rows = await self._connection.write_all(CLAIM, {"ids": job_ids, "worker": worker, "lease": LEASE})
        jobs = map(CLAIMED_JOB.read, rows)
        return {job.id: job for job in jobs}

    async def complete_all(self, claims: Sequence[tuple[UUID, int]], *, worker: UUID) -> set[tuple[UUID, int]]:
        """Mark jobs of `worker`, given by id and attempt, as done and return those whose claim still held."""
        ids, attempts = zip(*claims, strict=True)
        values = {"ids": ids, "attempts": attempts, "holder": worker}
        rows = await self._connection.write_all(COMPLETE_ALL, values)
        return {(row["id"], row["attempt"]) for row in rows}

    async def complete(self, job: ClaimedJob) -> bool:
        """Mark the job as done and return whether the claim still held."""
        return bool(await self.complete_all([(job.id, job.attempt)], worker=job.worker))

    async def retry(self, job: ClaimedJob, *, delay: timedelta, error: str) -> bool:
        """Let the job run again after `delay` and return whether the claim still held."""
        return await self._leave(job, state=PENDING, available_at=func.now() + delay, last_error=error)

    async def bury(self, job: ClaimedJob, *, error: str) -> bool:
        """Mark the job as dead and return whether the claim still held."""
        return await self._leave(job, state=DEAD, finished_at=func.now(), last_error=error)

    async def release(self, job: ClaimedJob, *, delay: timedelta) -> bool:
        """Undo the claim without counting its attempt and return whether it still held."""
        return await self._leave(job, state=PENDING, available_at=func.now() + delay, attempt=_JOB.attempt - 1)

    async def release_all(self, worker: UUID) -> int:
        """Undo every claim of `worker`, which is ending, and return how many it still held."""
        changes = {"state": PENDING, "attempt": _JOB.attempt - 1, "worker": None, "lease_until": None}
        statement = update(_JOB).where(_JOB.worker == worker, _JOB.state == RUNNING)
        return await self._connection.write(statement.values(changes))

    async def extend_leases(self, worker: UUID, job_ids: Sequence[UUID]) -> int:
        """Extend the leases of jobs that `worker` is running, and return how many it still holds."""
        statement = update(_JOB).where(_JOB.id.in_(job_ids), _JOB.worker == worker, _JOB.state == RUNNING)
        return await self._connection.write(statement.values(lease_until=func.now() + LEASE))

    async def take_unclaimed(
        self, tasks: Sequence[str], *, crowded: Sequence[str] = (), running: Sequence[UUID] = ()
    ) -> tuple[dict[str, list[UUID]], list[DeadJob]]:
        """Mark due jobs without a claim as sent, and return their ids by queue. Send them before the commit.

        Each queue gets some, whatever the others have; higher priorities come first. A job whose last attempt lapsed
        with its worker is dead, and returned as such.

        Args:
            tasks: the tasks whose jobs are looked at.
            crowded: queues with so many ids to be read that those sent before are among them. Such jobs are looked at
                again after twice as long as the last time, and not returned.
            running: jobs that the caller runs. They are left out, although their leases may have ended.
        """
        rows = await self._connection.write_all(
            TAKE_UNCLAIMED, {"tasks": tasks, "crowded": crowded, "running": running}
        )
        sent = _by_queue((row["queue"], row["id"]) for row in rows if row["is_to_be_sent"])
        dead = [row for row in rows if row["dead_task"] is not None]
        return sent, [DeadJob(row["dead_task"], row["dead_payload"], row["queue"]) for row in dead]

    async def shorten_leases(self, tasks: Sequence[str]) -> int:
        """Let jobs of `tasks` whose ids were sent lapse as if they had been sent now, once. Return how many."""
        return await self._connection.write(SHORTEN_LEASES, {"tasks": tasks})

    async def depths(self) -> list[QueueDepth]:
        """Return how many jobs of each queue are in each state but done, and since when the oldest due one waits.

        Of each task and state, no more than `JOBS_COUNTED` are looked at.
        """
        depths: dict[str, tuple[dict[JobState, int], float]] = {}
        for row in await self._connection.fetch_all(DEPTHS):
            by_state, oldest = depths.get(row["queue"], ({}, 0.0))
            by_state = {**by_state, JobState(row["state"]): row["number"]}
            depths[row["queue"]] = (by_state, max(oldest, float(row["oldest"])))
        return [QueueDepth(queue, by_state, oldest) for queue, (by_state, oldest) in depths.items()]

    async def finished_by_minute(self, *, within: timedelta) -> list[FinishedJobs]:
        """Return how many jobs ended in each of the last minutes, the oldest first; minutes without any are omitted."""
        minute = func.date_trunc("minute", _JOB.finished_at)
        statement = (
            select(
                minute.label("minute"),
                func.count().filter(_JOB.state == DONE).label("done"),
                func.count().filter(_JOB.state == DEAD).label("dead"),
            )
            .where(_JOB.state.in_([DONE, DEAD]), _JOB.finished_at > func.now() - within)
            .group_by(minute)
            .order_by(minute)
        )
        return await self._fetch_all(statement, rows_as=_FINISHED_JOBS)

    async def find(self, job_filter: JobFilter, page: PageRequest) -> Page[Job]:
        """Return one page of the jobs that match, the newest first."""
        matching = _conditions(job_filter)
        # Ids are as old as their jobs. `Order` would need an index on `created_at`, which every job would pay for.
        statement = select(*_JOB_ROW.columns).where(*matching).order_by(_JOB.id.desc()).limit(page.limit + 1)
        if page.after is not None:
            statement = statement.where(_JOB.id < page.after.id)
        if page.offset:
            statement = statement.offset(page.offset)
        rows = await self._connection.fetch_all(statement)
        jobs = tuple(_JOB_ROW.read(row) for row in rows[: page.limit])
        total = await self.count(job_filter) if page.with_total else None
        return Page(jobs, Cursor(jobs[-1].created_at, jobs[-1].id) if len(rows) > page.limit else None, total)

    async def get(self, job_id: UUID) -> Job | None:
        """Return the job, or None."""
        return await self._fetch_one(select(*_JOB_ROW.columns).where(_JOB.id == job_id), rows_as=_JOB_ROW)

    async def retry_dead(self, job_id: UUID) -> Job | None:
        """Restore all attempts of a dead job, due now. Return None when it is not dead.

        Raises:
            JobAlreadyQueued: an unfinished job of the same task has its `dedup_key`.
        """
        statement = update(_JOB).where(_JOB.id == job_id, _JOB.state == DEAD).values(_RETRIED)
        with violation_means("uq_jobs_task_dedup_key", JobAlreadyQueued):
            return await self._write_one(statement.returning(*_JOB_ROW.columns), rows_as=_JOB_ROW)

    async def retry_all_dead(self, job_filter: JobFilter, *, limit: int) -> int:
        """Restore all attempts of the oldest dead jobs that match, and return of how many.

        Jobs whose `dedup_key` an unfinished job has stay dead. Of several with the same key, the oldest is retried.

        Raises:
            JobAlreadyQueued: a job with the `dedup_key` of one of them was enqueued at the same moment.
        """
        dead = _dead(job_filter, limit).where(or_(_JOB.dedup_key.is_(None), not_(_HAS_UNFINISHED_TWIN))).cte("dead")
        key = (dead.c.task, func.coalesce(dead.c.dedup_key, dead.c.id.cast(Text)))
        chosen = select(dead.c.id).ext(distinct_on(*key)).order_by(*key, dead.c.id)
        with violation_means("uq_jobs_task_dedup_key", JobAlreadyQueued):
            return await self._connection.write(update(_JOB).where(_JOB.id.in_(chosen)).values(_RETRIED))

    async def delete_all_dead(self, job_filter: JobFilter, *, limit: int) -> int:
        """Delete the oldest dead jobs that match, and return how many."""
        dead = _dead(job_filter, limit).cte("dead")
        return await self._connection.write(delete(_JOB).where(_JOB.id.in_(select(dead.c.id))))

    async def count(self, job_filter: JobFilter) -> int:
        """Return how many jobs match."""
        statement = select(func.count()).select_from(_JOB).where(*_conditions(job_filter))
        return await self._connection.fetch_value(statement) or 0

    async def cancel(self, job_id: UUID, *, error: str) -> Job | None:
        """Mark an unfinished job as dead.

        Return None when it has ended. A worker that is running it loses its claim.
        """
        changes = {"state": DEAD, "finished_at": func.now(), "last_error": error, "worker": None, "lease_until": None}
        statement = update(_JOB).where(_JOB.id == job_id, _JOB.state.in_(UNFINISHED)).values(changes)
        return await self._write_one(statement.returning(*_JOB_ROW.columns), rows_as=_JOB_ROW)

    async def delete(self, job_id: UUID) -> bool:
        """Delete the job unless it is running, and return whether it was."""
        return await self._connection.write(delete(_JOB).where(_JOB.id == job_id, _JOB.state != RUNNING)) > 0

    async def now(self) -> datetime:
        """Return the time by PostgreSQL's clock."""
        return (await self._connection.fetch_values(select(func.now())))[0]

    async def record_tick(self, task: str, tick: datetime) -> bool:
        """Record a tick of `task`, and return whether it is due: a later one than the latest that was recorded.

        The first one of all lies before the task got its schedule, so it is not due. A tick in the future was recorded
        when the clock was wrong, and does not count.
        """
        statement = insert(_TICK).values(task=task, tick=tick).on_conflict_do_nothing()
        if not await self._connection.write(statement):
            return False
        others = select(func.max(_TICK.tick)).where(_TICK.task == task, _TICK.tick != tick, _TICK.tick <= func.now())
        latest = await self._connection.fetch_value(others)
        return latest is not None and latest < tick

    async def delete_finished(self, *, older_than: timedelta, limit: int) -> int:
        """Delete at most `limit` jobs done longer ago than this and return how many; dead ones are kept."""
        finished = unlocked(_JOB, _JOB.state == DONE, _JOB.finished_at < func.now() - older_than, limit=limit)
        return await self._connection.write(delete(_JOB).where(finished))

    async def delete_ticks(self, *, older_than: timedelta) -> int:
        """Delete ticks older than this, except the latest of each task, and those in the future; return how many."""
        later = aliased(_TICK)
        is_followed = exists().where(later.task == _TICK.task, later.tick > _TICK.tick, later.tick <= func.now())
        is_old = and_(_TICK.tick < func.now() - older_than, is_followed)
        wrong = unlocked(_TICK, or_(is_old, _TICK.tick > func.now()))
        return await self._connection.write(delete(_TICK).where(wrong))

    async def _leave(self, job: ClaimedJob, **values: object) -> bool:
        is_still_ours = and_(
            _JOB.id == job.id,
            _JOB.state == RUNNING,
            _JOB.attempt == job.attempt,
            _JOB.worker == job.worker,
        )
        changes = {"worker": None, "lease_until": None, **values}
        return await self._connection.write(update(_JOB).where(is_still_ours).values(changes)) > 0


def _conditions(job_filter: JobFilter) -> list[ColumnElement[bool]]:
    conditions = []
    if job_filter.state is not None:
        conditions.append(_JOB.state == literal_state(job_filter.state))
    if job_filter.queue is not None:
        conditions.append(_JOB.queue == job_filter.queue)
    if job_filter.task is not None:
        conditions.append(_JOB.task == job_filter.task)
    if job_filter.ids is not None:
        conditions.append(_JOB.id.in_(job_filter.ids))
    return conditions


def _dead(job_filter: JobFilter, limit: int) -> Select[UUID, str, str | None]:
    """Return a query that locks the oldest dead jobs that match, in the order of ids as all others do."""
    matching = select(_JOB.id, _JOB.task, _JOB.dedup_key).where(*_conditions(job_filter), _JOB.state == DEAD)
    return matching.order_by(_JOB.id).limit(limit).with_for_update(of=_JOB)


def _as_record(job: NewJob) -> dict[str, Any]:
    return {
        "task": job.task,
        "payload": job.payload,
        "dedup_key": job.dedup_key,
        "max_attempts": job.max_attempts,
        "queue": job.queue,
        "priority": job.priority,
        "delay": job.delay.total_seconds(),
        "run_at": job.run_at.isoformat() if job.run_at else None,
    }


def _by_queue(pairs: Iterable[tuple[str, UUID]]) -> dict[str, list[UUID]]:
    queues: dict[str, list[UUID]] = {}
    for queue, job_id in pairs:
        queues.setdefault(queue, []).append(job_id)
    return queues
