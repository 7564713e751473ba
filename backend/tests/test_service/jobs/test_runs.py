"""The life of a job, on a database whose transactions really commit."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncEngine
from structlog.testing import capture_logs

from domain.errors import DatabaseUnavailable
from domain.jobs.job import UnknownPayload
from domain.taskiq_broker import TaskRegistry
from service.factory import Factory, Work
from service.jobs.job_service import JobService
from tests.conftest import HeldTransport
from tests.support.jobs import AddUser, AddUserForever, NoEffect, enqueue, hanging, registry, sql
from worker.job_runner import JobRunner

pytestmark = pytest.mark.race


async def test_a_job_is_written_with_its_data_or_not_at_all(factory: Factory, engine: AsyncEngine) -> None:
    async def enqueue_and_fail() -> None:
        async with factory.unit_of_work() as work:
            work.outbox.enqueue(AddUser("a@example.com"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await enqueue_and_fail()
    assert await sql(engine, "SELECT count(*) FROM jobs") == [(0,)]
    assert isinstance(factory.resources.transport, HeldTransport)
    assert factory.resources.transport.job_ids == []


async def test_effects_and_the_done_mark_are_committed_together(
    factory: Factory, runner: JobRunner, engine: AsyncEngine
) -> None:
    (job_id,) = await enqueue(factory, AddUser("a@example.com"))
    await runner.run(job_id)
    assert await sql(engine, "SELECT state, attempt FROM jobs") == [("done", 1)]
    assert await sql(engine, "SELECT email FROM users") == [("a@example.com",)]


async def test_twenty_messages_for_one_job_run_it_once(
    factory: Factory, runner: JobRunner, engine: AsyncEngine
) -> None:
    (job_id,) = await enqueue(factory, AddUser("a@example.com"))
    async with asyncio.TaskGroup() as group:
        for _ in range(20):
            group.create_task(runner.run(job_id))
    assert await sql(engine, "SELECT state, attempt FROM jobs") == [("done", 1)]


async def test_a_failing_job_leaves_no_effect_is_tried_as_often_as_it_may_and_then_dead(
    factory: Factory, runner: JobRunner, engine: AsyncEngine
) -> None:
    (job_id,) = await enqueue(factory, AddUser("a@example.com", then="fail"))
    for attempt in (1, 2):
        await runner.run(job_id)
        ((state, tries, wait, error),) = await sql(
            engine, "SELECT state, attempt, extract(epoch FROM available_at - now()), last_error FROM jobs"
        )
        assert (state, tries, error) == ("pending", attempt, "RuntimeError: broken")
        assert 2**attempt * 0.4 < float(wait) < 2**attempt * 1.6
        await runner.run(job_id)  # too early: not claimable
        assert await sql(engine, "SELECT attempt FROM jobs") == [(attempt,)]
        await sql(engine, "UPDATE jobs SET available_at = now()")
    await runner.run(job_id)
    assert await sql(engine, "SELECT state, attempt, finished_at IS NOT NULL FROM jobs") == [("dead", 3, True)]
    assert await sql(engine, "SELECT count(*) FROM users") == [(0,)]


async def test_an_outage_is_recorded_with_its_cause(factory: Factory, runner: JobRunner, engine: AsyncEngine) -> None:
    (job_id,) = await enqueue(factory, AddUser("a@example.com", then="hang in the database"))
    await runner.run(job_id)
    ((error,),) = await sql(engine, "SELECT last_error FROM jobs")
    assert error.startswith("DatabaseUnavailable: ")
    assert "canceling statement due to statement timeout" in error


async def test_a_permanent_error_is_not_tried_again(factory: Factory, runner: JobRunner, engine: AsyncEngine) -> None:
    (job_id,) = await enqueue(factory, AddUser("a@example.com", then="give up"))
    await runner.run(job_id)
    assert await sql(engine, "SELECT state, attempt, last_error FROM jobs") == [("dead", 1, "PermanentError: hopeless")]


async def test_an_error_whose_text_cannot_be_stored_is_recorded_with_escapes(
    factory: Factory, runner: JobRunner, engine: AsyncEngine
) -> None:
    (job_id,) = await enqueue(factory, AddUser("a@example.com", then="fail unreadably"))
    await runner.run(job_id)
    assert await sql(engine, "SELECT state, last_error FROM jobs") == [
        ("dead", r"PermanentError: 550 Bo\udceete \x00"),
    ]


async def test_a_task_beyond_its_time_limit_is_cancelled_and_tried_again(
    factory: Factory, runner: JobRunner, engine: AsyncEngine
) -> None:
    (job_id,) = await enqueue(factory, AddUserForever("a@example.com"))
    await runner.run(job_id)
    ((state, error),) = await sql(engine, "SELECT state, last_error FROM jobs")
    assert state == "pending"
    assert "JobOverdue" in error
    assert await sql(engine, "SELECT count(*) FROM users") == [(0,)]


@pytest.mark.parametrize("then", ["succeed", "fail", "give up"])
async def test_a_worker_that_lost_its_claim_changes_nothing(
    factory: Factory, engine: AsyncEngine, runner: JobRunner, then: str
) -> None:
    (job_id,) = await enqueue(factory, AddUser("a@example.com", then))
    async with factory.unit_of_work() as work:
        await work.jobs.claim([job_id], worker=UUID(int=1))
    await sql(engine, "UPDATE jobs SET lease_until = now() - interval '1 second'")
    stalled = JobRunner(factory, registry)
    claim = await _claim_again(factory, job_id)
    with capture_logs() as logged:
        await stalled._observe(claim)  # its claim is attempt 1 of another worker
    assert [entry["event"] for entry in logged] == ["job fenced"]
    assert await sql(engine, "SELECT count(*) FROM users") == [(0,)]
    assert await sql(engine, "SELECT state, attempt, last_error FROM jobs") == [("running", 2, None)]


async def _claim_again(factory: Factory, job_id: UUID) -> Any:
    """Claim a lapsed job for a second worker, and return the claim that the first one still believes in."""
    from dataclasses import replace

    async with factory.unit_of_work() as work:
        claimed = await work.jobs.claim([job_id], worker=UUID(int=2))
    return replace(claimed[job_id], attempt=1, worker=UUID(int=1))


@pytest.fixture
async def late(factory: Factory, engine: AsyncEngine) -> AsyncIterator[JobRunner]:
    """A runner with a job in work whose lease has ended, as after a task that blocked its event loop."""
    waiting, started = TaskRegistry(), asyncio.Event()

    @waiting.task(NoEffect)
    async def wait(work: Work, payload: NoEffect) -> None:
        started.set()
        await asyncio.Event().wait()

    factory.resources.routes = waiting.routes
    runner = JobRunner(factory, waiting)
    (job_id,) = await enqueue(factory, NoEffect())
    running = asyncio.create_task(runner.run(job_id))
    await started.wait()
    await sql(engine, "UPDATE jobs SET lease_until = now() - interval '1 second'")
    yield runner
    running.cancel()
    await asyncio.wait([running])


async def test_a_late_worker_takes_no_job_from_itself_but_others_do(
    factory: Factory, engine: AsyncEngine, late: JobRunner
) -> None:
    await late.sweep()
    assert await sql(engine, "SELECT state FROM jobs") == [("running",)]
    await JobRunner(factory, late._registry).sweep()
    assert await sql(engine, "SELECT state FROM jobs") == [("sent",)]


async def test_a_late_heartbeat_names_the_tasks_that_run(late: JobRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    with capture_logs() as in_time:
        await late.beat()
    monkeypatch.setattr("worker.job_runner.LEASE", timedelta(0))
    with capture_logs() as afterwards:
        await late.beat()
    assert in_time == []
    assert [(line["event"], line["running"]) for line in afterwards] == [("heartbeat late", ["wait"])]


async def test_a_job_of_an_unknown_task_waits_for_a_newer_worker(
    factory: Factory, runner: JobRunner, engine: AsyncEngine
) -> None:
    job_ids = await enqueue(factory, AddUser("a@example.com"), AddUser("b@example.com"))
    older = JobRunner(factory, TaskRegistry())
    with capture_logs() as logged:
        for job_id in job_ids:
            await older.run(job_id)
    assert [line["jobs"] for line in logged if line["event"] == "jobs of unknown tasks released"] == [1]
    assert await sql(engine, "SELECT DISTINCT state, attempt FROM jobs") == [("pending", 0)]
    await sql(engine, "UPDATE jobs SET available_at = now()")
    for job_id in job_ids:
        await runner.run(job_id)
    assert await sql(engine, "SELECT DISTINCT state FROM jobs") == [("done",)]


async def test_a_cancelled_worker_hands_its_job_back_without_counting_the_attempt(
    factory: Factory, runner: JobRunner, engine: AsyncEngine
) -> None:
    (job_id,) = await enqueue(factory, AddUser("a@example.com", then="hang"))
    hanging.clear()
    running = asyncio.create_task(runner.run(job_id))
    await hanging.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert await sql(engine, "SELECT state, attempt FROM jobs") == [("pending", 0)]


async def test_a_task_that_ends_as_cancelled_although_its_worker_goes_on_has_failed(
    factory: Factory, runner: JobRunner, engine: AsyncEngine
) -> None:
    (job_id,) = await enqueue(factory, AddUser("a@example.com", then="await what was cancelled"))
    for _ in range(3):
        await runner.run(job_id)
        await sql(engine, "UPDATE jobs SET available_at = now()")
    assert await sql(engine, "SELECT state, attempt, last_error FROM jobs") == [("dead", 3, "CancelledError: ")]
    assert await sql(engine, "SELECT count(*) FROM users") == [(0,)]


async def test_a_job_without_effects_is_marked_as_done_outside_of_its_unit_of_work(
    factory: Factory, engine: AsyncEngine
) -> None:
    quiet = TaskRegistry()

    @quiet.task(NoEffect)
    async def nothing(work: Work, payload: NoEffect) -> None:
        assert not work.writes

    factory.resources.routes = quiet.routes
    job_ids = await enqueue(factory, *(NoEffect(number) for number in range(50)))
    runner = JobRunner(factory, quiet)
    async with asyncio.TaskGroup() as group:
        for job_id in job_ids * 2:
            group.create_task(runner.run(job_id))
    assert await sql(engine, "SELECT state, attempt, count(*) FROM jobs GROUP BY 1, 2") == [("done", 1, 50)]


async def test_a_job_that_only_enqueues_commits_that_with_its_done_mark(factory: Factory, engine: AsyncEngine) -> None:
    chain = TaskRegistry()

    @chain.task(NoEffect)
    async def follow_up(work: Work, payload: NoEffect) -> None:
        work.outbox.enqueue(AddUser("a@example.com"))

    @chain.task(AddUser)
    async def add(work: Work, payload: AddUser) -> None: ...

    factory.resources.routes = chain.routes
    (job_id,) = await enqueue(factory, NoEffect())
    await JobRunner(factory, chain).run(job_id)
    assert await sql(engine, "SELECT task, state FROM jobs ORDER BY id") == [("follow_up", "done"), ("add", "pending")]


async def test_a_worker_that_ends_hands_back_what_it_still_holds(
    factory: Factory, runner: JobRunner, engine: AsyncEngine
) -> None:
    job_ids = await enqueue(factory, AddUser("a@example.com"), AddUser("b@example.com"))
    await factory.jobs.claim(job_ids, worker=runner._worker)
    await runner.release_all()
    assert await sql(engine, "SELECT DISTINCT state, attempt FROM jobs") == [("pending", 0)]


async def test_payloads_are_checked_when_enqueued_and_again_when_run(
    factory: Factory, runner: JobRunner, engine: AsyncEngine
) -> None:
    with pytest.raises(UnknownPayload):
        await enqueue(factory, NoEffect())
    with pytest.raises((ValidationError, ValueError)):
        await enqueue(factory, AddUser(email=7))  # type: ignore[arg-type]
    assert await sql(engine, "SELECT count(*) FROM jobs") == [(0,)]
    (job_id,) = await enqueue(factory, AddUser("a@example.com"))
    await sql(engine, """UPDATE jobs SET payload = '{"wrong": 1}'""")
    await runner.run(job_id)
    ((state, error),) = await sql(engine, "SELECT state, last_error FROM jobs")
    assert state == "dead"
    assert "email" in error


async def test_a_run_whose_end_an_outage_kept_from_being_written_is_not_kept_alive(
    factory: Factory, runner: JobRunner, engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    (job_id,) = await enqueue(factory, AddUser("a@example.com", then="fail"))

    async def unreachable(*_: object) -> None:
        raise DatabaseUnavailable

    with monkeypatch.context() as outage:
        outage.setattr(JobService, "fail", unreachable)
        await runner.run(job_id)
    assert await sql(engine, "SELECT state FROM jobs") == [("running",)]
    await sql(engine, "UPDATE jobs SET lease_until = now()")
    await runner.beat()
    assert await sql(engine, "SELECT lease_until <= now() FROM jobs") == [(True,)]
