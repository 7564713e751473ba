"""Reads and writes the job table. Only PostgreSQL's clock is asked, so hosts may disagree about the time."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, delete, func, literal_column, or_, select, union_all, update
from sqlalchemy.dialects.postgresql import insert

from domain.job import (
    FIRST_SEND_LEASE,
    LEASE,
    MAX_SEND_DOUBLINGS,
    SWEEP_BATCH,
    SWEEP_GRACE,
    ClaimedJob,
    JobState,
    NewJob,
    QueueDepth,
)
from repository import models
from repository.connection import BaseRepository

_JOB = models.Job


def _literal(state: JobState) -> ColumnElement[str]:
    """Return the state as part of the statement: PostgreSQL cannot match a parameter with a partial index."""
    return literal_column(f"'{state}'")


_PENDING, _SENT, _RUNNING, _DONE, _DEAD = map(_literal, JobState)
_IS_DUE = and_(_JOB.state == _PENDING, _JOB.available_at <= func.now())
_HAS_LAPSED = and_(_JOB.state.in_([_SENT, _RUNNING]), _JOB.lease_until < func.now())
_IS_CLAIMABLE = or_(
    _JOB.state == _SENT,
    _IS_DUE,  # a message may arrive before the transaction which marks the job as sent has committed
    and_(_JOB.state == _RUNNING, _JOB.lease_until < func.now()),
)


class JobRepository(BaseRepository):
    """Reads and writes the job table."""

    async def add(self, jobs: Sequence[NewJob], *, request_id: str | None) -> list[UUID]:
        """Insert jobs in one statement and return the ids of those that may run now.

        A job whose `dedup_key` an unfinished job of the same task has already is left out.
        """
        rows = [
            {
                "task": job.task,
                "payload": job.payload,
                "dedup_key": job.dedup_key,
                "max_attempts": job.max_attempts,
                "available_at": func.now() + job.delay,
                "request_id": request_id,
            }
            for job in jobs
        ]
        statement = (
            insert(_JOB)
            .values(rows)
            .on_conflict_do_nothing(
                index_elements=[_JOB.task, _JOB.dedup_key],
                index_where=and_(_JOB.dedup_key.is_not(None), _JOB.state.in_([_PENDING, _SENT, _RUNNING])),
            )
            .returning(_JOB.id, _JOB.available_at <= func.now())
        )
        return [job_id for job_id, is_due in await self._connection.fetch_all(statement) if is_due]

    async def claim(self, job_id: UUID, *, worker: UUID) -> ClaimedJob | None:
        """Take the job for `worker`, counting an attempt, or return None when there is nothing to take."""
        statement = (
            update(_JOB)
            .where(_JOB.id == job_id, _IS_CLAIMABLE, _JOB.attempt < _JOB.max_attempts)
            .values(state=_RUNNING, attempt=_JOB.attempt + 1, worker=worker, lease_until=func.now() + LEASE)
            .returning(_JOB.id, _JOB.task, _JOB.payload, _JOB.attempt, _JOB.max_attempts, _JOB.worker, _JOB.request_id)
        )
        row = await self._connection.fetch_one(statement)
        return ClaimedJob(*row) if row else None

    async def complete(self, job: ClaimedJob) -> bool:
        """Mark the job as done and return whether the claim still held."""
        return await self._leave(job, state=_DONE, finished_at=func.now(), last_error=None)

    async def retry(self, job: ClaimedJob, *, delay: timedelta, error: str) -> bool:
        """Let the job run again after `delay` and return whether the claim still held."""
        return await self._leave(job, state=_PENDING, available_at=func.now() + delay, last_error=error)

    async def bury(self, job: ClaimedJob, *, error: str) -> bool:
        """Give the job up and return whether the claim still held."""
        return await self._leave(job, state=_DEAD, finished_at=func.now(), last_error=error)

    async def hand_back(self, job: ClaimedJob, *, delay: timedelta) -> bool:
        """Undo the claim without counting its attempt and return whether it still held."""
        return await self._leave(job, state=_PENDING, available_at=func.now() + delay, attempt=_JOB.attempt - 1)

    async def extend_leases(self, worker: UUID) -> int:
        """Tell that `worker` lives, and return how many jobs it runs."""
        statement = update(_JOB).where(_JOB.worker == worker, _JOB.state == _RUNNING)
        return await self._connection.execute(statement.values(lease_until=func.now() + LEASE))

    async def take_unclaimed(self) -> list[UUID]:
        """Mark due jobs that nobody claimed as sent and return their ids, to be sent by the caller before it commits.

        A job whose last attempt lapsed with its worker is dead.
        """
        due = (
            select(_JOB.id)
            .where(_JOB.state == _PENDING, _JOB.available_at <= func.now() - SWEEP_GRACE)
            .order_by(_JOB.available_at)
            .limit(SWEEP_BATCH)
            .with_for_update(skip_locked=True)
            .cte("due")
        )
        lapsed = select(_JOB.id).where(_HAS_LAPSED).limit(SWEEP_BATCH).with_for_update(skip_locked=True).cte("lapsed")
        is_spent = _JOB.attempt >= _JOB.max_attempts
        lease_seconds = FIRST_SEND_LEASE.total_seconds() * func.power(2.0, func.least(_JOB.sends, MAX_SEND_DOUBLINGS))
        statement = (
            update(_JOB)
            .where(_JOB.id.in_(union_all(select(due.c.id), select(lapsed.c.id))))
            .values(
                state=case((is_spent, _DEAD), else_=_SENT),
                finished_at=case((is_spent, func.now())),
                last_error=case((is_spent, "The worker died during the last attempt."), else_=_JOB.last_error),
                lease_until=func.now() + func.make_interval(0, 0, 0, 0, 0, 0, lease_seconds),
                sends=_JOB.sends + 1,
                worker=None,
            )
            .returning(_JOB.id, _JOB.state)
        )
        return [job_id for job_id, state in await self._connection.fetch_all(statement) if state == JobState.SENT]

    async def depth(self) -> QueueDepth:
        """Return how many jobs stand where and since when the oldest due one waits."""
        counts = await self._connection.fetch_all(select(_JOB.state, func.count()).group_by(_JOB.state))
        oldest = await self._connection.fetch_one(
            select(func.extract("epoch", func.now() - func.min(_JOB.available_at))).where(_IS_DUE)
        )
        age = float(oldest[0]) if oldest and oldest[0] is not None else 0.0
        return QueueDepth({JobState(state): count for state, count in counts}, age)

    async def record_tick(self, task: str, tick: datetime) -> bool:
        """Note that `task` is due at `tick` and return whether nobody had noted it before."""
        statement = insert(models.CronTick).values(task=task, tick=tick).on_conflict_do_nothing()
        return await self._connection.execute(statement) > 0

    async def delete_finished(self, *, older_than: timedelta, limit: int) -> int:
        """Delete at most `limit` jobs done longer ago than this and return how many; dead ones stay to be looked at."""
        finished = select(_JOB.id).where(_JOB.state == _DONE, _JOB.finished_at < func.now() - older_than).limit(limit)
        return await self._connection.execute(delete(_JOB).where(_JOB.id.in_(finished)))

    async def delete_ticks(self, *, older_than: timedelta) -> int:
        """Delete notes of ticks older than this and return how many."""
        return await self._connection.execute(
            delete(models.CronTick).where(models.CronTick.tick < func.now() - older_than)
        )

    async def _leave(self, job: ClaimedJob, **values: object) -> bool:
        is_still_ours = and_(
            _JOB.id == job.id,
            _JOB.state == _RUNNING,
            _JOB.attempt == job.attempt,
            _JOB.worker == job.worker,
        )
        changes = {"worker": None, "lease_until": None, **values}
        return await self._connection.execute(update(_JOB).where(is_still_ours).values(changes)) > 0
