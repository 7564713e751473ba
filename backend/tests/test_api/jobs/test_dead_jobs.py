"""Operators retry and discard many dead jobs at once."""

from typing import Any
from uuid import uuid4

import httpx2 as httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.permissions import Role
from service.factory import Factory
from service.jobs import dead_job_service
from tests.support.helpers import error_of, grant, sign_up


@pytest.fixture
async def operator(client: httpx.AsyncClient, factory: Factory) -> httpx.AsyncClient:
    """A browser in which an administrator is signed in."""
    await grant(factory, await sign_up(client), Role.ADMIN)
    return client


async def _job(connection: AsyncConnection, *, task: str = "t", key: str | None = None, state: str = "dead") -> str:
    statement = (
        "INSERT INTO jobs (task, payload, max_attempts, attempt, state, dedup_key) "
        "VALUES (:task, '{}', 3, 3, :state, :key) RETURNING id"
    )
    row = await connection.execute(text(statement), {"task": task, "key": key, "state": state})
    return str(row.scalar_one())


async def _states(connection: AsyncConnection, *ids: str) -> list[str | None]:
    rows = await connection.execute(text("SELECT id::text, state FROM jobs"))
    states = {row.id: row.state for row in rows}
    return [states.get(job_id) for job_id in ids]


async def _send(client: httpx.AsyncClient, action: str, **body: Any) -> dict[str, int]:
    response = await client.post(f"/api/jobs/{action}", json=body)
    assert response.status_code == 200, response.text
    data: dict[str, int] = response.json()["data"]
    return data


async def test_selected_dead_jobs_are_retried_and_the_rest_is_counted(
    operator: httpx.AsyncClient, connection: AsyncConnection
) -> None:
    dead, running, other = [await _job(connection, state=state) for state in ("dead", "running", "dead")]
    ids = [dead, running, str(uuid4()), dead]
    assert await _send(operator, "retry", ids=ids) == {"changed": 1, "left": 2}
    assert await _states(connection, dead, running, other) == ["pending", "running", "dead"]
    assert await _send(operator, "retry", ids=ids) == {"changed": 0, "left": 3}


async def test_all_matching_dead_jobs_are_discarded(operator: httpx.AsyncClient, connection: AsyncConnection) -> None:
    first, second, other = [await _job(connection, task=task) for task in ("t", "t", "u")]
    alive = await _job(connection, state="pending")
    assert await _send(operator, "discard", matching={"task": "t"}) == {"changed": 2, "left": 0}
    assert await _states(connection, first, second, other, alive) == [None, None, "dead", "pending"]
    assert await _send(operator, "discard", matching={"task": None, "queue": None}) == {"changed": 1, "left": 0}


async def test_a_call_changes_no_more_than_the_limit_and_says_how_many_are_left(
    operator: httpx.AsyncClient, connection: AsyncConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dead_job_service, "DEAD_JOBS_AT_ONCE", 2)
    ids = [await _job(connection) for _ in range(3)]
    assert await _send(operator, "retry", matching={}) == {"changed": 2, "left": 1}
    assert await _states(connection, *ids) == ["pending", "pending", "dead"]


async def test_a_job_that_is_already_waiting_is_not_enqueued_a_second_time(
    operator: httpx.AsyncClient, connection: AsyncConnection
) -> None:
    await _job(connection, key="waiting", state="pending")
    waiting, first, second = [await _job(connection, key=key) for key in ("waiting", "twice", "twice")]
    assert await _send(operator, "retry", matching={}) == {"changed": 1, "left": 2}
    assert await _states(connection, waiting, first, second) == ["dead", "pending", "dead"]
    refused = await operator.post(f"/api/jobs/{waiting}/retry")
    assert (refused.status_code, error_of(refused)["code"]) == (409, "JOB_ALREADY_QUEUED")


async def test_the_audit_log_says_who_retried_and_discarded_how_many(
    operator: httpx.AsyncClient, connection: AsyncConnection
) -> None:
    await _job(connection)
    await _send(operator, "retry", matching={"task": "t"})
    await _send(operator, "discard", matching={"task": "t"})
    kinds = {"kind": "jobs_retried"}
    (event,) = (await operator.get("/api/security-events", params=kinds)).json()["data"]
    assert event["details"] == {"jobs": 1, "task": "t"}
    discarded = await operator.get("/api/security-events", params={"kind": "jobs_discarded"})
    assert discarded.json()["data"] == []


@pytest.mark.parametrize("body", [{}, {"ids": []}, {"ids": ["x"]}, {"ids": None}, {"matching": {"state": "done"}}])
async def test_a_selection_that_makes_no_sense_is_refused(operator: httpx.AsyncClient, body: dict[str, Any]) -> None:
    assert (await operator.post("/api/jobs/discard", json=body)).status_code == 422
