"""What the job engine's statements cost on a table with few jobs, and on one with a million finished ones.

    .venv/bin/python benchmarks/jobs/full_table.py                  # --finished 1000000 --rounds 100

It queries two databases on one server in turn. One contains only the jobs of the measurement. The other also contains
the finished jobs of a week, and twenty thousand more have passed through it. Finally it measures how long deleting the
million takes. The README in this directory has the last figures.
"""

import argparse
import asyncio
import statistics
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID, uuid4

import asyncpg
import uvloop
from sqlalchemy.engine import make_url
from job_servers import Stack, stack
from tasks import NoOp, registry
from throughput import sql

from domain.jobs.job import DONE_JOBS_KEPT, JobFilter, JobState
from service.factory import create_factory
from domain.page import PageRequest
from repository.operations import migrate
from service.factory import Factory
from service.jobs.job_service import CLEAN_UP_BATCH

BATCH = 100
# Finished evenly over the time that they are kept.
FILL = """
    INSERT INTO jobs (task, payload, max_attempts, attempt, state, created_at, available_at, finished_at)
    SELECT 'no_op', '{{"number": 0}}', 10, 1, 'done', at, at, at
    FROM generate_series(1, {count}) AS number, LATERAL (SELECT now() - number * interval '{kept}' / {count}) AS times (at)
"""
FILL_SECONDS = 600.0
# The sweep skips jobs that have only just become due.
OVERDUE = "UPDATE jobs SET available_at = now() - interval '1 minute' WHERE state = 'pending'"

Seconds = dict[str, list[float]]


async def time_one_life(factory: Factory, seconds: Seconds) -> None:
    """Enqueue a batch of jobs, sweep, claim and complete them, and list them as operators do."""
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
    """Write a batch of jobs without sending their ids."""
    async with factory.unit_of_work() as work:
        for number in range(BATCH):
            work.outbox.enqueue(NoOp(number))


async def unclaimed(factory: Factory) -> list[UUID]:
    """Return the ids of the jobs that were sent."""
    async with factory.resources.database.acquire() as connection:
        return [row[0] for row in await connection.fetch("SELECT id FROM jobs WHERE state = 'sent'")]


async def churn(factory: Factory, *, jobs: int) -> None:
    """Process many jobs, so that the indexes contain dead entries."""
    worker = uuid4()
    for _ in range(jobs // BATCH):
        await enqueue(factory)
        async with factory.resources.database.acquire() as connection:
            ids = [row[0] for row in await connection.fetch("SELECT id FROM jobs WHERE state = 'pending'")]
        await factory.jobs.claim(ids, worker=worker)
        await factory.jobs.complete_all([(job_id, 1) for job_id in ids], worker=worker)


async def clean_up(factory: Factory) -> list[float]:
    """Delete all finished jobs in batches, as the nightly task does, and return the seconds of each."""
    seconds, deleted = [], CLEAN_UP_BATCH
    while deleted:
        started = time.perf_counter()
        deleted = await factory.resources.job_repository.delete_finished(older_than=timedelta(0), limit=CLEAN_UP_BATCH)
        seconds.append(time.perf_counter() - started)
    return seconds


async def measure(bench: Stack, options: argparse.Namespace) -> None:
    """Print one table and one line."""
    few, full = [await open_database(bench, name) for name in ("few_jobs", "full_table")]
    await sql(full, FILL.format(count=options.finished, kept=DONE_JOBS_KEPT))
    await churn(full, jobs=options.churn)
    for factory in (few, full):  # so that compiling and preparing statements is not measured
        await time_one_life(factory, defaultdict(list))
    seconds: tuple[Seconds, Seconds] = (defaultdict(list), defaultdict(list))
    for _ in range(options.rounds):
        for factory, taken in zip((few, full), seconds, strict=True):
            await time_one_life(factory, taken)
    show(*seconds, finished=options.finished)
    show_clean_up(await clean_up(full), left=await sql(full, "SELECT count(*) FROM jobs"))
    for factory in (few, full):
        await factory.close()


async def open_database(bench: Stack, name: str) -> Factory:
    """Return the factory of a new database."""
    url = make_url(bench.variables["DATABASE_URL"])
    connection = await asyncpg.connect(url.set(drivername="postgresql").render_as_string(hide_password=False))
    await connection.execute(f"CREATE DATABASE {name}")
    await connection.close()
    address = url.set(database=name).render_as_string(hide_password=False)
    await asyncio.to_thread(migrate.upgrade, address)
    changes = {"database_url": address, "database_statement_timeout_seconds": FILL_SECONDS}
    return create_factory(bench.settings.model_copy(update=changes), registry, component="benchmark")


def show(few: Seconds, full: Seconds, *, finished: int) -> None:
    """Print the medians and their ratios."""
    print(f"{'medians in ms':26}{'few jobs':>10}{finished:>12,} done   ratio")
    for name in few:
        one, other = (statistics.median(taken[name]) * 1000 for taken in (few, full))
        print(f"{name:26}{one:10.2f}{other:17.2f}{other / one:8.2f}", flush=True)


def show_clean_up(seconds: list[float], *, left: object) -> None:
    """Print how long it took."""
    print(f"deleted in {sum(seconds):.1f} s, {len(seconds)} batches, the longest {max(seconds):.2f} s; {left} jobs left")


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
