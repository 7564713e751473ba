"""The cache: one computation however many ask, nothing old after a change, and no error without Redis."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from redis.asyncio import Redis
from redis.exceptions import RedisError

from core.metrics.metrics import Metrics
from core.redis import cache as module
from core.redis.cache import Cache, Cached
from core.redis.client import create_redis
from embedded.process import ManagedProcess
from embedded.services import EmbeddedServices
from tests.support.ports import free_port


@dataclass(frozen=True)
class Counts:
    users: int
    jobs: int


COUNTS = Cached("test-counts", version=1, type=Counts, ttl=timedelta(minutes=1))


class Source:
    """Counts how often it is asked."""

    def __init__(self, *, seconds: float = 0.0) -> None:
        self.asked = 0
        self.users = 1
        self.begun = asyncio.Event()
        self._seconds = seconds

    async def __call__(self) -> Counts:
        self.asked += 1
        self.begun.set()
        users = self.users
        await asyncio.sleep(self._seconds)
        return Counts(users, 0)


@pytest.fixture
async def new_cache(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Callable[[], Cache]]:
    """Makes caches as of different processes: they have only Redis in common, and all the time that it needs."""
    monkeypatch.setattr(module, "COMMAND_TIMEOUT_SECONDS", 30)
    clients = []

    def create() -> Cache:
        clients.append(create_redis(redis_url))
        return Cache(clients[-1], Metrics())

    yield create
    for client in clients:
        await client.aclose()


@pytest.fixture
def key() -> str:
    return str(uuid4())


async def test_a_value_is_computed_once_and_keeps_its_type_in_every_process(
    new_cache: Callable[[], Cache], key: str
) -> None:
    source = Source()
    for cache in (new_cache(), new_cache()):
        assert await cache.get(COUNTS, key, source) == Counts(1, 0)
    assert source.asked == 1


async def test_200_misses_at_once_are_one_computation(new_cache: Callable[[], Cache], key: str) -> None:
    cache, source = new_cache(), Source(seconds=0.1)
    values = await asyncio.gather(*(cache.get(COUNTS, key, source) for _ in range(200)))
    assert set(values) == {Counts(1, 0)}
    assert source.asked == 1


async def test_200_misses_at_once_in_four_processes_are_one_computation(
    new_cache: Callable[[], Cache], key: str
) -> None:
    caches, source = [new_cache() for _ in range(4)], Source(seconds=0.1)
    values = await asyncio.gather(*(cache.get(COUNTS, key, source) for cache in caches for _ in range(50)))
    assert set(values) == {Counts(1, 0)}
    assert source.asked == 1


async def test_what_was_forgotten_is_computed_anew_everywhere(new_cache: Callable[[], Cache], key: str) -> None:
    one, other, source = new_cache(), new_cache(), Source()
    await one.get(COUNTS, key, source)
    source.users = 2
    await other.invalidate([COUNTS.name_of(key)])
    assert await one.get(COUNTS, key, source) == Counts(2, 0)


async def test_changes_that_meet_are_told_together_and_none_is_missing(
    new_cache: Callable[[], Cache], redis_url: str, key: str
) -> None:
    one, other = new_cache(), new_cache()
    names = [COUNTS.name_of(f"{key}{number}") for number in range(20)]
    for number in range(20):
        await one.put(COUNTS, f"{key}{number}", Counts(1, 0))
    redis = create_redis(redis_url)
    before = await _deletions(redis)
    await asyncio.gather(*(other.invalidate([name]) for name in names))
    assert await redis.exists(*names) == 0
    assert await _deletions(redis) - before <= 2  # one is under way when the others come
    await redis.aclose()


async def _deletions(redis: Redis) -> int:
    statistics = await redis.info("commandstats")
    return int(statistics.get("cmdstat_del", {"calls": 0})["calls"])


async def test_a_computation_that_began_before_a_change_leaves_nothing_old_behind(
    new_cache: Callable[[], Cache], key: str
) -> None:
    one, other, source = new_cache(), new_cache(), Source(seconds=0.1)
    early = asyncio.create_task(one.get(COUNTS, key, source))
    await source.begun.wait()
    source.users = 2
    await other.invalidate([COUNTS.name_of(key)])
    assert await early == Counts(1, 0)  # it asked before the change
    assert await one.get(COUNTS, key, source) == Counts(2, 0)


async def test_who_asks_after_a_change_does_not_get_what_was_being_computed(
    new_cache: Callable[[], Cache], key: str
) -> None:
    cache, source = new_cache(), Source(seconds=0.1)
    early = asyncio.create_task(cache.get(COUNTS, key, source))
    await source.begun.wait()
    source.users = 2
    await cache.invalidate([COUNTS.name_of(key)])
    assert await cache.get(COUNTS, key, source) == Counts(2, 0)
    await early


async def test_without_valkey_a_computation_that_began_before_a_change_leaves_nothing_old_behind(key: str) -> None:
    source = Source(seconds=0.05)
    async with create_redis(f"redis://127.0.0.1:{free_port()}/0", retries=0) as away:
        cache = Cache(away, Metrics())
        reading = asyncio.create_task(cache.get(COUNTS, key, source))
        await source.begun.wait()
        source.users = 2
        await cache.invalidate([COUNTS.name_of(key)])
        assert (await reading).users == 1
        assert (await cache.get(COUNTS, key, source)).users == 2


async def test_a_failure_reaches_all_waiting_callers_and_is_not_kept(new_cache: Callable[[], Cache], key: str) -> None:
    cache = new_cache()

    async def fail() -> Counts:
        await asyncio.sleep(0.02)
        raise ZeroDivisionError

    results = await asyncio.gather(*(cache.get(COUNTS, key, fail) for _ in range(5)), return_exceptions=True)
    assert [type(result) for result in results] == [ZeroDivisionError] * 5
    started = asyncio.get_running_loop().time()
    assert await cache.get(COUNTS, key, Source()) == Counts(1, 0)
    assert asyncio.get_running_loop().time() - started < module.LEASE.total_seconds() / 2


async def test_when_the_one_who_computes_gives_up_another_one_does(new_cache: Callable[[], Cache], key: str) -> None:
    cache, source = new_cache(), Source(seconds=0.1)
    leader = asyncio.create_task(cache.get(COUNTS, key, source))
    await source.begun.wait()
    others = [asyncio.create_task(cache.get(COUNTS, key, source)) for _ in range(5)]
    await asyncio.sleep(0)
    leader.cancel()
    assert await asyncio.gather(*others) == [Counts(1, 0)] * 5
    assert source.asked == 2


async def test_when_one_who_waits_gives_up_the_others_get_their_value(new_cache: Callable[[], Cache], key: str) -> None:
    cache, source = new_cache(), Source(seconds=0.1)
    callers = [asyncio.create_task(cache.get(COUNTS, key, source)) for _ in range(3)]
    await source.begun.wait()
    callers[1].cancel()
    assert set(await asyncio.gather(callers[0], callers[2])) == {Counts(1, 0)}
    assert callers[1].cancelled() or callers[1].cancelling()
    assert source.asked == 1


async def test_a_process_that_dies_while_computing_holds_others_up_for_its_lease_only(
    new_cache: Callable[[], Cache], key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LEASE", timedelta(milliseconds=200))
    dead, alive = new_cache(), new_cache()
    await dead._find_or_lease(COUNTS.name_of(key), b"lease:of-the-dead")
    assert await alive.get(COUNTS, key, Source()) == Counts(1, 0)


async def test_a_value_ends_with_its_time_to_live(new_cache: Callable[[], Cache], key: str) -> None:
    short = Cached("test-counts", version=1, type=Counts, ttl=timedelta(milliseconds=50))
    cache, source = new_cache(), Source()
    await cache.get(short, key, source)
    await asyncio.sleep(0.1)
    await cache.get(short, key, source)
    assert source.asked == 2


async def test_another_version_of_a_kind_is_another_value(new_cache: Callable[[], Cache], key: str) -> None:
    cache = new_cache()
    number = Cached("test-counts", version=2, type=int, ttl=timedelta(minutes=1))

    async def one() -> int:
        return 1

    await cache.get(COUNTS, key, Source())
    assert await cache.get(number, key, one) == 1


async def test_what_is_put_is_found(new_cache: Callable[[], Cache], key: str) -> None:
    cache, source = new_cache(), Source()
    await cache.put(COUNTS, key, Counts(7, 8))
    assert await cache.get(COUNTS, key, source) == Counts(7, 8)
    assert source.asked == 0


@pytest.fixture
def own_valkey(tmp_path: Path) -> Iterator[tuple[str, ManagedProcess]]:
    """A Valkey that may be stopped."""
    services = EmbeddedServices(tmp_path / "var")
    urls = services.start()
    yield urls.redis_url, next(process for process in services.processes if process.program.title == "Valkey")
    services.kill()


async def _until_back(redis: Redis) -> None:
    async with asyncio.timeout(10):
        while True:
            with suppress(RedisError):
                await redis.echo("back")
                return
            await asyncio.sleep(0.05)


@pytest.mark.process
async def test_without_valkey_values_are_kept_here_for_a_moment_and_changes_are_told_later(
    own_valkey: tuple[str, ManagedProcess], key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PAUSE_SECONDS", 0.05)
    url, valkey = own_valkey
    redis, elsewhere = create_redis(url), create_redis(url)
    cache, other, source = Cache(redis, Metrics()), Cache(elsewhere, Metrics()), Source(seconds=0.01)
    await cache.get(COUNTS, key, source)

    await asyncio.to_thread(valkey.kill)
    values = await asyncio.gather(*(cache.get(COUNTS, key, source) for _ in range(200)))
    assert set(values) == {Counts(1, 0)}
    assert source.asked == 2
    for number in range(module.LOCAL_CAPACITY + 100):
        await cache.get(COUNTS, f"{key}-{number}", Source())
    assert len(cache._local) == module.LOCAL_CAPACITY
    source.users = 2
    await cache.invalidate([COUNTS.name_of(key)])
    assert await cache.get(COUNTS, key, source) == Counts(2, 0)

    await asyncio.to_thread(valkey.start)
    await _until_back(elsewhere)
    await elsewhere.set(COUNTS.name_of(key), b'{"users": 1, "jobs": 0}')  # as if it had been away, not ended
    await asyncio.sleep(0.1)
    assert await cache.get(COUNTS, key, source) == Counts(2, 0)
    assert await other.get(COUNTS, key, source) == Counts(2, 0)
    await redis.aclose()
    await elsewhere.aclose()
