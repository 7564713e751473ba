"""Limits attempts at guessing a secret.

Counts in Redis for all processes, and in this process in case Redis is away.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import Any

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from core import product
from core.metrics.metrics import Metrics
from core.runtime.outages import Outage, reason_of

log = structlog.get_logger()

KEY_PREFIX = f"{product.SLUG}:attempts:"
# How long a sign-in waits for Redis. It is generous, because a slow response under load must not count as an outage:
# when each process counts for itself, an attacker gets more guesses.
COMMAND_TIMEOUT_SECONDS = 3.0
# How long Redis is not called again after an outage.
REDIS_PAUSE_SECONDS = 5.0
# About 20 MB. Beyond it the counters with the oldest attempts are dropped.
LOCAL_COUNTERS = 100_000

# Count an attempt in all counters or in none. Redis runs scripts one after the other, so concurrent attempts are
# counted.
RESERVE = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local wait = 0
for i, key in ipairs(KEYS) do
    local left = tonumber(redis.call('HGET', key, 'blocked_until') or 0) - now
    -- A delay beyond the longest shows that the clock was set back.
    if left <= tonumber(ARGV[4 * i - 1]) then wait = math.max(wait, left) end
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
    """The first `attempts` are free; after that the delay doubles with each attempt. The count expires after `memory`.

    Delays and `memory` are in seconds.
    """

    attempts: int
    first_delay: float
    longest_delay: float
    memory: float

    def delay_after(self, attempts: int) -> float:
        """Return the delay in seconds before the next attempt."""
        beyond = attempts - self.attempts
        return 0.0 if beyond < 0 else min(self.longest_delay, self.first_delay * 2 ** min(beyond, 40))


@dataclass(frozen=True, slots=True)
class AttemptCounter:
    """The key of a counter, such as an account or a network, and its allowance."""

    key: str
    allowance: Allowance


class SharedAttempts:
    """Counts in Redis for all processes; each call is one round trip."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._reserve = redis.register_script(RESERVE)
        self._release = redis.register_script(RELEASE)

    async def reserve(self, counters: Sequence[AttemptCounter]) -> float:
        """Count an attempt and return 0, or return the seconds to wait if one of the counters is blocked.

        Raises:
            RedisError: Redis is unreachable.
        """
        arguments: list[Any] = []
        for counter in counters:
            allowance = counter.allowance
            delays = (allowance.first_delay, allowance.longest_delay, allowance.memory)
            arguments += [allowance.attempts, *(round(delay * 1000) for delay in delays)]
        return float(await self._reserve(keys=_keys(counters), args=arguments)) / 1000

    async def release(self, counters: Sequence[AttemptCounter]) -> None:
        """Uncount one attempt.

        Raises:
            RedisError: Redis is unreachable.
        """
        if counters:
            await self._release(keys=_keys(counters))

    async def clear(self, counters: Sequence[AttemptCounter]) -> None:
        """Reset the counters.

        Raises:
            RedisError: Redis is unreachable.
        """
        if counters:
            await self._redis.delete(*_keys(counters))


@dataclass(slots=True)
class _Count:
    attempts: int
    blocked_until: float
    forgotten_at: float


class LocalAttempts:
    """Counts in this process by the same rules, with at most `capacity` counters."""

    def __init__(self, *, capacity: int = LOCAL_COUNTERS) -> None:
        self._capacity = capacity
        self._counts: dict[str, _Count] = {}  # ordered by the last attempt, oldest first

    def reserve(self, counters: Sequence[AttemptCounter]) -> float:
        """Count an attempt and return 0, or return the seconds to wait if one of the counters is blocked."""
        now = time.monotonic()
        wait = max((self._of(counter, now).blocked_until - now for counter in counters), default=-inf)
        if wait > 0:
            return wait
        for counter in counters:
            self._add(counter, now)
        return 0.0

    def release(self, counters: Sequence[AttemptCounter]) -> None:
        """Uncount one attempt."""
        for counter in counters:
            if count := self._counts.get(counter.key):
                count.attempts, count.blocked_until = max(0, count.attempts - 1), -inf

    def clear(self, counters: Sequence[AttemptCounter]) -> None:
        """Reset the counters."""
        for counter in counters:
            self._counts.pop(counter.key, None)

    def _of(self, counter: AttemptCounter, now: float) -> _Count:
        count = self._counts.get(counter.key)
        return count if count and count.forgotten_at > now else _Count(0, -inf, inf)

    def _add(self, counter: AttemptCounter, now: float) -> None:
        attempts = self._of(counter, now).attempts + 1
        delay = counter.allowance.delay_after(attempts)
        self._counts.pop(counter.key, None)
        self._counts[counter.key] = _Count(
            attempts, now + delay if delay else -inf, now + delay + counter.allowance.memory
        )
        if len(self._counts) > self._capacity:
            del self._counts[next(iter(self._counts))]


class Attempts:
    """Counts in Redis, and in this process while Redis is away: an outage lifts no limit and locks no user out.

    The process always counts locally as well, so its limits continue when Redis goes away.
    """

    def __init__(self, redis: Redis, metrics: Metrics) -> None:
        self._metrics = metrics
        self._shared = SharedAttempts(redis)
        self._local = LocalAttempts()
        self._away_until = -inf
        self._outage = Outage()

    async def reserve(self, counters: Sequence[AttemptCounter]) -> float:
        """Count an attempt and return 0, or return the seconds to wait if one of the counters is blocked."""
        wait_here = self._local.reserve(counters)
        if time.monotonic() < self._away_until:
            return wait_here
        try:
            async with asyncio.timeout(COMMAND_TIMEOUT_SECONDS):
                wait = await self._shared.reserve(counters)
        except (RedisError, OSError) as error:
            self._note_outage(error)
            return wait_here
        self._note_success()
        return wait

    async def settle(self, *, released: Sequence[AttemptCounter], cleared: Sequence[AttemptCounter]) -> None:
        """Uncount one attempt in the counters `released`, and reset the counters `cleared`."""
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
        else:
            self._note_success()

    def _note_outage(self, error: Exception) -> None:
        self._away_until = time.monotonic() + REDIS_PAUSE_SECONDS
        self._metrics.count_redis_failure("attempts")
        if self._outage.should_log_failure():
            log.warning("attempts are counted per process", reason=reason_of(error))

    def _note_success(self) -> None:
        if (away := self._outage.end()) is not None:
            log.info("attempts are counted in redis again", away_s=away)


def _keys(counters: Sequence[AttemptCounter]) -> list[str]:
    return [KEY_PREFIX + counter.key for counter in counters]
