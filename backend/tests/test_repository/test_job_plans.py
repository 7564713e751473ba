"""The frequent queries of workers read partial indexes, not the table, so finished jobs make nothing slower."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, TypeAlias
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from domain.jobs.job import JobFilter, JobState
from domain.page import PageRequest
from embedded.services import Urls
from service.factory import Factory
from service.jobs.job_service import JobService
from tests.support.databases import filled_database

Action: TypeAlias = Callable[[JobService], Awaitable[object]]

ROWS = """
    INSERT INTO jobs (task, payload, max_attempts, state, finished_at, lease_until, available_at)
    SELECT 'task', '{}', 10, state, now() - age, now() - age, now() - age
    FROM (VALUES
        ('done', interval '1 day', 20000),
        ('done', interval '8 days', 100),
        ('dead', interval '1 day', 20),
        ('pending', interval '1 day', 50),
        ('sent', interval '1 day', 50)
    ) AS rows (state, age, count), generate_series(1, count)
"""


@pytest.fixture(scope="module")
async def engine(services: Urls, process_number: int) -> AsyncIterator[AsyncEngine]:
    """A database with 20,000 finished jobs and a few others."""
    name = f"job_plans_{process_number}"
    async with filled_database(services.database_url, name, ROWS, "ANALYZE jobs") as engine:
        yield engine


@pytest.fixture
async def plans(connection: AsyncConnection) -> AsyncIterator[list[str]]:
    """The plan of every statement."""
    plans: list[str] = []
    driver: Any = (await connection.get_raw_connection()).driver_connection
    for setting in ("log_min_duration = 0", "log_nested_statements = on", "log_level = notice"):
        await connection.execute(text("LOAD 'auto_explain'"))
        await connection.execute(text(f"SET LOCAL auto_explain.{setting}"))

    def listen(_: object, message: object) -> None:
        plans.append(str(message))

    driver.add_log_listener(listen)
    yield plans
    driver.remove_log_listener(listen)


@pytest.mark.parametrize(
    ("action", "index"),
    [
        (lambda jobs: jobs.claim([uuid4() for _ in range(100)], worker=uuid4()), "pk_jobs"),
        (lambda jobs: jobs.complete_all([(uuid4(), 1) for _ in range(100)], worker=uuid4()), "pk_jobs"),
        (lambda jobs: jobs.take_unclaimed({}), "ix_jobs_due_by_task"),
        (lambda jobs: jobs.take_unclaimed({}), "ix_jobs_leased_by_task"),
        (lambda jobs: jobs.extend_leases(uuid4(), [uuid4() for _ in range(20)]), "ix_jobs_leased_by_task"),
        (lambda jobs: jobs.release_all(uuid4()), "ix_jobs_leased_by_task"),
        (lambda jobs: jobs.delete_finished(), "ix_jobs_finished"),
        (lambda jobs: jobs.find(JobFilter(), PageRequest()), "pk_jobs"),
        (lambda jobs: jobs.find(JobFilter(JobState.DEAD), PageRequest()), "ix_jobs_dead"),
        (lambda jobs: jobs.depths(), "ix_jobs_due_by_task"),
        (lambda jobs: jobs.depths(), "ix_jobs_dead"),
        (lambda jobs: jobs.overview(), "ix_jobs_finished"),
    ],
)
async def test_a_hot_statement_uses_its_index(
    factory: Factory,
    connection: AsyncConnection,
    plans: list[str],
    action: Action,
    index: str,
) -> None:
    await action(factory.jobs)
    plan = await _told(connection, plans)
    assert index in plan
    assert "Seq Scan on jobs" not in plan


@pytest.mark.parametrize(
    "action",
    [
        lambda jobs: jobs.claim([uuid4() for _ in range(20)], worker=uuid4()),
        lambda jobs: jobs.complete_all([(uuid4(), 1) for _ in range(20)], worker=uuid4()),
    ],
)
async def test_jobs_that_are_named_are_not_searched_in_an_index_that_every_job_passes_through(
    factory: Factory, connection: AsyncConnection, plans: list[str], action: Action
) -> None:
    await action(factory.jobs)
    plan = await _told(connection, plans)
    assert "pk_jobs" in plan
    assert "ix_jobs_leased_by_task" not in plan
    assert "ix_jobs_due_by_task" not in plan


async def test_a_statement_that_reads_the_whole_table_is_noticed(connection: AsyncConnection, plans: list[str]) -> None:
    await connection.execute(text("SELECT count(*) FROM jobs WHERE last_error = 'x'"))
    assert "Seq Scan on jobs" in await _told(connection, plans)


async def _told(connection: AsyncConnection, plans: list[str]) -> str:
    await connection.execute(text("SELECT 1"))  # a plan is told when its statement is closed: by the next one
    await asyncio.sleep(0)
    return "\n".join(plans)
