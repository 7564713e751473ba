"""The life of a job, on a database whose transactions really commit."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from structlog.testing import capture_logs

from domain import tasks
from domain.errors import DatabaseUnavailable
from domain.jobs.job import BACKLOG, SWEEP_BATCH, PermanentError, UnknownPayload
from domain.permissions import Role
from domain.taskiq_broker import TaskRegistry
from service.factory import Factory, Work
from service.jobs.job_service import JobService
from tests.conftest import HeldTransport, run_due_jobs
from worker.job_runner import JobRunner

pytestmark = pytest.mark.race


@dataclass(frozen=True, slots=True)
class AddUser:
    email: str
    then: str = "succeed"


@dataclass(frozen=True, slots=True)
class Nobody:
    number: int = 0


registry = TaskRegistry()


@registry.task(AddUser, max_attempts=3, timeout=timedelta(seconds=0.3))
async def add_user(work: Work, payload: AddUser) -> None:
    await work.identity.user_repository.add(payload.email, name=None, password_hash="x", roles=[Role.MEMBER])
    if payload.then == "fail":
        raise RuntimeError("broken")
    if payload.then == "give up":
        raise PermanentError("hopeless")
    if payload.then == "hang":
        await asyncio.sleep(5)


@pytest.fixture
def factory(committing_factory: Factory) -> Factory:
    """A factory that knows the tasks of this module."""
    committing_factory.resources.routes = registry.routes
    return committing_factory


@pytest.fixture
def runner(factory: Factory) -> JobRunner:
    return JobRunner(factory, registry)


async def _enqueue(factory: Factory, *payloads: object, **options: Any) -> list[UUID]:
    async with factory.unit_of_work() as work:
        for payload in payloads:
            work.outbox.enqueue(payload, **options)
    await asyncio.sleep(0.01)
    assert isinstance(factory.resources.transport, HeldTransport)
    return factory.resources.transport.job_ids


async def _sql(engine: AsyncEngine, statement: str) -> list[tuple[Any, ...]]:
    async with engine.begin() as connection:
        result = await connection.execute(text(statement))
        return [tuple(row) for row in result] if result.returns_rows else []


async def test_a_job_is_written_with_its_data_or_not_at_all(factory: Factory, engine: AsyncEngine) -> None:
    async def enqueue_and_fail() -> None:
        async with factory.unit_of_work() as work:
            work.outbox.enqueue(AddUser("a@example.com"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await enqueue_and_fail()
    assert await _sql(engine, "SELECT count(*) FROM jobs") == [(0,)]
    assert isinstance(factory.resources.transport, HeldTransport)
    assert factory.resources.transport.job_ids == []


async def test_effects_and_the_done_mark_are_committed_together(
    factory: Factory, runner: JobRunner, engine: AsyncEngine
) -> None:
    (job_id,) = await _enqueue(factory, AddUser("a@example.com"))
    await runner.run(job_id)
    assert await _sql(engine, "SELECT state, attempt FROM jobs") == [("done", 1)]
    assert await _sql(engine, "SELECT email FROM users") == [("a@example.com",)]


async def test_twenty_messages_for_one_job_run_it_once(
    factory: Factory, runner: JobRunner, engine: AsyncEngine
) -> None:
    (job_id,) = await _enqueue(factory, AddUser("a@example.com"))
    async with asyncio.TaskGroup() as group:
        for _ in range(20):
            group.create_task(runner.run(job_id))
    assert await _sql(engine, "SELECT state, attempt FROM jobs") == [("done", 1)]


async def test_a_failing_job_leaves_no_effect_is_tried_as_often_as_it_may_and_then_dead(
    factory: Factory, runner: JobRunner, engine: AsyncEngine
) -> None:
    (job_id,) = await _enqueue(factory, AddUser("a@example.com", then="fail"))
    for attempt in (1, 2):
        await runner.run(job_id)
        ((state, tries, wait, error),) = await _sql(
            engine, "SELECT state, attempt, extract(epoch FROM available_at - now()), last_error FROM jobs"
        )
        assert (state, tries, error) == ("pending", attempt, "RuntimeError: broken")
        assert 2**attempt * 0.4 < float(wait) < 2**attempt * 1.6
        await runner.run(job_id)  # too early: not claimable
        assert await _sql(engine, "SELECT attempt FROM jobs") == [(attempt,)]
        await _sql(engine, "UPDATE jobs SET available_at = now()")
    await runner.run(job_id)
    assert await _sql(engine, "SELECT state, attempt, finished_at IS NOT NULL FROM jobs") == [("dead", 3, True)]
    assert await _sql(engine, "SELECT count(*) FROM users") == [(0,)]


async def test_a_permanent_error_is_not_tried_again(factory: Factory, runner: JobRunner, engine: AsyncEngine) -> None:
    (job_id,) = await _enqueue(factory, AddUser("a@example.com", then="give up"))
    await runner.run(job_id)
    assert await _sql(engine, "SELECT state, attempt, last_error FROM jobs") == [
        ("dead", 1, "PermanentError: hopeless")
    ]


async def test_a_task_beyond_its_time_limit_is_cancelled_and_tried_again(
    factory: Factory, runner: JobRunner, engine: AsyncEngine
) -> None:
    (job_id,) = await _enqueue(factory, AddUser("a@example.com", then="hang"))
    await runner.run(job_id)
    ((state, error),) = await _sql(engine, "SELECT state, last_error FROM jobs")
    assert state == "pending"
    assert "JobOverdue" in error
    assert await _sql(engine, "SELECT count(*) FROM users") == [(0,)]


@pytest.mark.parametrize("then", ["succeed", "fail", "give up"])
async def test_a_worker_that_lost_its_claim_changes_nothing(
    factory: Factory, engine: AsyncEngine, runner: JobRunner, then: str
) -> None:
    (job_id,) = await _enqueue(factory, AddUser("a@example.com", then))
    async with factory.unit_of_work() as work:
        await work.jobs.claim([job_id], worker=UUID(int=1))
    await _sql(engine, "UPDATE jobs SET lease_until = now() - interval '1 second'")
    stalled = JobRunner(factory, registry)
    claim = await _claim_again(factory, job_id)
    with capture_logs() as logged:
        await stalled._run_counted(claim)  # its claim is attempt 1 of another worker
    assert [entry["event"] for entry in logged] == ["job fenced"]
    assert await _sql(engine, "SELECT count(*) FROM users") == [(0,)]
    assert await _sql(engine, "SELECT state, attempt, last_error FROM jobs") == [("running", 2, None)]


async def _claim_again(factory: Factory, job_id: UUID) -> Any:
    """Claim a lapsed job for a second worker, and return the claim that the first one still believes in."""
    from dataclasses import replace

    async with factory.unit_of_work() as work:
        claimed = await work.jobs.claim([job_id], worker=UUID(int=2))
    return replace(claimed[job_id], attempt=1, worker=UUID(int=1))


async def test_the_sweep_sends_what_nobody_claimed_again_and_buries_what_is_spent(
    factory: Factory, runner: JobRunner, engine: AsyncEngine, transport: HeldTransport
) -> None:
    await _enqueue(factory, *(AddUser(f"{name}@example.com") for name in ("due", "fresh", "lapsed", "spent", "alive")))
    transport.job_ids.clear()
    await _sql(engine, "UPDATE jobs SET available_at = now() - interval '2 s' WHERE payload->>'email' ~ 'due'")
    await _sql(
        engine,
        "UPDATE jobs SET state = 'running', attempt = 1, worker = uuidv7(), lease_until = now() - interval '1 s' "
        "WHERE payload->>'email' ~ 'lapsed|spent|alive'",
    )
    await _sql(engine, "UPDATE jobs SET attempt = 3 WHERE payload->>'email' ~ 'spent'")
    await _sql(engine, "UPDATE jobs SET lease_until = now() + interval '9 s' WHERE payload->>'email' ~ 'alive'")
    await runner.sweep()
    states = dict(await _sql(engine, "SELECT payload->>'email', state FROM jobs"))
    assert states == {
        "due@example.com": "sent",
        "fresh@example.com": "pending",
        "lapsed@example.com": "sent",
        "spent@example.com": "dead",
        "alive@example.com": "running",
    }
    assert len(transport.job_ids) == 2
    for job_id in transport.job_ids:
        await runner.run(job_id)
    assert await _sql(engine, "SELECT count(*) FROM jobs WHERE state = 'done'") == [(2,)]


async def test_of_a_queue_full_of_ids_only_those_are_sent_that_cannot_be_among_them(
    factory: Factory, runner: JobRunner, engine: AsyncEngine, transport: HeldTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _enqueue(factory, *(AddUser(f"{name}@example.com") for name in ("unread", "retried", "sent", "running")))
    transport.job_ids.clear()
    await _sql(engine, "UPDATE jobs SET created_at = now() - interval '9 s', available_at = now() - interval '9 s'")
    await _sql(engine, "UPDATE jobs SET available_at = now() - interval '2 s' WHERE payload->>'email' ~ 'retried'")
    for state in ("sent", "running"):
        lapsed = f"state = '{state}', lease_until = now() - interval '1 s'"
        await _sql(engine, f"UPDATE jobs SET {lapsed} WHERE payload->>'email' ~ '{state}'")

    async def many(queue: str) -> int:
        return BACKLOG + 1

    monkeypatch.setattr(transport, "waiting", many)
    await runner.sweep()
    assert await _sql(engine, "SELECT count(*) FROM jobs WHERE state = 'sent' AND lease_until > now()") == [(4,)]
    (sent,) = await _sql(engine, "SELECT array_agg(id) FROM jobs WHERE payload->>'email' ~ 'retried|running'")
    assert set(transport.job_ids) == set(sent[0])
    assert await _sql(engine, "SELECT count(*) FROM jobs WHERE sends = 0") == [(2,)]


async def test_a_sweep_that_cannot_send_leaves_jobs_as_they_were(
    factory: Factory, runner: JobRunner, engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _enqueue(factory, AddUser("a@example.com"))
    await _sql(engine, "UPDATE jobs SET available_at = now() - interval '2 s'")

    async def refuse(job_ids: object, *, queue: str) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(factory.resources.transport, "send", refuse)
    with pytest.raises(ConnectionRefusedError):
        await runner.sweep()
    assert await _sql(engine, "SELECT state, sends FROM jobs") == [("pending", 0)]


async def test_a_heartbeat_extends_only_what_this_worker_runs(
    factory: Factory, runner: JobRunner, engine: AsyncEngine
) -> None:
    ours, _ = await _enqueue(factory, AddUser("a@example.com"), AddUser("b@example.com"))
    async with factory.unit_of_work() as work:
        await work.jobs.claim([ours], worker=runner._worker)
    await _sql(engine, "UPDATE jobs SET state = 'running', lease_until = now()")
    runner._running.add(ours)
    await runner.beat()
    assert await _sql(engine, "SELECT count(*) FROM jobs WHERE lease_until > now() + interval '25 s'") == [(1,)]


async def test_a_job_of_an_unknown_task_waits_for_a_newer_worker(
    factory: Factory, runner: JobRunner, engine: AsyncEngine
) -> None:
    (job_id,) = await _enqueue(factory, AddUser("a@example.com"))
    await JobRunner(factory, TaskRegistry()).run(job_id)
    assert await _sql(engine, "SELECT state, attempt FROM jobs") == [("pending", 0)]
    await _sql(engine, "UPDATE jobs SET available_at = now()")
    await runner.run(job_id)
    assert await _sql(engine, "SELECT state FROM jobs") == [("done",)]


async def test_a_cancelled_worker_hands_its_job_back_without_counting_the_attempt(
    factory: Factory, runner: JobRunner, engine: AsyncEngine
) -> None:
    (job_id,) = await _enqueue(factory, AddUser("a@example.com", then="hang"))
    running = asyncio.create_task(runner.run(job_id))
    await asyncio.sleep(0.1)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert await _sql(engine, "SELECT state, attempt FROM jobs") == [("pending", 0)]


async def test_a_deduplicated_job_is_written_once_while_it_is_unfinished(
    factory: Factory, runner: JobRunner, engine: AsyncEngine
) -> None:
    (job_id,) = await _enqueue(factory, AddUser("a@example.com"), AddUser("b@example.com"), dedup_key="only")
    assert await _enqueue(factory, AddUser("c@example.com"), dedup_key="only") == [job_id]
    await runner.run(job_id)
    await _enqueue(factory, AddUser("d@example.com"), dedup_key="only")
    assert await _sql(engine, "SELECT count(*) FROM jobs") == [(2,)]


async def test_a_delayed_job_wakes_nobody_and_waits(factory: Factory, runner: JobRunner, engine: AsyncEngine) -> None:
    assert await _enqueue(factory, AddUser("a@example.com"), delay=timedelta(hours=1)) == []
    await runner.sweep()
    assert await _sql(engine, "SELECT state FROM jobs") == [("pending",)]


async def test_a_job_for_a_moment_waits_until_then(factory: Factory, runner: JobRunner, engine: AsyncEngine) -> None:
    moment = datetime.now(UTC) + timedelta(hours=1)
    assert await _enqueue(factory, AddUser("a@example.com"), run_at=moment) == []
    assert await _sql(engine, "SELECT available_at FROM jobs") == [(moment,)]


async def test_a_moment_without_a_time_zone_is_refused(factory: Factory) -> None:
    naive = datetime.now(UTC).replace(tzinfo=None)
    async with factory.unit_of_work() as work:
        with pytest.raises(ValidationError):
            work.outbox.enqueue(AddUser("a@example.com"), run_at=naive)


async def test_jobs_go_to_the_queue_of_their_task_and_the_sweep_sends_high_priorities_first(
    factory: Factory, engine: AsyncEngine
) -> None:
    queues = TaskRegistry()

    @queues.task(Nobody, queue="reports", priority=5)
    async def report(work: Work, payload: Nobody) -> None: ...

    @queues.task(AddUser)
    async def add(work: Work, payload: AddUser) -> None: ...

    factory.resources.routes = queues.routes
    await _enqueue(factory, *(AddUser(f"{number}@example.com") for number in range(SWEEP_BATCH)), Nobody())
    await _sql(engine, "UPDATE jobs SET available_at = now() - interval '2 s'")
    async with factory.unit_of_work() as work:
        taken = await work.jobs.take_unclaimed()
    assert {queue: len(jobs) for queue, jobs in taken.items()} == {"reports": 1, "default": SWEEP_BATCH - 1}


async def test_a_job_without_effects_is_marked_as_done_outside_of_its_unit_of_work(
    factory: Factory, engine: AsyncEngine
) -> None:
    quiet = TaskRegistry()

    @quiet.task(Nobody)
    async def nothing(work: Work, payload: Nobody) -> None:
        assert not work.writes

    factory.resources.routes = quiet.routes
    job_ids = await _enqueue(factory, *(Nobody(number) for number in range(50)))
    runner = JobRunner(factory, quiet)
    async with asyncio.TaskGroup() as group:
        for job_id in job_ids * 2:
            group.create_task(runner.run(job_id))
    assert await _sql(engine, "SELECT state, attempt, count(*) FROM jobs GROUP BY 1, 2") == [("done", 1, 50)]


async def test_a_job_that_only_enqueues_commits_that_with_its_done_mark(factory: Factory, engine: AsyncEngine) -> None:
    chain = TaskRegistry()

    @chain.task(Nobody)
    async def follow_up(work: Work, payload: Nobody) -> None:
        work.outbox.enqueue(AddUser("a@example.com"))

    @chain.task(AddUser)
    async def add(work: Work, payload: AddUser) -> None: ...

    factory.resources.routes = chain.routes
    (job_id,) = await _enqueue(factory, Nobody())
    await JobRunner(factory, chain).run(job_id)
    assert await _sql(engine, "SELECT task, state FROM jobs ORDER BY id") == [("follow_up", "done"), ("add", "pending")]


async def test_a_worker_that_ends_hands_back_what_it_still_holds(
    factory: Factory, runner: JobRunner, engine: AsyncEngine
) -> None:
    job_ids = await _enqueue(factory, AddUser("a@example.com"), AddUser("b@example.com"))
    await factory.jobs.claim(job_ids, worker=runner._worker)
    await runner.hand_back_all()
    assert await _sql(engine, "SELECT DISTINCT state, attempt FROM jobs") == [("pending", 0)]


async def test_the_clean_up_goes_on_in_new_jobs_until_nothing_old_is_left(
    committing_factory: Factory, engine: AsyncEngine
) -> None:
    await _sql(
        engine,
        "INSERT INTO jobs (task, payload, max_attempts, state, finished_at) "
        "SELECT 'old', '{}', 1, 'done', now() - interval '8 days' FROM generate_series(1, 12000)",
    )
    await _enqueue(committing_factory, tasks.CleanUp())
    assert isinstance(committing_factory.resources.transport, HeldTransport)
    while committing_factory.resources.transport.job_ids:
        await run_due_jobs(committing_factory)
        await asyncio.sleep(0.01)
    assert await _sql(engine, "SELECT task, count(*) FROM jobs GROUP BY 1") == [("clean_up", 4)]


async def test_payloads_are_checked_when_enqueued_and_again_when_run(
    factory: Factory, runner: JobRunner, engine: AsyncEngine
) -> None:
    with pytest.raises(UnknownPayload):
        await _enqueue(factory, Nobody())
    with pytest.raises((ValidationError, ValueError)):
        await _enqueue(factory, AddUser(email=7))  # type: ignore[arg-type]
    assert await _sql(engine, "SELECT count(*) FROM jobs") == [(0,)]
    (job_id,) = await _enqueue(factory, AddUser("a@example.com"))
    await _sql(engine, """UPDATE jobs SET payload = '{"wrong": 1}'""")
    await runner.run(job_id)
    ((state, error),) = await _sql(engine, "SELECT state, last_error FROM jobs")
    assert state == "dead"
    assert "email" in error


async def test_a_tick_fires_once_however_many_schedulers_run(factory: Factory, engine: AsyncEngine) -> None:
    scheduled = TaskRegistry()

    @scheduled.task(Nobody, cron="*/5 * * * *")
    async def count(work: Work, payload: Nobody) -> None: ...

    factory.resources.routes = scheduled.routes
    schedulers = [JobRunner(factory, scheduled) for _ in range(3)]
    start = datetime(2026, 1, 1, 12, 0, 30, tzinfo=UTC)
    for minute in range(11):
        async with asyncio.TaskGroup() as group:
            for scheduler in schedulers:
                group.create_task(scheduler.enqueue_due(start + timedelta(minutes=minute)))
    ticks = await _sql(engine, "SELECT tick FROM cron_ticks ORDER BY tick")
    assert ticks == [(datetime(2026, 1, 1, 12, minute, tzinfo=UTC),) for minute in (0, 5, 10)]
    assert await _sql(engine, "SELECT count(*) FROM jobs") == [(3,)]


async def test_a_run_whose_end_an_outage_kept_from_being_written_is_not_kept_alive(
    factory: Factory, runner: JobRunner, engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    (job_id,) = await _enqueue(factory, AddUser("a@example.com", then="fail"))

    async def unreachable(*_: object) -> None:
        raise DatabaseUnavailable

    with monkeypatch.context() as outage:
        outage.setattr(JobService, "fail", unreachable)
        await runner.run(job_id)
    assert await _sql(engine, "SELECT state FROM jobs") == [("running",)]
    await _sql(engine, "UPDATE jobs SET lease_until = now()")
    await runner.beat()
    assert await _sql(engine, "SELECT lease_until <= now() FROM jobs") == [(True,)]
