"""Metrics of a worker and a scheduler about the jobs that they run."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.taskiq_broker import TaskRegistry
from service.factory import Factory
from tests.support.jobs import AddUser, NoEffect, enqueue, registry, sql
from worker.job_runner import JobRunner


def value(factory: Factory, name: str, **labels: str) -> float | None:
    return factory.resources.metrics.registry.get_sample_value(name, labels)


def runs(factory: Factory, outcome: str) -> float | None:
    return value(factory, "job_runs_total", queue="default", task="add_user", outcome=outcome)


@pytest.fixture
def expecting(factory: Factory) -> Factory:
    tasks = {task.spec.name: task.spec.queue for task in registry.all()}
    factory.resources.metrics.jobs.expect(tasks, slots={"default": 20})
    return factory


@pytest.mark.parametrize(("then", "outcome"), [("succeed", "done"), ("fail", "retried"), ("give up", "dead")])
async def test_a_run_is_counted_by_its_outcome(
    expecting: Factory, runner: JobRunner, engine: AsyncEngine, then: str, outcome: str
) -> None:
    assert runs(expecting, outcome) == 0
    async with expecting.unit_of_work() as work:
        await work.identity.user_repository.get_by_email("a@example.com")  # the first use takes longer than a run may
    (job_id,) = await enqueue(expecting, AddUser("a@example.com", then=then))
    await sql(engine, "UPDATE jobs SET available_at = now() - interval '20 seconds'")
    await runner.run(job_id)
    assert {name: runs(expecting, name) for name in ("done", "retried", "dead")} == {
        **dict.fromkeys(("done", "retried", "dead"), 0),
        outcome: 1,
    }
    assert value(expecting, "job_run_duration_seconds_count", task="add_user") == 1
    assert 20 <= (value(expecting, "job_wait_seconds_sum", queue="default") or 0) < 40
    assert value(expecting, "jobs_running", queue="default") == 0


async def test_a_job_whose_worker_was_lost_in_the_last_attempt_is_counted_as_dead(
    expecting: Factory, runner: JobRunner, engine: AsyncEngine
) -> None:
    await enqueue(expecting, AddUser("a@example.com"))
    await sql(
        engine,
        "UPDATE jobs SET state = 'running', attempt = max_attempts, worker = uuidv7(),"
        " lease_until = now() - interval '1 s'",
    )
    await runner.sweep()
    assert runs(expecting, "dead") == 1
    await runner.sweep()
    assert runs(expecting, "dead") == 1


async def test_a_task_of_another_release_adds_one_series_only(expecting: Factory) -> None:
    (job_id,) = await enqueue(expecting, AddUser("a@example.com"))
    expecting.resources.metrics.jobs.expect({"other": "default"}, slots={"default": 20})
    await JobRunner(expecting, TaskRegistry()).run(job_id)
    assert value(expecting, "job_runs_total", queue="default", task="unknown", outcome="released") == 1


async def test_a_tick_is_counted_once_as_enqueued_and_then_as_a_duplicate(factory: Factory) -> None:
    scheduled = TaskRegistry()

    @scheduled.task(NoEffect, cron="* * * * *")
    async def every_minute(work: object, payload: NoEffect) -> None:
        pass

    factory.resources.routes = scheduled.routes
    now = datetime.now(UTC).replace(second=7)
    for moment in (now - timedelta(minutes=1), now, now):
        await JobRunner(factory, scheduled).enqueue_due(moment)
    for outcome, number in (("enqueued", 1), ("duplicate", 2)):
        assert value(factory, "scheduler_ticks_total", task="every_minute", outcome=outcome) == number
    assert 7 <= (value(factory, "scheduler_tick_delay_seconds_sum") or 0) < 8
