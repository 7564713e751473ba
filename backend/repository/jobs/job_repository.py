"""Reads and writes the job table. Only PostgreSQL's clock is asked, so hosts may disagree about the time."""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    DateTime,
    Double,
    Executable,
    Integer,
    Interval,
    Table,
    Text,
    Uuid,
    and_,
    bindparam,
    case,
    column,
    delete,
    func,
    literal_column,
    not_,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, insert

from domain.jobs.job import (
    FIRST_SEND_LEASE,
    LEASE,
    MAX_SEND_DOUBLINGS,
    SWEEP_BATCH,
    SWEEP_GRACE,
    ClaimedJob,
    DeadJob,
    FinishedJobs,
    Job,
    JobFilter,
    JobState,
    NewJob,
    QueueDepth,
)
from domain.page import Cursor, Page, PageRequest
from repository import models
from repository.connection import AnyRow, BaseRepository

# Of each state: what an operator does about more of them is the same, and counting a million takes a second.
JOBS_COUNTED = 100_000

_JOB = models.Job
# Statements with parameters are built once, on the table: a session takes parameters beside a model for rows to insert.
_TABLE = cast("Table", _JOB.__table__)


def _literal(state: JobState) -> ColumnElement[str]:
    """Return the state as part of the statement: PostgreSQL cannot match a parameter with a partial index."""
    return literal_column(f"'{state}'")


_SECOND: ColumnElement[timedelta] = literal_column("interval '1 second'", Interval)
_PENDING, _SENT, _RUNNING, _DONE, _DEAD = map(_literal, JobState)
_UNFINISHED = [_PENDING, _SENT, _RUNNING]
_IS_DUE = and_(_JOB.state == _PENDING, _JOB.available_at <= func.now())
_HAS_LAPSED = and_(_JOB.state.in_([_SENT, _RUNNING]), _JOB.lease_until < func.now())
_IS_CLAIMABLE = or_(
    _JOB.state == _SENT,
    _IS_DUE,  # a message may arrive before the transaction which marks the job as sent has committed
    and_(_JOB.state == _RUNNING, _JOB.lease_until < func.now()),
)
_JOB_FIELDS = [field.name for field in fields(Job)]
_JOB_COLUMNS = [getattr(_JOB, name) for name in _JOB_FIELDS]


def _add_statement() -> Executable:
    # The rows travel as one JSON value: the statement is the same for one job and a thousand, so it is compiled once.
    new = (
        func.jsonb_to_recordset(bindparam("jobs", type_=JSONB))
        .table_valued(
            column("task", Text),
            column("payload", JSONB),
            column("dedup_key", Text),
            column("max_attempts", Integer),
            column("queue", Text),
            column("priority", Integer),
            column("delay", Double),
            column("run_at", DateTime(timezone=True)),
        )
        .render_derived(name="new", with_types=True)
    )
    c = new.c
    available_at = func.coalesce(c.run_at, func.now() + c.delay * _SECOND)
    rows = select(
        c.task,
        c.payload,
        c.dedup_key,
        c.max_attempts,
        c.queue,
        c.priority,
        available_at,
        bindparam("request_id", type_=Text),
    )
    names = ["task", "payload", "dedup_key", "max_attempts", "queue", "priority", "available_at", "request_id"]
    return (
        insert(_TABLE)
        .from_select(names, rows)
        .on_conflict_do_nothing(
            index_elements=[_JOB.task, _JOB.dedup_key],
            index_where=and_(_JOB.dedup_key.is_not(None), _JOB.state.in_(_UNFINISHED)),
        )
        .returning(_JOB.queue, _JOB.id, _JOB.available_at <= func.now())
    )


def _claim_statement() -> Executable:
    # Locked in the order of ids, so that two workers which got the same ids twice cannot wait for each other. Rows that
    # the sweep has locked are waited for, not skipped: it is about to commit that it sent them.
    asked = _JOB.id == func.any(bindparam("ids", type_=ARRAY(Uuid)))
    claimable = (
        select(_JOB.id)
        .where(asked, _IS_CLAIMABLE, _JOB.attempt < _JOB.max_attempts)
        .order_by(_JOB.id)
        .with_for_update()
        .cte("claimable")
    )
    lease_until = func.now() + bindparam("lease", type_=Interval)
    return (
        update(_TABLE)
        .where(_JOB.id == claimable.c.id)
        .values(
            state=_RUNNING, attempt=_JOB.attempt + 1, worker=bindparam("worker", type_=Uuid), lease_until=lease_until
        )
        .returning(
            *(getattr(_JOB, field.name) for field in fields(ClaimedJob)),
            func.set_config("synchronous_commit", "off", True),  # for this transaction, which is this statement
        )
    )


def _complete_all_statement() -> Executable:
    claims = (
        func.unnest(bindparam("ids", type_=ARRAY(Uuid)), bindparam("attempts", type_=ARRAY(Integer)))
        .table_valued("id", "attempt")
        .render_derived(name="claims")
    )
    return (
        update(_TABLE)
        .where(
            _JOB.id == claims.c.id,
            _JOB.attempt == claims.c.attempt,
            _JOB.worker == bindparam("holder", type_=Uuid),
            _JOB.state == _RUNNING,
        )
        .values(state=_DONE, finished_at=func.now(), last_error=None, worker=None, lease_until=None)
        .returning(_JOB.id, _JOB.attempt)
    )


def _take_unclaimed_statement() -> Executable:
    was_sent_at_commit = (_JOB.available_at <= _JOB.created_at).label("was_sent")
    due = (
        select(_JOB.id, was_sent_at_commit)
        .where(_JOB.state == _PENDING, _JOB.available_at <= func.now() - SWEEP_GRACE)
        .order_by(_JOB.priority.desc(), _JOB.available_at)
        .limit(SWEEP_BATCH)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    lapsed = (
        select(_JOB.id, (_JOB.state == _SENT).label("was_sent"))
        .where(_HAS_LAPSED)
        .limit(SWEEP_BATCH)
        .with_for_update(skip_locked=True)
        .cte("lapsed")
    )
    owed = union_all(select(due), select(lapsed)).subquery("owed")
    is_on_its_way = and_(owed.c.was_sent, _JOB.queue == func.any(bindparam("crowded", type_=ARRAY(Text))))
    is_spent = _JOB.attempt >= _JOB.max_attempts
    lease_seconds = FIRST_SEND_LEASE.total_seconds() * func.power(2.0, func.least(_JOB.sends, MAX_SEND_DOUBLINGS))
    return (
        update(_TABLE)
        .where(_JOB.id == owed.c.id)
        .values(
            state=case((is_spent, _DEAD), else_=_SENT),
            finished_at=case((is_spent, func.now())),
            last_error=case((is_spent, "The worker died during the last attempt."), else_=_JOB.last_error),
            lease_until=func.now() + lease_seconds * _SECOND,
            sends=_JOB.sends + case((is_on_its_way, 0), else_=1),
            worker=None,
        )
        .returning(
            _JOB.id,
            _JOB.queue,
            and_(not_(is_on_its_way), not_(is_spent)),
            case((is_spent, _JOB.task)),
            case((is_spent, _JOB.payload)),
        )
    )


def _depths_statement() -> Executable:
    # One branch for each partial index, in its order, so that a million done jobs are not read, nor a million others.
    branches = (
        (_JOB.state == _PENDING, (_JOB.priority.desc(), _JOB.available_at)),
        (_JOB.state.in_([_SENT, _RUNNING]), (_JOB.lease_until,)),
        (_JOB.state == _DEAD, (_JOB.id,)),
    )
    owed = union_all(
        *(
            select(_JOB.queue, _JOB.state, _JOB.available_at).where(condition).order_by(*order).limit(JOBS_COUNTED)
            for condition, order in branches
        )
    ).subquery("owed")
    c = owed.c
    is_due = and_(c.state == _PENDING, c.available_at <= func.now())
    waited = func.extract("epoch", func.now() - func.min(c.available_at).filter(is_due))
    return (
        select(c.queue, c.state, func.count(), func.coalesce(waited, 0.0)).group_by(c.queue, c.state).order_by(c.queue)
    )


_ADD = _add_statement()
_CLAIM = _claim_statement()
_COMPLETE_ALL = _complete_all_statement()
_TAKE_UNCLAIMED = _take_unclaimed_statement()
_DEPTHS = _depths_statement()


class JobRepository(BaseRepository):
    """Reads and writes the job table."""

    async def add(self, jobs: Sequence[NewJob], *, request_id: str | None) -> dict[str, list[UUID]]:
        """Insert jobs in one statement and return the ids of those that may run now, by queue.

        A job whose `dedup_key` an unfinished job of the same task has already is left out.
        """
        rows = [_as_record(job) for job in jobs]
        inserted = await self._connection.fetch_all(_ADD, {"jobs": rows, "request_id": request_id})
        return _by_queue((queue, job_id) for queue, job_id, is_due in inserted if is_due)

    async def claim(self, job_ids: Sequence[UUID], *, worker: UUID) -> dict[UUID, ClaimedJob]:
        """Take those of the jobs that can be taken for `worker`, counting an attempt of each.

        The commit is not waited for: a claim that a crash of PostgreSQL forgets is only made again. Nothing else is
        ever committed like this.
        """
        rows = await self._connection.fetch_all(_CLAIM, {"ids": job_ids, "worker": worker, "lease": LEASE})
        return {row[0]: ClaimedJob(*row[:-1]) for row in rows}

    async def complete_all(self, claims: Sequence[tuple[UUID, int]], *, worker: UUID) -> set[tuple[UUID, int]]:
        """Mark jobs of `worker`, given by id and attempt, as done and return those whose claim still held."""
        ids, attempts = zip(*claims, strict=True)
        values = {"ids": ids, "attempts": attempts, "holder": worker}
        return {(job_id, attempt) for job_id, attempt in await self._connection.fetch_all(_COMPLETE_ALL, values)}

    async def complete(self, job: ClaimedJob) -> bool:
        """Mark the job as done and return whether the claim still held."""
        return await self._leave(job, state=_DONE, finished_at=func.now(), last_error=None)

    async def retry(self, job: ClaimedJob, *, delay: timedelta, error: str) -> bool:
        """Let the job run again after `delay` and return whether the claim still held."""
        return await self._leave(job, state=_PENDING, available_at=func.now() + delay, last_error=error)

    async def bury(self, job: ClaimedJob, *, error: str) -> bool:
        """Give the job up and return whether the claim still held."""
        return await self._leave(job, state=_DEAD, finished_at=func.now(), last_error=error)

    async def release(self, job: ClaimedJob, *, delay: timedelta) -> bool:
        """Undo the claim without counting its attempt and return whether it still held."""
        return await self._leave(job, state=_PENDING, available_at=func.now() + delay, attempt=_JOB.attempt - 1)

    async def hand_back_all(self, worker: UUID) -> int:
        """Undo every claim of `worker`, which is ending, and return how many it still held."""
        changes = {"state": _PENDING, "attempt": _JOB.attempt - 1, "worker": None, "lease_until": None}
        statement = update(_JOB).where(_JOB.worker == worker, _JOB.state == _RUNNING)
        return await self._connection.execute(statement.values(changes))

    async def extend_leases(self, worker: UUID, job_ids: Sequence[UUID]) -> int:
        """Tell that `worker` still runs these jobs, and return how many it still holds."""
        statement = update(_JOB).where(_JOB.id.in_(job_ids), _JOB.worker == worker, _JOB.state == _RUNNING)
        return await self._connection.execute(statement.values(lease_until=func.now() + LEASE))

    async def take_unclaimed(self, *, crowded: Sequence[str] = ()) -> tuple[dict[str, list[UUID]], list[DeadJob]]:
        """Mark due jobs that nobody claimed as sent and return their ids by queue; send them before the commit.

        Higher priorities come first. A job whose last attempt lapsed with its worker is dead, and returned as such.

        Args:
            crowded: queues with so many ids to be read that those sent before are among them. Such jobs are looked at
                again after the usual time, and not returned.
        """
        rows = await self._connection.fetch_all(_TAKE_UNCLAIMED, {"crowded": crowded})
        sent = _by_queue((queue, job_id) for job_id, queue, is_to_be_sent, *_ in rows if is_to_be_sent)
        return sent, [DeadJob(task, payload) for *_, task, payload in rows if task is not None]

    async def depths(self) -> list[QueueDepth]:
        """Return how many jobs of each queue stand where, except the done ones, and since when the oldest due one waits.

        Of each state, no more than `JOBS_COUNTED` are looked at: those to be run next.
        """
        depths: dict[str, tuple[dict[JobState, int], float]] = {}
        for queue, state, count, age in await self._connection.fetch_all(_DEPTHS):
            by_state, oldest = depths.get(queue, ({}, 0.0))
            depths[queue] = ({**by_state, JobState(state): count}, max(oldest, float(age)))
        return [QueueDepth(queue, by_state, oldest) for queue, (by_state, oldest) in depths.items()]

    async def finished_by_minute(self, *, within: timedelta) -> list[FinishedJobs]:
        """Return how many jobs ended in each of the last minutes, the oldest first; minutes without any are left out."""
        minute = func.date_trunc("minute", _JOB.finished_at)
        statement = (
            select(minute, func.count().filter(_JOB.state == _DONE), func.count().filter(_JOB.state == _DEAD))
            .where(_JOB.state.in_([_DONE, _DEAD]), _JOB.finished_at > func.now() - within)
            .group_by(minute)
            .order_by(minute)
        )
        return [FinishedJobs(*row) for row in await self._connection.fetch_all(statement)]

    async def find(self, job_filter: JobFilter, page: PageRequest) -> Page[Job]:
        """Return one page of the jobs that match, the newest first."""
        matching = _conditions(job_filter)
        statement = select(*_JOB_COLUMNS).where(*matching).order_by(_JOB.id.desc()).limit(page.limit + 1)
        if page.after is not None:
            statement = statement.where(_JOB.id < page.after.id)
        if page.offset:
            statement = statement.offset(page.offset)
        rows = await self._connection.fetch_all(statement)
        jobs = tuple(_to_job(row) for row in rows[: page.limit])
        total = await self._count(matching) if page.with_total else None
        return Page(jobs, Cursor(jobs[-1].created_at, jobs[-1].id) if len(rows) > page.limit else None, total)

    async def get(self, job_id: UUID) -> Job | None:
        """Return the job, or None."""
        row = await self._connection.fetch_one(select(*_JOB_COLUMNS).where(_JOB.id == job_id))
        return _to_job(row) if row else None

    async def retry_dead(self, job_id: UUID) -> Job | None:
        """Give a dead job all its attempts again, due now; return None when it is not dead."""
        changes = {"state": _PENDING, "attempt": 0, "sends": 0, "available_at": func.now(), "finished_at": None}
        statement = update(_JOB).where(_JOB.id == job_id, _JOB.state == _DEAD).values(changes)
        row = await self._connection.fetch_one(statement.returning(*_JOB_COLUMNS))
        return _to_job(row) if row else None

    async def cancel(self, job_id: UUID, *, error: str) -> Job | None:
        """Give an unfinished job up; return None when it has ended. A run under way finds its claim lost."""
        changes = {"state": _DEAD, "finished_at": func.now(), "last_error": error, "worker": None, "lease_until": None}
        statement = update(_JOB).where(_JOB.id == job_id, _JOB.state.in_(_UNFINISHED)).values(changes)
        row = await self._connection.fetch_one(statement.returning(*_JOB_COLUMNS))
        return _to_job(row) if row else None

    async def delete(self, job_id: UUID) -> bool:
        """Delete the job unless it is running, and return whether it was."""
        return await self._connection.execute(delete(_JOB).where(_JOB.id == job_id, _JOB.state != _RUNNING)) > 0

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

    async def _count(self, conditions: Sequence[ColumnElement[bool]]) -> int:
        row = await self._connection.fetch_one(select(func.count()).select_from(_JOB).where(*conditions))
        return int(row[0]) if row else 0

    async def _leave(self, job: ClaimedJob, **values: object) -> bool:
        is_still_ours = and_(
            _JOB.id == job.id,
            _JOB.state == _RUNNING,
            _JOB.attempt == job.attempt,
            _JOB.worker == job.worker,
        )
        changes = {"worker": None, "lease_until": None, **values}
        return await self._connection.execute(update(_JOB).where(is_still_ours).values(changes)) > 0


def _conditions(job_filter: JobFilter) -> list[ColumnElement[bool]]:
    conditions = []
    if job_filter.state is not None:
        conditions.append(_JOB.state == _literal(job_filter.state))
    if job_filter.queue is not None:
        conditions.append(_JOB.queue == job_filter.queue)
    if job_filter.task is not None:
        conditions.append(_JOB.task == job_filter.task)
    return conditions


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


def _to_job(row: AnyRow) -> Job:
    values = dict(zip(_JOB_FIELDS, row, strict=True))
    return Job(**{**values, "state": JobState(values["state"])})
