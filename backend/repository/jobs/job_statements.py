"""Statements of the job engine, each built and compiled once."""

from datetime import datetime, timedelta
from typing import cast
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    CTE,
    ColumnElement,
    DateTime,
    Double,
    Executable,
    Integer,
    Interval,
    Select,
    Table,
    TableValuedAlias,
    Text,
    Uuid,
    and_,
    bindparam,
    case,
    column,
    func,
    literal_column,
    not_,
    or_,
    select,
    true,
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
    WORKER_LOST,
    ClaimedJob,
    JobState,
)
from repository import models
from repository.sql.rows import RowMapper

# Limit for each task and state: more would not change what an operator does, and counting a million takes a second.
JOBS_COUNTED = 100_000

_JOB = models.Job
# Statements with parameters are built once, on the table: a session takes parameters beside a model for rows to insert.
_TABLE = cast("Table", _JOB.__table__)


def literal_state(state: JobState) -> ColumnElement[str]:
    """Return the state as part of the statement: PostgreSQL cannot match a parameter with a partial index."""
    return literal_column(f"'{state}'")


def found_by_id(state: ColumnElement[str]) -> ColumnElement[bool]:
    """Return the condition that a job is in this state, for a statement that names the ids of its jobs.

    It fits no partial index. PostgreSQL takes those for small, and reads them from end to end; but until the next
    vacuum each contains an entry of every job that has passed through its state.
    """
    return _JOB.state.concat(literal_column("''")) == state


_SECOND: ColumnElement[timedelta] = literal_column("interval '1 second'", Interval)
PENDING, SENT, RUNNING, DONE, DEAD = map(literal_state, JobState)
UNFINISHED = [PENDING, SENT, RUNNING]
_IS_DUE = and_(_JOB.state == PENDING, _JOB.available_at <= func.now())
_IS_CLAIMABLE = or_(
    found_by_id(SENT),
    _IS_DUE,  # a message may arrive before the transaction which marks the job as sent has committed
    and_(_JOB.state == RUNNING, _JOB.lease_until < func.now()),
)
CLAIMED_JOB = RowMapper(ClaimedJob, _JOB)


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
        bindparam("traceparent", type_=Text),
    )
    names = [
        "task",
        "payload",
        "dedup_key",
        "max_attempts",
        "queue",
        "priority",
        "available_at",
        "request_id",
        "traceparent",
    ]
    return (
        insert(_TABLE)
        .from_select(names, rows)
        .on_conflict_do_nothing(
            index_elements=[_JOB.task, _JOB.dedup_key],
            index_where=and_(_JOB.dedup_key.is_not(None), _JOB.state.in_(UNFINISHED)),
        )
        .returning(_JOB.queue, _JOB.id, (_JOB.available_at <= func.now()).label("is_due"))
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
            state=RUNNING, attempt=_JOB.attempt + 1, worker=bindparam("worker", type_=Uuid), lease_until=lease_until
        )
        .returning(
            *CLAIMED_JOB.columns,
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
            found_by_id(RUNNING),
        )
        .values(state=DONE, finished_at=func.now(), last_error=None, worker=None, lease_until=None)
        .returning(_JOB.id, _JOB.attempt)
    )


def _take_unclaimed_statement() -> Executable:
    # Of each task some, because a limit for all together lets a task with many jobs hold up the others. Tasks that this
    # release does not know are left to one that does.
    tasks = _each_of("tasks")
    due = (
        select(_JOB.id, _JOB.queue, _JOB.priority, _JOB.available_at, _JOB.created_at)
        .where(_JOB.task == tasks.c.task, _JOB.state == PENDING, _JOB.available_at <= func.now() - SWEEP_GRACE)
        .order_by(_JOB.available_at)
        .limit(SWEEP_BATCH)
        .with_for_update(skip_locked=True)
        .lateral("due")
    )
    was_sent_at_commit = (due.c.available_at <= due.c.created_at).label("was_sent")
    next_first = (due.c.priority.desc(), due.c.available_at)
    place = func.row_number().over(partition_by=due.c.queue, order_by=next_first).label("place")
    ranked = select(due.c.id, was_sent_at_commit, place).select_from(tasks.join(due, true())).subquery("ranked")
    is_run_here = _JOB.id == func.any(bindparam("running", type_=ARRAY(Uuid)))
    lapsed = _leased(_JOB.task == tasks.c.task, _JOB.lease_until < func.now(), not_(is_run_here)).lateral("lapsed")
    owed = union_all(
        select(ranked.c.id, ranked.c.was_sent).where(ranked.c.place <= SWEEP_BATCH),
        select(lapsed.c.id, lapsed.c.was_sent).select_from(tasks.join(lapsed, true())),
    ).cte("owed")
    is_spent = _JOB.attempt >= _JOB.max_attempts
    lease_seconds = FIRST_SEND_LEASE.total_seconds() * func.power(2.0, func.least(_JOB.sends, MAX_SEND_DOUBLINGS))
    taken = (
        update(_TABLE)
        .where(_is_one_of(owed))
        .values(
            state=case((is_spent, DEAD), else_=SENT),
            finished_at=case((is_spent, func.now())),
            last_error=case((is_spent, WORKER_LOST), else_=_JOB.last_error),
            lease_until=func.now() + lease_seconds * _SECOND,
            sends=_JOB.sends + 1,
            worker=None,
        )
        .returning(_JOB.id, _JOB.queue, _JOB.task, _JOB.payload, is_spent.label("is_spent"))
        .cte("taken")
    )
    c = taken.c
    is_on_its_way = and_(owed.c.was_sent, c.queue == func.any(bindparam("crowded", type_=ARRAY(Text))))
    return select(
        c.id,
        c.queue,
        and_(not_(is_on_its_way), not_(c.is_spent)).label("is_to_be_sent"),
        case((c.is_spent, c.task)).label("dead_task"),
        case((c.is_spent, c.payload)).label("dead_payload"),
    ).select_from(taken.join(owed, owed.c.id == c.id))


def _shorten_leases_statement() -> Executable:
    tasks = _each_of("tasks")
    is_long = or_(
        and_(_JOB.state == SENT, _JOB.lease_until > func.now() + FIRST_SEND_LEASE),
        _JOB.lease_until > func.now() + LEASE,  # of a run as well: the clock was set back
    )
    long = _leased(_JOB.task == tasks.c.task, is_long).lateral("long")
    chosen = select(long.c.id).select_from(tasks.join(long, true())).cte("chosen")
    return update(_TABLE).where(_is_one_of(chosen)).values(lease_until=func.now() + FIRST_SEND_LEASE)


def _is_one_of(jobs: CTE) -> ColumnElement[bool]:
    # As an array: PostgreSQL takes a query with limits for as large as they allow, and would read the whole table.
    return _JOB.id == func.any(func.array(select(jobs.c.id).scalar_subquery()))


def _each_of(tasks: str) -> TableValuedAlias:
    """Return the names of tasks in the parameter `tasks`, each as a row."""
    names = func.unnest(bindparam(tasks, type_=ARRAY(Text)))
    return names.table_valued(column("task", Text)).render_derived(name="tasks")


def _leased(*conditions: ColumnElement[bool]) -> Select[UUID, bool]:
    """Return a query that locks some of the jobs that are sent or running and match, the first whose leases end."""
    leased = select(_JOB.id, (_JOB.state == SENT).label("was_sent")).where(_JOB.state.in_([SENT, RUNNING]), *conditions)
    return leased.order_by(_JOB.lease_until).limit(SWEEP_BATCH).with_for_update(skip_locked=True)


def _depths_statement() -> Executable:
    # Partial indexes are read, each in its order, so that a million done jobs are not, nor a million others of a task.
    columns = (_JOB.queue, _JOB.state, _JOB.available_at)
    by_task = [_first_of_each_task(_JOB.state == PENDING), _first_of_each_task(_JOB.state.in_([SENT, RUNNING]))]
    dead = select(*columns).where(_JOB.state == DEAD).order_by(_JOB.id).limit(JOBS_COUNTED)
    owed = union_all(*by_task, dead).subquery("owed")
    c = owed.c
    is_due = and_(c.state.in_([PENDING, SENT]), c.available_at <= func.now())
    waited = func.extract("epoch", func.now() - func.min(c.available_at).filter(is_due))
    return (
        select(c.queue, c.state, func.count().label("number"), func.coalesce(waited, 0.0).label("oldest"))
        .group_by(c.queue, c.state)
        .order_by(c.queue)
    )


def _first_of_each_task(condition: ColumnElement[bool]) -> Select[str, str, datetime]:
    first = select(func.min(_JOB.task).label("task")).where(condition).cte(recursive=True)
    following = select(func.min(_JOB.task)).where(condition, _JOB.task > first.c.task).scalar_subquery()
    tasks = first.union_all(select(following).where(first.c.task.is_not(None)))
    jobs = select(_JOB.queue, _JOB.state, _JOB.available_at).where(condition, _JOB.task == tasks.c.task)
    counted = jobs.limit(JOBS_COUNTED).lateral()
    return select(counted.c.queue, counted.c.state, counted.c.available_at).select_from(tasks.join(counted, true()))


ADD = _add_statement()
CLAIM = _claim_statement()
COMPLETE_ALL = _complete_all_statement()
TAKE_UNCLAIMED = _take_unclaimed_statement()
SHORTEN_LEASES = _shorten_leases_statement()
DEPTHS = _depths_statement()
