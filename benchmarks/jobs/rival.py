"""Jobs per second against procrastinate, which also keeps its jobs in PostgreSQL, on the same server in one run.

    python3 -m venv /tmp/rival && /tmp/rival/bin/pip install 'procrastinate==3.10.0' 'psycopg[binary,pool]'
    .venv/bin/python benchmarks/jobs/rival.py /tmp/rival/bin/python

One worker each with the same concurrency, the same number of writers, alternating rounds. The README in this directory
has the last figures.
"""

import argparse
import statistics
import subprocess

import uvloop
from sqlalchemy.engine import make_url

from job_servers import CONCURRENCY, HERE, Stack, stack, wait_until

from core.settings import child_environment
from service.factory import create_factory
from tasks import registry
from throughput import rate_of_product

PROGRAM = str(HERE / "procrastinate_app.py")


def rate_of_rival(bench: Stack, python: str, *, jobs: int, per_transaction: int) -> float:
    """Return procrastinate's jobs per second with a worker of its own."""
    url = make_url(bench.variables["DATABASE_URL"]).set(drivername="postgresql")
    environment = child_environment(DATABASE_URL=url.render_as_string(hide_password=False))
    log = bench.directory / "rival.log"
    with log.open("wb") as output:
        worker = subprocess.Popen(
            [python, PROGRAM, "worker", str(CONCURRENCY)], env=environment, stdout=output, stderr=output
        )
    try:
        wait_until(lambda: "worker started" in log.read_text(), within=30)
        rate = subprocess.run(
            [python, PROGRAM, "rate", str(jobs), str(per_transaction)],
            env=environment,
            check=True,
            capture_output=True,
            timeout=300,
        )
        return float(rate.stdout)
    finally:
        worker.terminate()
        worker.wait(timeout=30)


def measure(bench: Stack, options: argparse.Namespace) -> None:
    """Print one line for each way to enqueue."""
    url = make_url(bench.variables["DATABASE_URL"]).set(drivername="postgresql")
    environment = child_environment(DATABASE_URL=url.render_as_string(hide_password=False))
    subprocess.run([options.python, PROGRAM, "schema"], env=environment, check=True)
    for per_transaction in (100, 1):
        ours, theirs = [], []
        for _ in range(options.rounds):
            theirs.append(rate_of_rival(bench, options.python, jobs=options.jobs, per_transaction=per_transaction))
            bench.start_worker()
            ours.append(uvloop.run(rate_of_ours(bench, jobs=options.jobs, per_transaction=per_transaction)))
            bench.stop_workers()
        mine, rival = statistics.median(ours), statistics.median(theirs)
        print(
            f"{per_transaction:4} per transaction: {mine:6.0f} jobs/s, procrastinate {rival:6.0f}: {mine / rival:.1f} times",
            flush=True,
        )


async def rate_of_ours(bench: Stack, *, jobs: int, per_transaction: int) -> float:
    """Return our jobs per second with the running worker."""
    factory = create_factory(bench.settings, registry, component="benchmark")
    try:
        return await rate_of_product(factory, jobs=jobs, per_transaction=per_transaction)
    finally:
        await factory.close()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("python", help="the Python of an environment with procrastinate")
    parser.add_argument("--jobs", type=int, default=3_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with stack() as bench:
        measure(bench, options)


if __name__ == "__main__":
    main()
