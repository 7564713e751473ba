"""Attempts are counted by the same rules in Redis and in the process, and go on being counted when Redis goes away."""

import asyncio
import signal
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from unittest.mock import patch
from uuid import uuid4

import pytest
from redis.asyncio import Redis

from core.metrics.metrics import Metrics
from core.redis.attempts import KEY_PREFIX, Allowance, AttemptCounter, Attempts, LocalAttempts, SharedAttempts
from core.redis.client import create_redis
from embedded.valkey import ValkeyServer

ALLOWANCE = Allowance(3, first_delay=100, longest_delay=300, memory=500)


class Shared(SharedAttempts):
    """The counters in Redis, whose time can be moved."""

    async def pass_time(self, counter: AttemptCounter, seconds: float) -> None:
        """Let Redis hold what it would hold so much later."""
        key = KEY_PREFIX + counter.key
        if await self._redis.hexists(key, "blocked_until"):
            await self._redis.hincrby(key, "blocked_until", -round(1000 * seconds))
        await self._redis.pexpire(key, max(0, await self._redis.pttl(key) - round(1000 * seconds)))


class Local:
    """The counters of the process with the face of those in Redis."""

    def __init__(self) -> None:
        self._attempts = LocalAttempts()

    async def pass_time(self, counter: AttemptCounter, seconds: float) -> None:
        count = self._attempts._counts[counter.key]
        count.blocked_until -= seconds
        count.forgotten_at -= seconds

    async def reserve(self, counters: list[AttemptCounter]) -> float:
        return self._attempts.reserve(counters)

    async def release(self, counters: list[AttemptCounter]) -> None:
        self._attempts.release(counters)

    async def clear(self, counters: list[AttemptCounter]) -> None:
        self._attempts.clear(counters)


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    redis = create_redis(redis_url)
    yield redis
    await redis.aclose()


@pytest.fixture(params=["local", "shared"])
def attempts(request: pytest.FixtureRequest, redis: Redis) -> Local | Shared:
    return Local() if request.param == "local" else Shared(redis)


def counter(allowance: Allowance = ALLOWANCE) -> AttemptCounter:
    return AttemptCounter(f"test:{uuid4()}", allowance)


async def test_nobody_waits_for_the_old_time_when_the_clock_of_redis_was_set_back(redis: Redis) -> None:
    tried = counter()
    seconds, _ = await redis.time()
    await redis.hset(KEY_PREFIX + tried.key, "blocked_until", 1000 * (seconds + 3600))
    assert await SharedAttempts(redis).reserve([tried]) == 0


async def test_the_delay_doubles_up_to_the_longest(attempts: Local | Shared) -> None:
    tried = counter()
    assert [await attempts.reserve([tried]) for _ in range(3)] == [0, 0, 0]
    for delay in (100, 200, 300, 300):
        wait = await attempts.reserve([tried])
        assert delay - 20 < wait <= delay
        await attempts.pass_time(tried, delay - 20)
        assert 0 < await attempts.reserve([tried]) <= 20
        await attempts.pass_time(tried, 20)
        assert await attempts.reserve([tried]) == 0


async def test_quiet_makes_it_forget(attempts: Local | Shared) -> None:
    tried = counter(Allowance(1, first_delay=50, longest_delay=100, memory=100))
    await attempts.reserve([tried])
    await attempts.pass_time(tried, 150)
    assert await attempts.reserve([tried]) == 0
    assert 0 < await attempts.reserve([tried]) <= 50


async def test_what_one_counter_refuses_no_counter_counts(attempts: Local | Shared) -> None:
    full, other = counter(Allowance(1, 60, 60, 60)), counter(Allowance(2, 60, 60, 60))
    await attempts.reserve([full])
    for _ in range(5):
        assert 0 < await attempts.reserve([full, other]) <= 60
    assert [await attempts.reserve([other]) > 0 for _ in range(3)] == [False, False, True]


async def test_what_is_given_back_or_cleared_may_be_tried_again(attempts: Local | Shared) -> None:
    tried = counter(Allowance(2, 60, 60, 60))
    for _ in range(10):
        assert await attempts.reserve([tried]) == 0
        await attempts.release([tried])
    await attempts.reserve([tried])
    await attempts.reserve([tried])
    assert await attempts.reserve([tried]) > 0
    await attempts.release([tried])
    assert await attempts.reserve([tried]) == 0
    await attempts.clear([tried])
    assert [await attempts.reserve([tried]) > 0 for _ in range(3)] == [False, False, True]


async def test_of_many_at_once_no_more_get_through(attempts: Local | Shared) -> None:
    tried = counter(Allowance(5, 60, 60, 60))
    waits = await asyncio.gather(*(attempts.reserve([tried]) for _ in range(100)))
    assert sum(wait == 0 for wait in waits) == 5


async def test_the_process_remembers_a_bounded_number() -> None:
    attempts = LocalAttempts(capacity=10)
    for _ in range(100):
        attempts.reserve([counter()])
    assert len(attempts._counts) == 10


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """A Valkey of the test's own, to be stopped."""
    for directory in ("valkey", "s"):
        (tmp_path / directory).mkdir()
    server = ValkeyServer(tmp_path / "valkey", tmp_path / "s", durable=False)
    process = server.launch()
    while not server.is_ready():
        assert process.poll() is None
    yield process, server.url
    process.kill()
    process.wait()


@pytest.mark.process
async def test_limits_hold_when_redis_goes_away_and_owners_are_not_shut_out(
    valkey: tuple[subprocess.Popen[bytes], str],
) -> None:
    process, url = valkey
    redis = create_redis(url)
    attempts = Attempts(redis, Metrics())
    tried, fresh = counter(Allowance(5, 60, 60, 60)), counter(Allowance(5, 60, 60, 60))
    assert [await attempts.reserve([tried]) for _ in range(3)] == [0, 0, 0]
    await asyncio.to_thread(_end, process)
    assert [await attempts.reserve([tried]) > 0 for _ in range(4)] == [False, False, True, True]
    assert [await attempts.reserve([fresh]) > 0 for _ in range(6)] == [False] * 5 + [True]
    await attempts.settle(released=[], cleared=[tried])
    assert await attempts.reserve([tried]) == 0
    await redis.aclose()


@pytest.mark.process
async def test_a_redis_that_hangs_holds_an_attempt_up_for_a_moment_and_the_next_not_at_all(
    valkey: tuple[subprocess.Popen[bytes], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.redis.attempts.COMMAND_TIMEOUT_SECONDS", 0.2)
    process, url = valkey
    redis = create_redis(url)
    attempts = Attempts(redis, Metrics())
    assert await attempts.reserve([counter()]) == 0
    process.send_signal(signal.SIGSTOP)
    async with asyncio.timeout(1.5):  # the client's own patience is far longer
        assert await attempts.reserve([counter()]) == 0
    with patch.object(redis, "execute_command", side_effect=AssertionError):
        assert await attempts.reserve([counter()]) == 0
        await attempts.settle(released=[counter()], cleared=[])
    process.send_signal(signal.SIGCONT)
    await redis.aclose()


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
