"""Jobs survive what happens to processes. The benchmark of jobs does the same at full size."""

import asyncio
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from core.redis.job_stream import STREAM_PREFIX
from tests.test_processes.conftest import eventually
from tests.test_processes.job_programs import AddEffect, Nothing
from tests.test_processes.job_stack import JobStack, die_everywhere, outcome, produce_and_kill

pytestmark = pytest.mark.process

FAKETIME = [str(library) for library in Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1")]


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[JobStack]:
    stack = JobStack(tmp_path / "var", quick=True)
    yield stack
    stack.stop()


def test_ten_kills_lose_and_repeat_nothing(stack: JobStack) -> None:
    committed = asyncio.run(produce_and_kill(stack, jobs=1_000, kills=10))
    assert len(committed) == 950
    assert outcome(stack, committed, within=60).is_perfect


def test_kills_with_an_emptied_and_a_stopped_redis_lose_and_repeat_nothing(stack: JobStack) -> None:
    committed = asyncio.run(produce_and_kill(stack, jobs=500, kills=3, flushes=3, outage_seconds=2))
    assert outcome(stack, committed, within=60).is_perfect


def test_a_death_at_any_point_loses_and_repeats_nothing(stack: JobStack) -> None:
    committed = die_everywhere(stack, times=1)
    assert len(committed) == 7  # the producer that died before its commit accepted nothing
    assert outcome(stack, committed, within=60).is_perfect


def test_a_worker_that_slept_longer_than_its_lease_is_fenced(stack: JobStack) -> None:
    sleeper = stack.start("worker")
    stack.enqueue(AddEffect(1, seconds=1))
    eventually(lambda: stack.sql("SELECT FROM jobs WHERE state = 'running'"), within=20)
    sleeper.send_signal(signal.SIGSTOP)
    stack.start("worker")
    eventually(lambda: stack.unfinished() == 0, within=30)
    sleeper.send_signal(signal.SIGCONT)
    eventually(lambda: stack.logs().count("job fenced") == 1, within=20)
    assert stack.sql("SELECT key FROM effects") == [(1,)]


@pytest.mark.skipif(not FAKETIME, reason="libfaketime is not installed")
def test_a_scheduler_whose_clock_is_ahead_records_no_tick_of_the_future(stack: JobStack) -> None:
    stack.start("scheduler", LD_PRELOAD=FAKETIME[0], FAKETIME="+400d", DONT_FAKE_MONOTONIC="1")
    eventually(lambda: stack.sql("SELECT FROM cron_ticks"), within=20)
    assert stack.sql("SELECT bool_and(tick <= now()) FROM cron_ticks") == [(True,)]


def test_sigterm_lets_running_jobs_end_and_claims_no_more(stack: JobStack) -> None:
    worker = stack.start("worker", WORKER_CONCURRENCY="20")
    stack.enqueue(*(AddEffect(key, seconds=2) for key in range(40)))
    eventually(lambda: stack.sql("SELECT FROM jobs WHERE state = 'running' HAVING count(*) = 20"), within=20)
    worker.send_signal(signal.SIGTERM)
    signalled = time.monotonic()
    assert worker.wait(timeout=15) == 0
    assert time.monotonic() - signalled < 10
    assert stack.sql("SELECT count(*) FROM effects") == [(20,)]
    assert stack.sql("SELECT count(*) FROM jobs WHERE state = 'done'") == [(20,)]
    assert stack.sql("SELECT count(*) FROM jobs WHERE attempt > 0") == [(20,)]


def test_redis_keeps_nothing_of_jobs_that_ran(stack: JobStack) -> None:
    client = redis.Redis.from_url(stack.redis_url)
    stack.start("worker")
    stack.enqueue(Nothing())
    eventually(lambda: stack.unfinished() == 0, within=20)
    before = client.info("memory")["used_memory"]
    for _ in range(3):
        stack.start("worker").kill()
        stack.enqueue(*(Nothing() for _ in range(1_000)))
    eventually(lambda: stack.unfinished() == 0, within=40)
    eventually(lambda: client.xlen(f"{STREAM_PREFIX}default") == 0, within=5)
    assert client.info("memory")["used_memory"] < before * 1.1
    assert len(client.xinfo_consumers(f"{STREAM_PREFIX}default", "workers")) == 1
    client.close()


def test_most_jobs_start_without_waiting_for_the_sweep(stack: JobStack) -> None:
    stack.start("worker")
    for key in range(20):
        stack.enqueue(AddEffect(key))
        eventually(lambda: stack.unfinished() == 0, within=20)
    waits = stack.sql(
        "SELECT extract(epoch FROM at - created_at) FROM effects JOIN jobs ON key = (payload->>'key')::int ORDER BY 1"
    )
    assert waits[len(waits) // 2][0] < 0.5  # the sweep alone would take more than a second


def test_a_full_queue_holds_up_no_other(stack: JobStack) -> None:
    stack.start("worker", WORKER_QUEUES="default:1,quick", WORKER_CONCURRENCY="5")
    stack.enqueue(*(AddEffect(key, seconds=3) for key in range(3)))
    stack.sql("UPDATE jobs SET queue = 'quick', payload = '{\"key\": 9}' WHERE payload->>'key' = '2'")
    eventually(lambda: stack.sql("SELECT FROM effects WHERE key = 9"), within=20)
    assert stack.sql("SELECT count(*) FROM effects WHERE key <> 9")[0][0] <= 1


def test_a_worker_leaves_to_others_what_it_cannot_run_yet(stack: JobStack) -> None:
    client = redis.Redis.from_url(stack.redis_url)
    stack.enqueue(*(AddEffect(key, seconds=3) for key in range(20)))
    stack.start("worker", WORKER_CONCURRENCY="5")
    eventually(lambda: stack.sql("SELECT FROM jobs WHERE state = 'running' HAVING count(*) = 5"), within=20)
    assert client.xinfo_groups(f"{STREAM_PREFIX}default")[0]["entries-read"] == 5
    client.close()
