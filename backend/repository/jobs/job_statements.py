"""Statements of the job engine, each built and compiled once."""

from datetime import timedelta
from typing import cast

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
    MAX_SEND_DOUBLINGS,
    SWEEP_BATCH,
    SWEEP_GRACE,
    WORKER_LOST,
    ClaimedJob,
    JobState,
)
from repository import models
from repository.sql.rows import RowMapper

# Limit for each state: more would not change what an operator does, and counting a million takes a second.
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
_HAS_LAPSED = and_(_JOB.state.in_([SENT, RUNNING]), _JOB.lease_until < func.now())
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
    was_sent_at_commit = (_JOB.available_at <= _JOB.created_at).label("was_sent")
    due = (
        select(_JOB.id, was_sent_at_commit)
        .where(_JOB.state == PENDING, _JOB.available_at <= func.now() - SWEEP_GRACE)
        .order_by(_JOB.priority.desc(), _JOB.available_at)
        .limit(SWEEP_BATCH)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    lapsed = (
        select(_JOB.id, (_JOB.state == SENT).label("was_sent"))
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
            state=case((is_spent, DEAD), else_=SENT),
            finished_at=case((is_spent, func.now())),
            last_error=case((is_spent, WORKER_LOST), else_=_JOB.last_error),
            lease_until=func.now() + lease_seconds * _SECOND,
            sends=_JOB.sends + case((is_on_its_way, 0), else_=1),
            worker=None,
        )
        .returning(
            _JOB.id,
            _JOB.queue,
            and_(not_(is_on_its_way), not_(is_spent)).label("is_to_be_sent"),
            case((is_spent, _JOB.task)).label("dead_task"),
            case((is_spent, _JOB.payload)).label("dead_payload"),
        )
    )


def _depths_statement() -> Executable:
    # One branch for each partial index, in its order, so that a million done jobs are not read, nor a million others.
    branches = (
        (_JOB.state == PENDING, (_JOB.priority.desc(), _JOB.available_at)),
        (_JOB.state.in_([SENT, RUNNING]), (_JOB.lease_until,)),
        (_JOB.state == DEAD, (_JOB.id,)),
    )
    owed = union_all(
        *(
            select(_JOB.queue, _JOB.state, _JOB.available_at).where(condition).order_by(*order).limit(JOBS_COUNTED)
            for condition, order in branches
        )
    ).subquery("owed")
    c = owed.c
    is_due = and_(c.state.in_([PENDING, SENT]), c.available_at <= func.now())
    waited = func.extract("epoch", func.now() - func.min(c.available_at).filter(is_due))
    return (
        select(c.queue, c.state, func.count().label("number"), func.coalesce(waited, 0.0).label("oldest"))
        .group_by(c.queue, c.state)
        .order_by(c.queue)
    )


ADD = _add_statement()
CLAIM = _claim_statement()
COMPLETE_ALL = _complete_all_statement()
TAKE_UNCLAIMED = _take_unclaimed_statement()
DEPTHS = _depths_statement()
