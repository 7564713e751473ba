"""The pages and actions of operators for background work."""

from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import httpx2 as httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.events import UserSignedUp
from domain.jobs.job import JobFilter
from domain.page import PageRequest
from domain.permissions import Permission
from domain.tasks import broker
from service.factory import Factory
from tests.conftest import browser, run_due_jobs
from tests.support.helpers import error_of, factory_of
from tests.support.resource import Access, Resource, administered
from worker.job_runner import JobRunner

PASSWORD = "correct horse battery"


@pytest.fixture
async def operator(app: FastAPI, factory: Factory) -> AsyncIterator[httpx.AsyncClient]:
    """A browser in which an administrator is signed in."""
    async with factory.unit_of_work() as work:
        await work.identity.admin_bootstrap.create_admin("admin@example.com", password=PASSWORD, name=None)
    async with browser(app) as client:
        signed_in = await client.post("/api/auth/signin", json={"email": "admin@example.com", "password": PASSWORD})
        assert signed_in.status_code == 200
        yield client


async def _enqueue(factory: Factory, *, jobs: int = 1) -> list[str]:
    """Write jobs that are not sent anywhere and return their ids, the newest first."""
    for _ in range(jobs):
        async with factory.unit_of_work() as work:
            work.outbox.publish(UserSignedUp(uuid4()))
    async with factory.unit_of_work() as work:
        return [str(job.id) for job in (await work.jobs.find(JobFilter(), PageRequest())).items]


async def _set_state(connection: AsyncConnection, state: str) -> None:
    await connection.execute(text("UPDATE jobs SET state = :state, attempt = 3"), {"state": state})


async def _job(client: httpx.AsyncClient) -> str:
    return (await _enqueue(factory_of(client)))[0]


RESOURCE = Resource(
    "/api/jobs",
    key="job_id",
    visibility=administered(Permission.READ_JOBS, Permission.WRITE_JOBS),
    actions=("list", "read", "delete"),
    make=_job,
    versioned=False,
)

ACCESS = {
    ("GET", "/api/jobs/overview"): Access(Permission.READ_JOBS),
    ("POST", "/api/jobs/retry"): Access(Permission.WRITE_JOBS),
    ("POST", "/api/jobs/discard"): Access(Permission.WRITE_JOBS),
    ("POST", "/api/jobs/{job_id}/retry"): Access(Permission.WRITE_JOBS),
    ("POST", "/api/jobs/{job_id}/cancel"): Access(Permission.WRITE_JOBS),
}


async def test_jobs_are_listed_newest_first(operator: httpx.AsyncClient, factory: Factory) -> None:
    ids = await _enqueue(factory, jobs=3)
    assert [job["id"] for job in (await operator.get("/api/jobs")).json()["data"]] == ids


async def test_the_overview_tells_what_is_owed_and_what_ended(
    operator: httpx.AsyncClient, factory: Factory, connection: AsyncConnection
) -> None:
    await _enqueue(factory, jobs=2)
    await run_due_jobs(factory)
    await _enqueue(factory, jobs=3)
    await connection.execute(text("UPDATE jobs SET available_at = now() - interval '1 minute'"))
    overview = (await operator.get("/api/jobs/overview")).json()["data"]
    (queue,) = overview["queues"]
    assert queue == {"queue": "mails", "pending": 3, "sent": 0, "running": 0, "dead": 0, "oldest_due_seconds": 60.0}
    await JobRunner(factory, broker).sweep()
    (queue,) = (await operator.get("/api/jobs/overview")).json()["data"]["queues"]
    assert queue == {"queue": "mails", "pending": 0, "sent": 3, "running": 0, "dead": 0, "oldest_due_seconds": 60.0}
    assert sum(minute["done"] for minute in overview["finished"]) == 2
    assert {"clean_up", "welcome_new_user"} < set(overview["tasks"])
    assert overview["tasks"] == sorted(overview["tasks"])


async def test_a_cursor_is_good_for_its_own_filter_only(operator: httpx.AsyncClient, factory: Factory) -> None:
    await _enqueue(factory, jobs=2)
    cursor = (await operator.get("/api/jobs", params={"limit": 1})).json()["meta"]["next_cursor"]
    assert (await operator.get("/api/jobs", params={"state": "dead", "cursor": cursor})).status_code == 422


async def test_jobs_are_filtered_by_state_queue_and_task(operator: httpx.AsyncClient, factory: Factory) -> None:
    await _enqueue(factory)
    for filters, count in (
        ({"state": "pending", "queue": "mails", "task": "welcome_new_user"}, 1),
        ({"state": "dead"}, 0),
        ({"queue": "other"}, 0),
        ({"task": "other"}, 0),
    ):
        assert len((await operator.get("/api/jobs", params=filters)).json()["data"]) == count
    assert (await operator.get("/api/jobs", params={"state": "lost"})).status_code == 422


async def test_a_dead_job_can_be_run_again_and_only_that(
    operator: httpx.AsyncClient, factory: Factory, connection: AsyncConnection
) -> None:
    (job_id,) = await _enqueue(factory)
    refused = await operator.post(f"/api/jobs/{job_id}/retry")
    assert (refused.status_code, error_of(refused)["code"]) == (409, "JOB_NOT_DEAD")
    await _set_state(connection, "dead")
    retried = (await operator.post(f"/api/jobs/{job_id}/retry")).json()["data"]
    assert (retried["state"], retried["attempt"]) == ("pending", 0)
    await run_due_jobs(factory)
    assert (await operator.get(f"/api/jobs/{job_id}")).json()["data"]["state"] == "done"


async def test_a_cancelled_job_is_never_run(operator: httpx.AsyncClient, factory: Factory) -> None:
    (job_id,) = await _enqueue(factory)
    cancelled = (await operator.post(f"/api/jobs/{job_id}/cancel")).json()["data"]
    assert (cancelled["state"], cancelled["last_error"]) == ("dead", "Cancelled by an operator.")
    await run_due_jobs(factory)
    assert (await operator.get(f"/api/jobs/{job_id}")).json()["data"]["attempt"] == 0
    again = await operator.post(f"/api/jobs/{job_id}/cancel")
    assert (again.status_code, error_of(again)["code"]) == (409, "JOB_NOT_CANCELLABLE")


async def test_cancelling_a_running_job_takes_its_claim_away(operator: httpx.AsyncClient, factory: Factory) -> None:
    (job_id,) = await _enqueue(factory)
    worker = uuid4()
    claimed = await factory.jobs.claim([UUID(job_id)], worker=worker)
    assert (await operator.post(f"/api/jobs/{job_id}/cancel")).status_code == 200
    claim = (UUID(job_id), claimed[UUID(job_id)].attempt)
    assert await factory.jobs.complete_all([claim], worker=worker) == {}


async def test_a_job_can_be_deleted_unless_it_runs(
    operator: httpx.AsyncClient, factory: Factory, connection: AsyncConnection
) -> None:
    (job_id,) = await _enqueue(factory)
    await _set_state(connection, "running")
    refused = await operator.delete(f"/api/jobs/{job_id}")
    assert (refused.status_code, error_of(refused)["code"]) == (409, "JOB_RUNNING")
    await _set_state(connection, "done")
    assert (await operator.delete(f"/api/jobs/{job_id}")).status_code == 204
    missing = await operator.get(f"/api/jobs/{job_id}")
    assert (missing.status_code, error_of(missing)["code"]) == (404, "JOB_NOT_FOUND")
