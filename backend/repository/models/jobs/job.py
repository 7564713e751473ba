"""The tables of background work."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, PrimaryKeyConstraint, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from domain.jobs.job import DEFAULT_QUEUE, JobState
from repository.base_model import BaseTableModel, Private
from repository.personal_data import NotExported

_STATES = ", ".join(f"'{state}'" for state in JobState)


class Job(Private, BaseTableModel):
    """One piece of work that is owed, running, done or dead."""

    __tablename__ = "jobs"
    personal_data: ClassVar = NotExported("work that is owed, deleted a week after it is done")
    __table_args__ = (
        CheckConstraint(f"state IN ({_STATES})", name="state"),
        # By task, because a sweep looks for a few jobs of each: however many one has, it holds up no other.
        Index("ix_jobs_due_by_task", "task", "available_at", postgresql_where=text("state = 'pending'")),
        Index("ix_jobs_dead", "id", postgresql_where=text("state = 'dead'")),
        Index("ix_jobs_leased_by_task", "task", "lease_until", postgresql_where=text("state IN ('sent', 'running')")),
        Index("ix_jobs_finished", "finished_at", postgresql_where=text("state IN ('done', 'dead')")),
        Index(
            "uq_jobs_task_dedup_key",
            "task",
            "dedup_key",
            unique=True,
            postgresql_where=text("dedup_key IS NOT NULL AND state IN ('pending', 'sent', 'running')"),
        ),
    )

    task: Mapped[str]
    queue: Mapped[str] = mapped_column(server_default=text(f"'{DEFAULT_QUEUE}'"))
    priority: Mapped[int] = mapped_column(server_default=text("0"))
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)
    dedup_key: Mapped[str | None]
    state: Mapped[str] = mapped_column(server_default=text(f"'{JobState.PENDING}'"))
    available_at: Mapped[datetime] = mapped_column(server_default=func.now())
    attempt: Mapped[int] = mapped_column(server_default=text("0"))
    max_attempts: Mapped[int]
    sends: Mapped[int] = mapped_column(server_default=text("0"))
    lease_until: Mapped[datetime | None]
    worker: Mapped[UUID | None]
    last_error: Mapped[str | None]
    request_id: Mapped[str | None]
    # W3C Trace Context: the trace of the request that enqueued it.
    traceparent: Mapped[str | None]
    finished_at: Mapped[datetime | None]


class CronTick(Private, BaseTableModel):
    """A time at which a scheduled task was due. The scheduler that inserts the row enqueues the job."""

    __tablename__ = "cron_ticks"
    __table_args__ = (PrimaryKeyConstraint("id"), Index("uq_cron_ticks_task_tick", "task", "tick", unique=True))

    task: Mapped[str]
    tick: Mapped[datetime]
