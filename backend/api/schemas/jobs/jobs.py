"""Background jobs, as operators see them."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from api.schemas.envelope import PageQuery
from api.schemas.exactly_one import Alternative, ExactlyOne
from api.schemas.text import Storable
from domain.jobs.job import (
    DEAD_JOBS_AT_ONCE,
    ChangedJobs,
    FinishedJobs,
    Job,
    JobFilter,
    JobsOverview,
    JobState,
    QueueDepth,
)

# Of a queue or a task.
Name = Annotated[str, Field(max_length=200), Storable]


class JobResponse(BaseModel):
    """A background job."""

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
        """Build the response from `job`."""
        return cls.model_validate(job, from_attributes=True)


class JobQuery(PageQuery):
    """Filter of a list of jobs."""

    state: JobState | None = None
    queue: Name | None = None
    task: Name | None = None

    def filter(self) -> JobFilter:
        """Return the filter of the query."""
        return JobFilter(self.state, self.queue, self.task)


class JobCriteriaRequest(BaseModel):
    """Criteria for jobs. Without any, all jobs match."""

    model_config = ConfigDict(extra="forbid")

    queue: Name | None = None
    task: Name | None = None


def _each_once(ids: tuple[UUID, ...]) -> tuple[UUID, ...]:
    return tuple(dict.fromkeys(ids))


class DeadJobsRequest(ExactlyOne):
    """Which dead jobs: those with these ids, or all that match."""

    ids: Alternative[
        Annotated[tuple[UUID, ...], Field(min_length=1, max_length=DEAD_JOBS_AT_ONCE), AfterValidator(_each_once)]
    ] = None
    matching: Alternative[JobCriteriaRequest] = None

    def filter(self) -> JobFilter:
        """Return the filter that selects the jobs."""
        if self.matching is None:
            return JobFilter(JobState.DEAD, ids=self.ids)
        return JobFilter(JobState.DEAD, self.matching.queue, self.matching.task)


class ChangedJobsResponse(BaseModel):
    """How many jobs were changed."""

    changed: int
    left: Annotated[
        int,
        Field(
            description="How many of the requested jobs stay as they are: they are not dead, the same job is already "
            f"waiting to run, or there are more than {DEAD_JOBS_AT_ONCE:,}."
        ),
    ]

    @classmethod
    def of(cls, jobs: ChangedJobs) -> Self:
        """Build the response from `jobs`."""
        return cls.model_validate(jobs, from_attributes=True)


class QueueResponse(BaseModel):
    """The unfinished jobs of a queue."""

    queue: str
    pending: int
    sent: int
    running: int
    dead: int
    oldest_due_seconds: Annotated[float, Field(description="Waiting time of its oldest due job.")]

    @classmethod
    def of(cls, depth: QueueDepth) -> Self:
        """Build the response from `depth`."""
        states = (JobState.PENDING, JobState.SENT, JobState.RUNNING, JobState.DEAD)
        counts = {str(state): depth.by_state.get(state, 0) for state in states}
        return cls(queue=depth.queue, oldest_due_seconds=depth.oldest_due_seconds, **counts)


class FinishedJobsResponse(BaseModel):
    """The number of jobs that finished in one minute."""

    minute: datetime
    done: int
    dead: int

    @classmethod
    def of(cls, finished: FinishedJobs) -> Self:
        """Build the response from `finished`."""
        return cls.model_validate(finished, from_attributes=True)


class JobsOverviewResponse(BaseModel):
    """The state of background jobs: queues now, and jobs finished in the last hour."""

    tasks: Annotated[list[str], Field(description="Names of all tasks, to filter jobs by.")]
    queues: list[QueueResponse]
    finished: Annotated[list[FinishedJobsResponse], Field(description="Minutes without finished jobs are omitted.")]

    @classmethod
    def of(cls, overview: JobsOverview) -> Self:
        """Build the response from `overview`."""
        queues = [QueueResponse.of(depth) for depth in overview.queues]
        finished = [FinishedJobsResponse.of(minute) for minute in overview.finished]
        return cls(tasks=[*overview.tasks], queues=queues, finished=finished)
