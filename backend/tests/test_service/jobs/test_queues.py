"""Which jobs are sent, when, to which queue, and what is cleaned away."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from domain import tasks
from domain.jobs.job import BACKLOG, SWEEP_BATCH
from domain.taskiq_broker import TaskRegistry
from service.factory import Factory, Work
from tests.conftest import HeldTransport, run_due_jobs
from tests.support.helpers import commits_refused
from tests.support.jobs import AddUser, NoEffect, enqueue, sql
from tests.support.locks import until_a_lock_is_awaited
from worker.job_runner import JobRunner

pytestmark = pytest.mark.race

HELD = "INSERT INTO jobs (task, payload, max_attempts, dedup_key) VALUES ('add_user', '{}', 1, 'b')"


async def test_the_sweep_resends_unclaimed_jobs_and_buries_spent_ones(
    factory: Factory, runner: JobRunner, engine: AsyncEngine, transport: HeldTransport
) -> None:
    await enqueue(factory, *(AddUser(f"{name}@example.com") for name in ("due", "fresh", "lapsed", "spent", "alive")))
    transport.job_ids.clear()
    await sql(engine, "UPDATE jobs SET available_at = now() - interval '2 s' WHERE payload->>'email' ~ 'due'")
    await sql(
        engine,
        "UPDATE jobs SET state = 'running', attempt = 1, worker = uuidv7(), lease_until = now() - interval '1 s' "
        "WHERE payload->>'email' ~ 'lapsed|spent|alive'",
    )
    await sql(engine, "UPDATE jobs SET attempt = 3 WHERE payload->>'email' ~ 'spent'")
    await sql(engine, "UPDATE jobs SET lease_until = now() + interval '9 s' WHERE payload->>'email' ~ 'alive'")
    await runner.sweep()
    states = dict(await sql(engine, "SELECT payload->>'email', state FROM jobs"))
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
    assert await sql(engine, "SELECT count(*) FROM jobs WHERE state = 'done'") == [(2,)]


async def test_of_a_queue_full_of_ids_only_those_are_sent_that_cannot_be_among_them(
    factory: Factory, runner: JobRunner, engine: AsyncEngine, transport: HeldTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    await enqueue(factory, *(AddUser(f"{name}@example.com") for name in ("unread", "retried", "sent", "running")))
    transport.job_ids.clear()
    await sql(engine, "UPDATE jobs SET created_at = now() - interval '9 s', available_at = now() - interval '9 s'")
    await sql(engine, "UPDATE jobs SET available_at = now() - interval '2 s' WHERE payload->>'email' ~ 'retried'")
    for state in ("sent", "running"):
        lapsed = f"state = '{state}', lease_until = now() - interval '1 s'"
        await sql(engine, f"UPDATE jobs SET {lapsed} WHERE payload->>'email' ~ '{state}'")

    async def many(queue: str) -> int:
        return BACKLOG + 1

    monkeypatch.setattr(transport, "waiting", many)
    await runner.sweep()
    assert await sql(engine, "SELECT count(*) FROM jobs WHERE state = 'sent' AND lease_until > now()") == [(4,)]
    (sent,) = await sql(engine, "SELECT array_agg(id) FROM jobs WHERE payload->>'email' ~ 'retried|running'")
    assert set(transport.job_ids) == set(sent[0])
    await sql(engine, "UPDATE jobs SET lease_until = now() - interval '1 s' WHERE payload->>'email' ~ '^sent'")
    await runner.sweep()
    assert len(transport.job_ids) == 2
    # Looked at again after twice as long, so that a queue that stays full costs less and less.
    longer = "SELECT lease_until > now() + interval '35 s' FROM jobs WHERE payload->>'email' ~ '^sent'"
    assert await sql(engine, longer) == [(True,)]


async def test_a_sweep_that_cannot_send_leaves_jobs_as_they_were(
    factory: Factory, runner: JobRunner, engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    await enqueue(factory, AddUser("a@example.com"))
    await sql(engine, "UPDATE jobs SET available_at = now() - interval '2 s'")

    async def refuse(job_ids: object, *, queue: str) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(factory.resources.transport, "send", refuse)
    with pytest.raises(ConnectionRefusedError):
        await runner.sweep()
    assert await sql(engine, "SELECT state, sends FROM jobs") == [("pending", 0)]


async def test_a_heartbeat_extends_only_what_this_worker_runs(
    factory: Factory, runner: JobRunner, engine: AsyncEngine
) -> None:
    ours, _ = await enqueue(factory, AddUser("a@example.com"), AddUser("b@example.com"))
    async with factory.unit_of_work() as work:
        await work.jobs.claim([ours], worker=runner._worker)
    await sql(engine, "UPDATE jobs SET state = 'running', lease_until = now()")
    runner._running[ours] = "add_user"
    await runner.beat()
    assert await sql(engine, "SELECT count(*) FROM jobs WHERE lease_until > now() + interval '25 s'") == [(1,)]


async def test_a_deduplicated_job_is_written_once_while_it_is_unfinished(
    factory: Factory, runner: JobRunner, engine: AsyncEngine
) -> None:
    (job_id,) = await enqueue(factory, AddUser("a@example.com"), AddUser("b@example.com"), dedup_key="only")
    assert await enqueue(factory, AddUser("c@example.com"), dedup_key="only") == [job_id]
    await runner.run(job_id)
    await enqueue(factory, AddUser("d@example.com"), dedup_key="only")
    assert await sql(engine, "SELECT count(*) FROM jobs") == [(2,)]


async def test_a_delayed_job_waits_and_wakes_no_worker(
    factory: Factory, runner: JobRunner, engine: AsyncEngine
) -> None:
    assert await enqueue(factory, AddUser("a@example.com"), delay=timedelta(hours=1)) == []
    await runner.sweep()
    assert await sql(engine, "SELECT state FROM jobs") == [("pending",)]


async def test_a_job_for_a_moment_waits_until_then(factory: Factory, runner: JobRunner, engine: AsyncEngine) -> None:
    moment = datetime.now(UTC) + timedelta(hours=1)
    assert await enqueue(factory, AddUser("a@example.com"), run_at=moment) == []
    assert await sql(engine, "SELECT available_at FROM jobs") == [(moment,)]


async def test_a_moment_without_a_time_zone_is_refused(factory: Factory) -> None:
    naive = datetime.now(UTC).replace(tzinfo=None)
    async with factory.unit_of_work() as work:
        with pytest.raises(ValidationError):
            work.outbox.enqueue(AddUser("a@example.com"), run_at=naive)


async def test_jobs_go_to_the_queue_of_their_task_and_the_sweep_sends_high_priorities_first(
    factory: Factory, engine: AsyncEngine
) -> None:
    queues = TaskRegistry()

    @queues.task(NoEffect, queue="files", priority=5)
    async def urgent(work: Work, payload: NoEffect) -> None: ...

    @queues.task(AddUser, queue="files")
    async def add(work: Work, payload: AddUser) -> None: ...

    factory.resources.routes = queues.routes
    await enqueue(factory, *(AddUser(f"{number}@example.com") for number in range(SWEEP_BATCH)), NoEffect())
    await sql(engine, "UPDATE jobs SET available_at = now() - interval '2 s'")
    async with factory.unit_of_work() as work:
        taken, _ = await work.jobs.take_unclaimed({})
    assert {queue: len(jobs) for queue, jobs in taken.items()} == {"files": SWEEP_BATCH}
    assert await sql(engine, "SELECT state FROM jobs WHERE task = 'urgent'") == [("sent",)]


@pytest.mark.parametrize(
    "changes",
    [
        "available_at = now() - interval '2 s'",
        "state = 'sent', lease_until = now() - interval '2 s'",
        "state = 'running', worker = uuidv7(), attempt = 1, lease_until = now() - interval '2 s'",
    ],
)
async def test_a_task_with_many_jobs_holds_up_no_job_of_another_queue(
    factory: Factory, engine: AsyncEngine, changes: str
) -> None:
    queues = TaskRegistry()

    @queues.task(AddUser, queue="mails", priority=5)
    async def many(work: Work, payload: AddUser) -> None: ...

    @queues.task(NoEffect)
    async def other(work: Work, payload: NoEffect) -> None: ...

    factory.resources.routes = queues.routes
    await enqueue(factory, *(AddUser(f"{number}@example.com") for number in range(SWEEP_BATCH + 1)), NoEffect())
    await sql(engine, f"UPDATE jobs SET {changes}")
    await sql(engine, "UPDATE jobs SET available_at = now() - interval '9 s' WHERE task = 'many'")
    async with factory.unit_of_work() as work:
        taken, _ = await work.jobs.take_unclaimed({"mails": BACKLOG + 1, "default": 0})
    assert len(taken["default"]) == 1


async def test_jobs_of_a_task_that_this_release_does_not_know_are_left_as_they_are(
    factory: Factory, runner: JobRunner, engine: AsyncEngine, transport: HeldTransport
) -> None:
    await enqueue(factory, AddUser("pending@example.com"), AddUser("running@example.com"))
    transport.job_ids.clear()
    await sql(engine, "UPDATE jobs SET task = 'of_a_newer_release', available_at = now() - interval '9 s'")
    lapsed = "state = 'running', attempt = max_attempts, lease_until = now() - interval '9 s'"
    await sql(engine, f"UPDATE jobs SET {lapsed} WHERE payload->>'email' ~ 'running'")
    before = await sql(engine, "SELECT ctid::text, state FROM jobs ORDER BY id")
    await runner.sweep()
    assert transport.job_ids == []
    assert await sql(engine, "SELECT ctid::text, state FROM jobs ORDER BY id") == before


async def test_ids_that_were_lost_with_a_full_queue_are_sent_again_as_soon_as_others(
    factory: Factory, runner: JobRunner, engine: AsyncEngine, transport: HeldTransport
) -> None:
    await enqueue(factory, AddUser("a@example.com"))
    transport.job_ids.clear()
    await sql(engine, "UPDATE jobs SET state = 'sent', sends = 6, lease_until = now() + interval '20 minutes'")
    await runner.sweep()
    assert await sql(engine, "SELECT lease_until <= now() + interval '20 s' FROM jobs") == [(True,)]


async def test_the_lease_of_a_dead_worker_ends_in_time_when_the_clock_was_set_back(
    factory: Factory, runner: JobRunner, engine: AsyncEngine, transport: HeldTransport
) -> None:
    await enqueue(factory, AddUser("a@example.com"))
    transport.job_ids.clear()
    await sql(engine, "UPDATE jobs SET state = 'running', worker = uuidv7(), lease_until = now() + interval '1 hour'")
    await runner.sweep()
    assert await sql(engine, "SELECT state, lease_until <= now() + interval '20 s' FROM jobs") == [("running", True)]


async def test_transactions_that_write_jobs_with_the_same_keys_wait_for_each_other_and_do_not_deadlock(
    factory: Factory, engine: AsyncEngine
) -> None:
    async def enqueue_all(keys: str) -> None:
        async with factory.unit_of_work() as work:
            for key in keys:
                work.outbox.enqueue(AddUser("a@example.com"), dedup_key=key)

    async with engine.connect() as other, asyncio.TaskGroup() as group:
        await other.execute(text(HELD))
        group.create_task(enqueue_all("cba"))
        await until_a_lock_is_awaited(engine)
        group.create_task(enqueue_all("ac"))
        await until_a_lock_is_awaited(engine, by=2)
        await other.rollback()
    assert sorted(await sql(engine, "SELECT dedup_key FROM jobs")) == [("a",), ("b",), ("c",)]


async def test_the_clean_up_goes_on_in_new_jobs_until_nothing_old_is_left(
    committing_factory: Factory, engine: AsyncEngine
) -> None:
    await sql(
        engine,
        "INSERT INTO jobs (task, payload, max_attempts, state, finished_at) "
        "SELECT 'old', '{}', 1, 'done', now() - interval '8 days' FROM generate_series(1, 12000)",
    )
    await enqueue(committing_factory, tasks.CleanUp())
    assert isinstance(committing_factory.resources.transport, HeldTransport)
    while committing_factory.resources.transport.job_ids:
        await run_due_jobs(committing_factory)
    runs = "SELECT payload->>'step', count(*) FROM jobs WHERE payload->>'step' ~ 'jobs' GROUP BY 1"
    assert await sql(engine, runs) == [("delete_finished_jobs", 4)]
    assert await sql(engine, "SELECT DISTINCT task, state FROM jobs") == [("clean_up", "done")]


async def test_a_clean_up_that_fails_holds_up_no_other(committing_factory: Factory, engine: AsyncEngine) -> None:
    age = "now() - interval '400 days'"
    await sql(engine, f"INSERT INTO security_events (kind, created_at) VALUES ('signed_in', {age})")
    await sql(
        engine,
        f"INSERT INTO jobs (task, payload, max_attempts, state, finished_at) VALUES ('old', '{{}}', 1, 'done', {age})",
    )
    async with commits_refused(engine, "security_events"):
        await enqueue(committing_factory, tasks.CleanUp())
        await run_due_jobs(committing_factory)
    assert await sql(engine, "SELECT payload->>'step' FROM jobs WHERE state <> 'done'") == [
        ("delete_old_security_events",)
    ]
    assert await sql(engine, "SELECT count(*) FROM jobs WHERE task = 'old'") == [(0,)]


async def test_a_tick_fires_once_however_many_schedulers_run(factory: Factory, engine: AsyncEngine) -> None:
    scheduled = TaskRegistry()

    @scheduled.task(NoEffect, cron="*/5 * * * *")
    async def count(work: Work, payload: NoEffect) -> None: ...

    factory.resources.routes = scheduled.routes
    schedulers = [JobRunner(factory, scheduled) for _ in range(3)]
    start = datetime(2026, 1, 1, 12, 0, 30, tzinfo=UTC)
    for minute in range(11):
        async with asyncio.TaskGroup() as group:
            for scheduler in schedulers:
                group.create_task(scheduler.enqueue_due(start + timedelta(minutes=minute)))
    ticks = await sql(engine, "SELECT tick FROM cron_ticks ORDER BY tick")
    assert ticks == [(datetime(2026, 1, 1, 12, minute, tzinfo=UTC),) for minute in (0, 5, 10)]
    # The first one was before the schedule began.
    assert await sql(engine, "SELECT count(*) FROM jobs") == [(2,)]


async def test_a_new_schedule_waits_for_its_next_tick_and_a_missed_one_is_made_up_for(
    factory: Factory, engine: AsyncEngine
) -> None:
    monthly = TaskRegistry()

    @monthly.task(NoEffect, cron="0 6 1 * *")
    async def invoice(work: Work, payload: NoEffect) -> None: ...

    factory.resources.routes = monthly.routes

    async def jobs_after_start(moment: datetime) -> int:
        await JobRunner(factory, monthly).enqueue_due(moment)
        async with factory.unit_of_work() as work:
            await work.jobs.delete_finished()
        [(number,)] = await sql(engine, "SELECT count(*) FROM jobs")
        return int(number)

    assert await jobs_after_start(datetime(2025, 1, 20, 12, tzinfo=UTC)) == 0
    assert await jobs_after_start(datetime(2025, 1, 31, 12, tzinfo=UTC)) == 0
    assert await jobs_after_start(datetime(2025, 2, 1, 6, 1, tzinfo=UTC)) == 1
    assert (
        await jobs_after_start(datetime(2025, 2, 20, 12, tzinfo=UTC)) == 1
    )  # weeks later, when other ticks were deleted
    assert await jobs_after_start(datetime(2025, 5, 20, 12, tzinfo=UTC)) == 2
    assert await sql(engine, "SELECT count(*) FROM cron_ticks") == [(1,)]


async def test_a_changed_schedule_does_not_make_up_for_what_was_before_its_last_tick(
    factory: Factory, engine: AsyncEngine
) -> None:
    for cron, hours in {"0 * * * *": (10, 11), "0 9 * * *": (12,)}.items():
        changed = TaskRegistry()

        @changed.task(NoEffect, cron=cron)
        async def count(work: Work, payload: NoEffect) -> None: ...

        factory.resources.routes = changed.routes
        for hour in hours:
            await JobRunner(factory, changed).enqueue_due(datetime(2026, 1, 1, hour, 1, tzinfo=UTC))
    assert await sql(engine, "SELECT count(*) FROM jobs") == [(1,)]


async def test_a_tick_of_a_clock_that_was_ahead_stops_no_schedule(factory: Factory, engine: AsyncEngine) -> None:
    hourly = TaskRegistry()

    @hourly.task(NoEffect, cron="0 * * * *")
    async def count(work: Work, payload: NoEffect) -> None: ...

    factory.resources.routes = hourly.routes
    scheduler = JobRunner(factory, hourly)
    await scheduler.enqueue_due(datetime(2026, 1, 1, 10, 1, tzinfo=UTC))
    await sql(engine, "INSERT INTO cron_ticks (task, tick) VALUES ('count', now() + interval '1 year')")
    await scheduler.enqueue_due(datetime(2026, 1, 1, 11, 1, tzinfo=UTC))
    assert await sql(engine, "SELECT count(*) FROM jobs") == [(1,)]
    async with factory.unit_of_work() as work:
        await work.jobs.delete_finished()
    assert await sql(engine, "SELECT tick FROM cron_ticks") == [(datetime(2026, 1, 1, 11, tzinfo=UTC),)]


async def test_a_schedule_that_fails_holds_up_no_other(factory: Factory, engine: AsyncEngine) -> None:
    @dataclass(frozen=True, slots=True)
    class Misfit:
        number: int = "none"  # type: ignore[assignment]

    scheduled = TaskRegistry()

    @scheduled.task(NoEffect, cron="* * * * *")
    async def other(work: Work, payload: NoEffect) -> None: ...

    @scheduled.task(Misfit, cron="* * * * *")
    async def failing(work: Work, payload: Misfit) -> None: ...

    @scheduled.task(NoEffect, cron="* * * * *")
    async def another(work: Work, payload: NoEffect) -> None: ...

    factory.resources.routes = scheduled.routes
    scheduler = JobRunner(factory, scheduled)
    await scheduler.enqueue_due(datetime(2026, 1, 1, 12, 0, 30, tzinfo=UTC))
    with pytest.raises(ValueError, match="number"):
        await scheduler.enqueue_due(datetime(2026, 1, 1, 12, 1, 30, tzinfo=UTC))
    # Either schedule enqueues a job of both tasks, which take the same payload.
    assert await sql(engine, "SELECT count(*) FROM jobs") == [(4,)]
