"""Background work as operators see it."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, Field

from api.schemas.envelope import TableQuery
from api.schemas.text import Storable
from domain.jobs.job import FinishedJobs, Job, JobFilter, JobState, QueueDepth


class JobResponse(BaseModel):
    """One job."""

    id: UUID
    task: str
    queue: str
    priority: int
    state: JobState
    payload: dict[str, Any]
    attempt: int
    max_attempts: int
    created_at: datetime
    available_at: datetime
    finished_at: datetime | None
    last_error: str | None
    request_id: str | None

    @classmethod
    def of(cls, job: Job) -> Self:
        """Return the answer for `job`."""
        return cls.model_validate(job, from_attributes=True)


class JobQuery(TableQuery):
    """Which jobs, the newest first."""

    state: JobState | None = None
    queue: Annotated[str | None, Storable] = None
    task: Annotated[str | None, Storable] = None

    def filter(self) -> JobFilter:
        """Return what the rules call it."""
        return JobFilter(self.state, self.queue, self.task)


class QueueResponse(BaseModel):
    """What one queue owes; done jobs are not counted."""

    queue: str
    pending: int
    sent: int
    running: int
    dead: int
    oldest_due_seconds: Annotated[float, Field(description="How long its oldest due job has waited.")]

    @classmethod
    def of(cls, depth: QueueDepth) -> Self:
        """Return the answer for `depth`."""
        states = (JobState.PENDING, JobState.SENT, JobState.RUNNING, JobState.DEAD)
        counts = {str(state): depth.by_state.get(state, 0) for state in states}
        return cls(queue=depth.queue, oldest_due_seconds=depth.oldest_due_seconds, **counts)


class FinishedJobsResponse(BaseModel):
    """How many jobs ended in one minute."""

    minute: datetime
    done: int
    dead: int

    @classmethod
    def of(cls, finished: FinishedJobs) -> Self:
        """Return the answer for `finished`."""
        return cls.model_validate(finished, from_attributes=True)


class JobsOverviewResponse(BaseModel):
    """How background work is doing: what is owed now, and what ended in the last hour."""

    tasks: Annotated[list[str], Field(description="The names of all tasks, to filter jobs by.")]
    queues: list[QueueResponse]
    finished: Annotated[list[FinishedJobsResponse], Field(description="Minutes without any are left out.")]
