"""Background work as operators see it."""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel

from domain.job import Job, JobState


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


class JobsMeta(BaseModel):
    """Where a list goes on."""

    limit: int
    next_cursor: UUID | None


class JobsResponse(BaseModel):
    """A page of jobs, the newest first."""

    data: list[JobResponse]
    meta: JobsMeta

    @classmethod
    def of(cls, jobs: list[Job], *, limit: int) -> Self:
        """Return the answer for a page of at most `limit` jobs; a full page may have a successor."""
        next_cursor = jobs[-1].id if len(jobs) == limit else None
        return cls(data=[JobResponse.of(job) for job in jobs], meta=JobsMeta(limit=limit, next_cursor=next_cursor))
