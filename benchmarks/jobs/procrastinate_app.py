"""Another job queue in PostgreSQL, for comparison. `rival.py` starts it in its own environment.

    python procrastinate_app.py schema                          its tables
    python procrastinate_app.py worker CONCURRENCY              a worker, until SIGTERM
    python procrastinate_app.py rate JOBS PER_TRANSACTION       jobs per second, from the first enqueue to the last end

`DATABASE_URL` names the database.
"""

# mypy: ignore-errors
# It runs in an environment of its own, so its library is not installed here.
import asyncio
import os
import sys
import time
from itertools import repeat

import procrastinate

WRITERS = 8

app = procrastinate.App(
    connector=procrastinate.PsycopgConnector(conninfo=os.environ["DATABASE_URL"], min_size=2, max_size=WRITERS + 2)
)


@app.task(name="no_op")
async def no_op(number: int) -> None:
    """Do nothing."""


async def schema() -> None:
    """Create the tables."""
    async with app.open_async():
        await app.schema_manager.apply_schema_async()


async def worker(concurrency: str) -> None:
    """Run jobs until told to stop."""
    async with app.open_async():
        print("worker started", flush=True)
        await app.run_worker_async(concurrency=int(concurrency))


async def rate(jobs: str, per_transaction: str) -> None:
    """Print jobs per second."""
    async with app.open_async():
        before = await done()
        started = time.perf_counter()
        await enqueue(int(jobs), int(per_transaction))
        while await done() < before + int(jobs):
            await asyncio.sleep(0.05)
        print(int(jobs) / (time.perf_counter() - started))


async def enqueue(jobs: int, per_transaction: int) -> None:
    """Enqueue in `WRITERS` concurrent coroutines. Each call of its API is a transaction."""
    left = repeat(None, jobs // per_transaction)

    async def write() -> None:
        for _ in left:
            if per_transaction == 1:
                await no_op.defer_async(number=0)
            else:
                await no_op.batch_defer_async(*({"number": number} for number in range(per_transaction)))

    async with asyncio.TaskGroup() as group:
        for _ in range(WRITERS):
            group.create_task(write())


async def done() -> int:
    """Return how many jobs have succeeded."""
    row = await app.connector.execute_query_one_async(
        "SELECT count(*) AS number FROM procrastinate_jobs WHERE status = 'succeeded'"
    )
    return row["number"]


if __name__ == "__main__":
    command = {"schema": schema, "worker": worker, "rate": rate}[sys.argv[1]]
    asyncio.run(command(*sys.argv[2:]))
