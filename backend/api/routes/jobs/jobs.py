"""Background jobs, for operators."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, status

from api.dependencies import require_permission, require_recent_authentication, unit_of_work_dep
from api.documentation import errors
from api.exceptions import (
    JobAlreadyQueuedException,
    JobNotCancellableException,
    JobNotDeadException,
    JobNotFoundException,
    JobRunningException,
)
from api.paging import paging_dep
from api.schemas.envelope import Data, Listing
from api.schemas.jobs.jobs import (
    ChangedJobsResponse,
    DeadJobsRequest,
    JobQuery,
    JobResponse,
    JobsOverviewResponse,
)
from domain.permissions import Permission

router = APIRouter(prefix="/api/jobs", tags=["jobs"], dependencies=[Depends(require_permission(Permission.READ_JOBS))])


@router.get("")
async def list_jobs(
    query: Annotated[JobQuery, Query()], work: unit_of_work_dep, paging: paging_dep
) -> Listing[JobResponse]:
    """List jobs, newest first."""
    page = await work.jobs.find(query.filter(), paging.page_request(query))
    return paging.listing(page, query, JobResponse.of)


@router.get("/overview")
async def get_jobs_overview(work: unit_of_work_dep) -> Data[JobsOverviewResponse]:
    """Return the tasks, the depth of each queue, and the number of jobs finished in each minute of the last hour."""
    return Data(data=JobsOverviewResponse.of(await work.jobs.overview()))


@router.post(
    "/retry",
    dependencies=[Depends(require_permission(Permission.WRITE_JOBS))],
    responses=errors(JobAlreadyQueuedException),
)
async def retry_dead_jobs(body: DeadJobsRequest, work: unit_of_work_dep) -> Data[ChangedJobsResponse]:
    """Retry up to 1,000 dead jobs, the oldest first, each with a full set of attempts."""
    return Data(data=ChangedJobsResponse.of(await work.dead_jobs.retry(body.filter())))


# A discarded job may be the email that warns a user, so it requires recent authentication. A retry does not.
@router.post(
    "/discard",
    dependencies=[Depends(require_permission(Permission.WRITE_JOBS)), Depends(require_recent_authentication)],
)
async def discard_dead_jobs(body: DeadJobsRequest, work: unit_of_work_dep) -> Data[ChangedJobsResponse]:
    """Delete up to 1,000 dead jobs, the oldest first, and their history."""
    return Data(data=ChangedJobsResponse.of(await work.dead_jobs.discard(body.filter())))


@router.get("/{job_id}", responses=errors(JobNotFoundException))
async def get_job(job_id: UUID, work: unit_of_work_dep) -> Data[JobResponse]:
    """Return a job."""
    return Data(data=JobResponse.of(await work.jobs.get(job_id)))


@router.post(
    "/{job_id}/retry",
    dependencies=[Depends(require_permission(Permission.WRITE_JOBS))],
    responses=errors(JobNotFoundException, JobNotDeadException, JobAlreadyQueuedException),
)
async def retry_job(job_id: UUID, work: unit_of_work_dep) -> Data[JobResponse]:
    """Retry a dead job with a full set of attempts."""
    return Data(data=JobResponse.of(await work.jobs.retry_dead(job_id)))


@router.post(
    "/{job_id}/cancel",
    dependencies=[Depends(require_permission(Permission.WRITE_JOBS)), Depends(require_recent_authentication)],
    responses=errors(JobNotFoundException, JobNotCancellableException),
)
async def cancel_job(job_id: UUID, work: unit_of_work_dep) -> Data[JobResponse]:
    """Cancel an unfinished job. The result of a run in progress is discarded."""
    return Data(data=JobResponse.of(await work.jobs.cancel(job_id)))


@router.delete(
    "/{job_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    dependencies=[Depends(require_permission(Permission.WRITE_JOBS)), Depends(require_recent_authentication)],
    responses=errors(JobNotFoundException, JobRunningException),
)
async def delete_job(job_id: UUID, work: unit_of_work_dep) -> None:
    """Delete a job and its history."""
    await work.jobs.delete(job_id)
