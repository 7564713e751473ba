"""Jobs against kills, outages and a full table, at full size.

    .venv/bin/python benchmarks/jobs/survival.py                      # everything; about half an hour
    .venv/bin/python benchmarks/jobs/survival.py kills redis --jobs 10000 --kills 50

Prints one line per trial. The test suite runs the same trials at a smaller size (tests/test_processes/test_jobs.py).
The README in this directory has the last figures.
"""

import argparse
import asyncio
import logging
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

BACKEND = Path(__file__).resolve().parents[2] / "backend"
sys.path.insert(0, str(BACKEND))

import redis  # noqa: E402
import structlog  # noqa: E402

from core.redis.job_stream import STREAM_PREFIX  # noqa: E402
from tests.test_processes.conftest import Stack  # noqa: E402
from tests.test_processes.job_programs import Nothing  # noqa: E402
from tests.test_processes.job_stack import (  # noqa: E402
    JobStack,
    Outcome,
    die_everywhere,
    outcome,
    produce_and_kill,
)
from tests.test_processes.redis_outage import enqueue_without_redis  # noqa: E402

DRAIN_SECONDS = 300
# After that many lost sends, a job waits for a lease that has doubled six times.
DEATHS_DRAIN_SECONDS = 600


@contextmanager
def stack(*, quick: bool = False) -> Iterator[JobStack]:
    """Yield new servers. `quick` shortens the lease to three seconds."""
    with tempfile.TemporaryDirectory(prefix="survival-") as directory:
        opened = JobStack(Path(directory) / "var", quick=quick)
        try:
            yield opened
        finally:
            opened.stop()


def kills(options: argparse.Namespace) -> str:
    """J1: workers are killed while jobs are enqueued, of which 5 % are rolled back."""
    with stack() as opened:
        committed = asyncio.run(produce_and_kill(opened, jobs=options.jobs, kills=options.kills))
        return told(outcome(opened, committed, within=DRAIN_SECONDS))


def redis_trouble(options: argparse.Namespace) -> str:
    """J2: the same while Redis is emptied three times and stopped for ten seconds."""
    with stack() as opened:
        committed = asyncio.run(
            produce_and_kill(opened, jobs=options.jobs, kills=options.kills, flushes=3, outage_seconds=10)
        )
        return told(outcome(opened, committed, within=DRAIN_SECONDS))


def requests(_: argparse.Namespace) -> str:
    """J2 over HTTP: requests that enqueue jobs, while Redis is stopped for ten seconds."""
    with tempfile.TemporaryDirectory(prefix="survival-") as directory:
        opened = Stack(Path(directory) / "var")
        try:
            opened.start("worker")
            opened.start("serve")
            answers = enqueue_without_redis(opened, outage_seconds=10, clients=4, within=DRAIN_SECONDS)
            return str(asyncio.run(answers))
        finally:
            opened.stop()


def failpoints(options: argparse.Namespace) -> str:
    """J3: a process ends itself at each of eight points."""
    with stack(quick=True) as opened:
        committed = die_everywhere(opened, times=options.deaths)
        return told(outcome(opened, committed, within=DEATHS_DRAIN_SECONDS))


def ticks(options: argparse.Namespace) -> str:
    """J6: three schedulers for three minutes at `* * * * *`, one killed half-way."""
    with stack() as opened:
        opened.start("worker")
        victim, *_ = [opened.start("scheduler") for _ in range(3)]
        time.sleep(90)
        victim.kill()
        time.sleep(90)
        ((ticks, jobs),) = opened.sql(
            "SELECT (SELECT count(DISTINCT tick) FROM cron_ticks), (SELECT count(*) FROM jobs WHERE task = 'count_tick')"
        )
        return f"{ticks} ticks, {jobs} jobs"


def memory(options: argparse.Namespace) -> str:
    """J10: Redis' memory before and after many jobs."""
    with stack() as opened:
        client = redis.Redis.from_url(opened.redis_url)
        for _ in range(2):
            opened.start("worker")
        opened.enqueue(Nothing())
        drain(opened)
        before = client.info("memory")["used_memory"]
        started = time.monotonic()
        for _ in range(options.memory_jobs // 1000):
            opened.enqueue(*(Nothing() for _ in range(1000)))
        drain(opened)
        rate = options.memory_jobs / (time.monotonic() - started)
        after = client.info("memory")["used_memory"]
        length = client.xlen(f"{STREAM_PREFIX}default")
        client.close()
        return (
            f"{options.memory_jobs} jobs at {rate:.0f}/s: {before / 1024:.0f} kB before, {after / 1024:.0f} kB after "
            f"({after / before - 1:+.1%}), {length} entries on the stream"
        )


def drain(opened: JobStack) -> None:
    """Wait until every job has ended."""
    while opened.unfinished():
        time.sleep(0.2)


def told(result: Outcome) -> str:
    """Return the outcome in one line."""
    return (
        f"{result.jobs} committed: lost {result.lost}, ghosts {result.ghosts}, duplicate effects {result.duplicates}, "
        f"drained {result.seconds_to_drain:.1f} s after the last disturbance"
    )


TRIALS: dict[str, Callable[[argparse.Namespace], str]] = {
    "kills": kills,
    "redis": redis_trouble,
    "requests": requests,
    "failpoints": failpoints,
    "ticks": ticks,
    "memory": memory,
}


def main() -> None:
    """Run the chosen trials."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("trials", nargs="*", default=list(TRIALS), help=", ".join(TRIALS))
    parser.add_argument("--jobs", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--deaths", type=int, default=100, help="at each failpoint")
    parser.add_argument("--memory-jobs", type=int, default=100_000)
    options = parser.parse_args()
    # The trial stops Redis, so the producer's warnings about that are expected.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    for name in options.trials:
        print(f"{name:11}{TRIALS[name](options)}", flush=True)


if __name__ == "__main__":
    main()
