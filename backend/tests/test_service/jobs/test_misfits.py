"""A job whose payload does not fit, because another release has written it, is dead and holds up no other."""

from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from structlog.testing import capture_logs

from service.factory import Factory
from tests.conftest import HeldTransport
from tests.support.jobs import Reminder, enqueue, sql
from worker.job_runner import JobRunner

pytestmark = pytest.mark.race

NOT_PUBLISHED = {
    "event": "end of job not published",
    "task": "remind",
    "event_type": "ReminderLost",
    "log_level": "error",
}


@pytest.fixture
async def misfit(factory: Factory, engine: AsyncEngine, transport: HeldTransport) -> UUID:
    """A job with a payload whose field has another name."""
    (job_id,) = await enqueue(factory, Reminder(1))
    transport.job_ids.clear()
    await sql(engine, """UPDATE jobs SET payload = '{"note_id": 1}'""")
    return job_id


@pytest.mark.usefixtures("misfit")
async def test_the_sweep_buries_it_and_sends_the_others(
    factory: Factory, runner: JobRunner, engine: AsyncEngine, transport: HeldTransport
) -> None:
    await sql(
        engine,
        "UPDATE jobs SET state = 'running', attempt = max_attempts, worker = uuidv7(),"
        " lease_until = now() - interval '1 s'",
    )
    await enqueue(factory, Reminder(2))
    transport.job_ids.clear()
    await sql(engine, "UPDATE jobs SET available_at = now() - interval '2 s' WHERE state = 'pending'")
    with capture_logs() as logged:
        await runner.sweep()
    assert await sql(engine, "SELECT state FROM jobs WHERE task = 'remind' ORDER BY state") == [("dead",), ("sent",)]
    assert [line for line in logged if line["event"] == NOT_PUBLISHED["event"]] == [NOT_PUBLISHED]
    assert len(transport.job_ids) == 1


async def test_its_run_makes_it_dead(misfit: UUID, runner: JobRunner, engine: AsyncEngine) -> None:
    await runner.run(misfit)
    assert await sql(engine, "SELECT state, attempt FROM jobs") == [("dead", 1)]


async def test_an_operator_can_cancel_it(misfit: UUID, factory: Factory, engine: AsyncEngine) -> None:
    async with factory.unit_of_work() as work:
        await work.jobs.cancel(misfit)
    assert await sql(engine, "SELECT state FROM jobs") == [("dead",)]


async def test_the_end_of_a_job_whose_payload_fits_is_published(factory: Factory, engine: AsyncEngine) -> None:
    (job_id,) = await enqueue(factory, Reminder(1))
    async with factory.unit_of_work() as work:
        await work.jobs.cancel(job_id)
    assert await sql(engine, "SELECT payload FROM jobs WHERE task = 'tell_of_lost_reminder'") == [({"note": 1},)]
