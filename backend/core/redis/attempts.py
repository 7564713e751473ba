"""Counts attempts at something that can be guessed, in Redis for all processes, and here in case Redis is away."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import Any

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

log = structlog.get_logger()

KEY_PREFIX = "lamina:attempts:"
# A sign-in waits no longer for the count of the others. Under load an answer may take a while, and must not count as an
# outage: guesses that many processes count each for itself are more guesses.
COMMAND_TIMEOUT_SECONDS = 3.0
# While Redis is away, so seldom somebody waits to find out whether it is back.
REDIS_PAUSE_SECONDS = 5.0
# Some 20 MB. Beyond it those are forgotten that were counted longest ago.
LOCAL_COUNTERS = 100_000

# All counters of an attempt or none, in one step: whatever arrives at once is counted one after the other.
RESERVE = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local wait = 0
for _, key in ipairs(KEYS) do
    wait = math.max(wait, tonumber(redis.call('HGET', key, 'blocked_until') or 0) - now)
end
if wait > 0 then return wait end
for i, key in ipairs(KEYS) do
    local free, first, longest, memory = unpack(ARGV, 4 * i - 3, 4 * i)
    local beyond = redis.call('HINCRBY', key, 'attempts', 1) - free
    local delay = 0
    if beyond >= 0 then
        delay = math.min(longest, first * 2 ^ math.min(beyond, 40))
        redis.call('HSET', key, 'blocked_until', string.format('%.0f', now + delay))
    end
    redis.call('PEXPIRE', key, string.format('%.0f', delay + memory))
end
return 0
"""
RELEASE = """
for i, key in ipairs(KEYS) do
    if redis.call('EXISTS', key) == 1 then
        local left = redis.call('HINCRBY', key, 'attempts', -1)
        redis.call('HDEL', key, 'blocked_until')
        if left <= 0 then redis.call('DEL', key) end
    end
end
"""


@dataclass(frozen=True, slots=True)
class Allowance:
    """So many attempts are free; after that each has to wait, twice as long every time. Quiet makes it forget."""

    attempts: int
    first_delay: float
    longest_delay: float
    memory: float

    def delay_after(self, attempts: int) -> float:
        """Return how many seconds the next attempt has to wait."""
        beyond = attempts - self.attempts
        return 0.0 if beyond < 0 else min(self.longest_delay, self.first_delay * 2 ** min(beyond, 40))


@dataclass(frozen=True, slots=True)
class Counter:
    """The attempts of one kind on one thing or from one place."""

    key: str
    allowance: Allowance


class SharedAttempts:
    """Counts in Redis, for all processes; each call is one round trip."""

    def __init__(self, redis: Redis) -> None:
        """Count in `redis`."""
        self._redis = redis
        self._reserve = redis.register_script(RESERVE)
        self._release = redis.register_script(RELEASE)

    async def reserve(self, counters: Sequence[Counter]) -> float:
        """Count an attempt, unless one of the counters makes it wait; return for how many seconds.

        Raises:
            RedisError: Redis is out of reach.
        """
        arguments: list[Any] = []
        for counter in counters:
            allowance = counter.allowance
            delays = (allowance.first_delay, allowance.longest_delay, allowance.memory)
            arguments += [allowance.attempts, *(round(delay * 1000) for delay in delays)]
        return float(await self._reserve(keys=_keys(counters), args=arguments)) / 1000

    async def release(self, counters: Sequence[Counter]) -> None:
        """Forget one attempt.

        Raises:
            RedisError: Redis is out of reach.
        """
        if counters:
            await self._release(keys=_keys(counters))

    async def clear(self, counters: Sequence[Counter]) -> None:
        """Forget all attempts.

        Raises:
            RedisError: Redis is out of reach.
        """
        if counters:
            await self._redis.delete(*_keys(counters))


@dataclass(slots=True)
class _Count:
    attempts: int
    blocked_until: float
    forgotten_at: float


class LocalAttempts:
    """Counts in this process, by the same rules."""

    def __init__(self, *, capacity: int = LOCAL_COUNTERS) -> None:
        """Remember at most `capacity` counters."""
        self._capacity = capacity
        self._counts: dict[str, _Count] = {}  # what was counted longest ago comes first

    def reserve(self, counters: Sequence[Counter]) -> float:
        """Count an attempt, unless one of the counters makes it wait; return for how many seconds."""
        now = time.monotonic()
        wait = max((self._of(counter, now).blocked_until - now for counter in counters), default=-inf)
        if wait > 0:
            return wait
        for counter in counters:
            self._add(counter, now)
        return 0.0

    def release(self, counters: Sequence[Counter]) -> None:
        """Forget one attempt."""
        for counter in counters:
            if count := self._counts.get(counter.key):
                count.attempts, count.blocked_until = max(0, count.attempts - 1), -inf

    def clear(self, counters: Sequence[Counter]) -> None:
        """Forget all attempts."""
        for counter in counters:
            self._counts.pop(counter.key, None)

    def _of(self, counter: Counter, now: float) -> _Count:
        count = self._counts.get(counter.key)
        return count if count and count.forgotten_at > now else _Count(0, -inf, inf)

    def _add(self, counter: Counter, now: float) -> None:
        attempts = self._of(counter, now).attempts + 1
        delay = counter.allowance.delay_after(attempts)
        self._counts.pop(counter.key, None)
        self._counts[counter.key] = _Count(
            attempts, now + delay if delay else -inf, now + delay + counter.allowance.memory
        )
        if len(self._counts) > self._capacity:
            del self._counts[next(iter(self._counts))]


class Attempts:
    """Counts in Redis, and without Redis in this process: an outage opens nothing and shuts nobody out.

    This process counts all the time, so that its limits go on where they were when Redis goes away.
    """

    def __init__(self, redis: Redis) -> None:
        """Count in `redis` as long as it is there."""
        self._shared = SharedAttempts(redis)
        self._local = LocalAttempts()
        self._away_until = -inf

    async def reserve(self, counters: Sequence[Counter]) -> float:
        """Count an attempt, unless one of the counters makes it wait; return for how many seconds."""
        wait_here = self._local.reserve(counters)
        if time.monotonic() < self._away_until:
            return wait_here
        try:
            async with asyncio.timeout(COMMAND_TIMEOUT_SECONDS):
                return await self._shared.reserve(counters)
        except (RedisError, OSError) as error:
            self._note_outage(error)
            return wait_here

    async def settle(self, *, released: Sequence[Counter], cleared: Sequence[Counter]) -> None:
        """Forget the attempt in the counters `released`, and all attempts in `cleared`."""
        self._local.release(released)
        self._local.clear(cleared)
        if time.monotonic() < self._away_until:
            return
        try:
            async with asyncio.timeout(COMMAND_TIMEOUT_SECONDS):
                await self._shared.release(released)
                await self._shared.clear(cleared)
        except (RedisError, OSError) as error:
            self._note_outage(error)

    def _note_outage(self, error: Exception) -> None:
        self._away_until = time.monotonic() + REDIS_PAUSE_SECONDS
        log.warning("attempts are counted by each process for itself", reason=type(error).__name__)


def _keys(counters: Sequence[Counter]) -> list[str]:
    return [KEY_PREFIX + counter.key for counter in counters]
