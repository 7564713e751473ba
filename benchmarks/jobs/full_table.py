"""What the job engine's statements cost on a table with few jobs, and with a million finished ones.

    .venv/bin/python benchmarks/jobs/full_table.py                  # --finished 1000000 --rounds 100

One run: every statement on the empty table, then the same with the finished jobs of a week, then again after many more
jobs have passed through, and at last how long it takes to delete the million. The README beside this file has the figures
of the last time.
"""

import argparse
import statistics
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from uuid import UUID, uuid4

import uvloop
from stack import Stack, stack
from tasks import NoOp, registry
from throughput import sql

from domain.job import DONE_JOBS_KEPT, JobFilter, JobState
from domain.page import PageRequest
from domain.taskiq_broker import create_factory
from repository.connection import Connection
from repository.job_repository import JobRepository
from service.factory import Factory
from service.job_service import CLEAN_UP_BATCH

BATCH = 100
# Ended in even distances over the time that they are kept.
FILL = """
    INSERT INTO jobs (task, payload, max_attempts, attempt, state, created_at, available_at, finished_at)
    SELECT 'no_op', '{{"number": 0}}', 10, 1, 'done', at, at, at
    FROM generate_series(1, {count}) AS number, LATERAL (SELECT now() - number * interval '{kept}' / {count}) AS times (at)
"""
FILL_SECONDS = 600.0
# The sweep leaves alone what was due only a moment ago.
OVERDUE = "UPDATE jobs SET available_at = now() - interval '1 minute' WHERE state = 'pending'"

Timings = Mapping[str, float]


async def time_statements(factory: Factory, *, rounds: int) -> Timings:
    """Return the median milliseconds of each statement."""
    seconds: dict[str, list[float]] = defaultdict(list)
    for _ in range(rounds):
        await time_one_life(factory, seconds)
    return {name: statistics.median(values) * 1000 for name, values in seconds.items()}


async def time_one_life(factory: Factory, seconds: dict[str, list[float]]) -> None:
    """Enqueue a batch of jobs, let the sweep find, a worker claim and complete them, and look at it as operators do."""
    jobs, worker = factory.jobs, uuid4()

    async def timed(name: str, action: Callable[[], Awaitable[object]]) -> None:
        started = time.perf_counter()
        await action()
        seconds[name].append(time.perf_counter() - started)

    await timed(f"enqueue {BATCH}", lambda: enqueue(factory))
    await sql(factory, OVERDUE)
    await timed(f"sweep, {BATCH} found", jobs.take_unclaimed)
    await timed("sweep, nothing found", jobs.take_unclaimed)
    job_ids = await unclaimed(factory)
    await timed(f"claim {BATCH}", lambda: jobs.claim(job_ids, worker=worker))
    await timed("heartbeat", lambda: jobs.extend_leases(worker, job_ids))
    await timed("overview: what is owed", jobs.depths)
    await timed(f"complete {BATCH}", lambda: jobs.complete_all([(job_id, 1) for job_id in job_ids], worker=worker))
    await timed("overview: the last hour", jobs.finished_by_minute)
    await timed("list, newest page", lambda: jobs.find(JobFilter(), PageRequest()))
    await timed("list, dead ones", lambda: jobs.find(JobFilter(JobState.DEAD), PageRequest()))


async def enqueue(factory: Factory) -> None:
    """Write a batch of jobs that nobody is told of."""
    async with factory.unit_of_work() as work:
        for number in range(BATCH):
            work.outbox.enqueue(NoOp(number))


async def unclaimed(factory: Factory) -> list[UUID]:
    """Return the ids of the jobs that were sent."""
    async with factory.database.lend() as connection:
        return [row[0] for row in await connection.fetch("SELECT id FROM jobs WHERE state = 'sent'")]


async def churn(factory: Factory, *, jobs: int) -> None:
    """Let many jobs pass through, so that the indexes are full of what they once were."""
    worker = uuid4()
    for _ in range(jobs // BATCH):
        await enqueue(factory)
        async with factory.database.lend() as connection:
            ids = [row[0] for row in await connection.fetch("SELECT id FROM jobs WHERE state = 'pending'")]
        await factory.jobs.claim(ids, worker=worker)
        await factory.jobs.complete_all([(job_id, 1) for job_id in ids], worker=worker)


async def clean_up(factory: Factory) -> list[float]:
    """Delete everything that has ended, in batches as the nightly task does, and return the seconds of each."""
    repository = JobRepository(Connection(factory.database.lend))
    seconds, deleted = [], CLEAN_UP_BATCH
    while deleted:
        started = time.perf_counter()
        deleted = await repository.delete_finished(older_than=timedelta(0), limit=CLEAN_UP_BATCH)
        seconds.append(time.perf_counter() - started)
    return seconds


async def measure(bench: Stack, options: argparse.Namespace) -> None:
    """Print one table and one line."""
    settings = bench.settings.model_copy(update={"database_statement_timeout_seconds": FILL_SECONDS})
    factory = create_factory(settings, registry, component="benchmark")
    await time_statements(factory, rounds=10)  # so that what is compiled and prepared once is not counted
    few = await time_statements(factory, rounds=options.rounds)
    await sql(factory, FILL.format(count=options.finished, kept=DONE_JOBS_KEPT))
    full = await time_statements(factory, rounds=options.rounds)
    await churn(factory, jobs=options.churn)
    used = await time_statements(factory, rounds=options.rounds)
    print(f"{'ms, medians':26}{'few jobs':>10}{options.finished:>12,} done{options.churn:>12,} more")
    for name, milliseconds in few.items():
        ratios = (f"{later[name]:10.2f} ({later[name] / milliseconds:.2f})" for later in (full, used))
        print(f"{name:26}{milliseconds:10.2f} {' '.join(ratios)}", flush=True)
    seconds = await clean_up(factory)
    left = await sql(factory, "SELECT count(*) FROM jobs")
    print(f"deleted in {sum(seconds):.1f} s, {len(seconds)} batches, the longest {max(seconds):.2f} s; {left} jobs left")
    await factory.close()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--finished", type=int, default=1_000_000)
    parser.add_argument("--churn", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=100)
    options = parser.parse_args()
    with stack() as bench:
        uvloop.run(measure(bench, options))


if __name__ == "__main__":
    main()
