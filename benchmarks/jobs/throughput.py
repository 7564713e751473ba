"""Jobs per second, latency until a job starts, and the cost of enqueuing for the writer.

    .venv/bin/python benchmarks/jobs/throughput.py

Everything runs on this machine, in one run, against servers that write to disk: the job engine, and bare Taskiq with
its RedisStreamBroker under the same concurrency. The README in this directory has the last figures.
"""

import argparse
import asyncio
import statistics
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import uvloop
from redis.asyncio import Redis

from job_servers import Stack, finished, stack

from service.factory import Factory, create_factory
from tasks import INSERT, AddRow, NoOp, Stamp, registry
from worker_program import bare_broker

WRITERS = 8
PARALLEL_WRITERS = 32
BARE = "bare"
KINDS: dict[str, dict[str, Any]] = {
    "100 per transaction": {"per_transaction": 100},
    "one per transaction": {"per_transaction": 1},
    "one per transaction with a row": {"per_transaction": 1, "rows": 1},
    "100 per transaction, jobs that write": {"per_transaction": 100, "payload": AddRow},
}


@dataclass(frozen=True, slots=True)
class Measured:
    """Jobs per second, and milliseconds of processor time for each, by who spent it."""

    per_second: float
    milliseconds: dict[str, float]


async def rate_of_product(
    factory: Factory, *, jobs: int, per_transaction: int, rows: int = 0, payload: type[object] = NoOp
) -> float:
    """Enqueue `jobs` in transactions, wait until the last is done, and return how many per second.

    Each transaction also inserts `rows` rows.
    """
    await sql(factory, "TRUNCATE jobs")

    async def enqueue() -> None:
        async with factory.unit_of_work() as work:
            for _ in range(rows):
                await work.connection.write(INSERT)
            for _ in range(per_transaction):
                work.outbox.enqueue(payload())

    async def all_done() -> bool:
        return await sql(factory, "SELECT count(*) FROM jobs WHERE state = 'done'") == jobs

    started = time.perf_counter()
    await repeat(enqueue, times=jobs // per_transaction, writers=WRITERS)
    await finished(all_done, within=120)
    return jobs / (time.perf_counter() - started)


async def rate_of_bare(bench: Stack, *, jobs: int) -> float:
    """The same with bare Taskiq. A message counts as done when the worker has acknowledged it."""
    broker = bare_broker(bench.settings)
    client = Redis.from_url(bench.settings.require_redis_url())
    task = broker.find_task("no_op")
    assert task is not None

    async def send() -> None:
        await task.kiq(1)

    async def all_done() -> bool:
        (group,) = await client.xinfo_groups("bare")
        return bool(group["entries-read"] - before == jobs and group["pending"] == 0)

    await broker.startup()
    before = (await client.xinfo_groups("bare"))[0]["entries-read"] or 0
    started = time.perf_counter()
    await repeat(send, times=jobs, writers=WRITERS)
    await finished(all_done, within=120)
    took = time.perf_counter() - started
    await broker.shutdown()
    await client.aclose()
    return jobs / took


async def latencies(bench: Stack, factory: Factory, *, jobs: int) -> list[float]:
    """Enqueue one job every 50 ms on an otherwise idle system and return the seconds until each started."""
    for _ in range(jobs):
        async with factory.unit_of_work() as work:
            work.outbox.enqueue(Stamp(time.time()))
        await asyncio.sleep(0.05)
    await asyncio.sleep(2)
    lines = [line for log in bench.directory.glob("worker-*.log") for line in log.read_text().splitlines()]
    found = [float(line.split()[1]) for line in lines if line.startswith("latency ")]
    assert len(found) == jobs, (len(found), jobs)
    return found


async def rate_of_writers(factory: Factory, *, transactions: int, rows: int = 1, jobs: int = 0) -> float:
    """Insert rows and jobs in each transaction, and return transactions per second."""

    async def write() -> None:
        async with factory.unit_of_work() as work:
            for _ in range(rows):
                await work.connection.write(INSERT)
            for _ in range(jobs):
                work.outbox.enqueue(NoOp())

    started = time.perf_counter()
    await repeat(write, times=transactions, writers=PARALLEL_WRITERS)
    return transactions / (time.perf_counter() - started)


async def repeat(action: Callable[[], Awaitable[None]], *, times: int, writers: int) -> None:
    """Run `action` `times` times, in `writers` concurrent coroutines."""
    left = iter(range(times))

    async def run() -> None:
        for _ in left:
            await action()

    async with asyncio.TaskGroup() as group:
        for _ in range(writers):
            group.create_task(run())


async def sql(factory: Factory, statement: str) -> object:
    """Run one statement and return its first value, if any."""
    async with factory.resources.database.acquire() as connection:
        return await connection.fetchval(statement)


async def measure(bench: Stack, options: argparse.Namespace) -> None:
    """Print one table."""
    # A connection per writer, so that waiting for one is not measured.
    settings = bench.settings.model_copy(update={"database_pool_size": PARALLEL_WRITERS})
    factory = create_factory(settings, registry, component="benchmark")
    await sql(factory, "CREATE TABLE bench_rows (id bigserial PRIMARY KEY, body text)")
    for workers in options.workers:
        await measure_rates(bench, factory, workers=workers, options=options)
    if not options.only_rates:
        bench.start_worker()
        await measure_latency(bench, factory, jobs=options.latencies)
        bench.stop_workers()
        await measure_writers(factory, transactions=options.transactions, rounds=options.rounds)
    await factory.close()


async def measure_rates(bench: Stack, factory: Factory, *, workers: int, options: argparse.Namespace) -> None:
    """Print jobs per second, in alternating rounds so that other load affects both."""
    found: dict[str, list[Measured]] = defaultdict(list)
    jobs = options.jobs

    async def measured(name: str, rate: Awaitable[float]) -> None:
        before = bench.processor_seconds()
        per_second = await rate
        used = {part: seconds - before[part] for part, seconds in bench.processor_seconds().items()}
        found[name].append(Measured(per_second, {part: seconds / jobs * 1000 for part, seconds in used.items()}))

    for _ in range(options.rounds):
        for _ in range(workers):
            bench.start_worker("bare")
        await measured(BARE, rate_of_bare(bench, jobs=jobs))
        bench.stop_workers()
        for _ in range(workers):
            bench.start_worker()
        for name, kind in KINDS.items():
            await measured(name, rate_of_product(factory, jobs=jobs, **kind))
        bench.stop_workers()
    bare = statistics.median(one.per_second for one in found[BARE])
    for name, values in found.items():
        rate = statistics.median(one.per_second for one in values)
        cost = {part: statistics.median(one.milliseconds[part] for one in values) for part in values[0].milliseconds}
        costs = ", ".join(f"{part} {milliseconds:.2f}" for part, milliseconds in cost.items())
        print(
            f"{workers} worker(s), {name:34} {rate:6.0f} jobs/s  {rate / bare:.2f} of bare  ms a job: {costs}",
            flush=True,
        )


async def measure_latency(bench: Stack, factory: Factory, *, jobs: int) -> None:
    """Print the latency until a job starts."""
    values = sorted(await latencies(bench, factory, jobs=jobs))
    p50, p99 = values[len(values) // 2], values[int(len(values) * 0.99)]
    print(f"enqueue to start, idle: p50 {p50 * 1000:.1f} ms, p99 {p99 * 1000:.1f} ms of {len(values)}", flush=True)


async def measure_writers(factory: Factory, *, transactions: int, rounds: int) -> None:
    """Print the writers' rate with and without enqueuing. No worker runs, because it would take processor time.

    A second row is what to compare it with: any second statement costs a round trip, whatever it writes.
    """
    kinds = {"one row": {}, "two rows": {"rows": 2}, "one row and a job": {"jobs": 1}}
    rates: dict[str, list[float]] = {name: [] for name in kinds}
    for _ in range(rounds):
        for name, amounts in kinds.items():
            rates[name].append(await rate_of_writers(factory, transactions=transactions, **amounts))
    most = statistics.median(rates["one row"])
    for name, values in rates.items():
        rate = statistics.median(values)
        print(f"{PARALLEL_WRITERS} writers, {name:18} {rate:7.0f} transactions/s {rate / most:.0%}", flush=True)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--jobs", type=int, default=3_000)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--only-rates", action="store_true", help="leave out the latencies and the writers")
    parser.add_argument("--latencies", type=int, default=200)
    parser.add_argument("--transactions", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with stack() as bench:
        uvloop.run(measure(bench, options))


if __name__ == "__main__":
    main()
