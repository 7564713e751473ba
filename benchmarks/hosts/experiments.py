"""The experiments: one function for each row of the table, with its promise."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from installation import APIS, CLIENTS, FAKETIME, Site, has_faketime, skewed
from measured import Row, row
from servers import Program, empty, wait_until

# Clients give up after five seconds, so a request that hangs costs them that long.
HANG_SECONDS = 6.5
OUTAGE = frozenset({"503"})
# The proxy asks every second.
NOTICED_SECONDS = 2
# Within what a token tolerates: `CLOCK_SKEW_SECONDS` of `service/security.py` is 30, and `main.py check` fails beyond
# it.
SKEW_SECONDS = 25


@dataclass(frozen=True)
class Lengths:
    """How long things last, in seconds."""

    cut: float
    cut_of_workers: float
    lag: float
    calm: float


FULL = Lengths(cut=30, cut_of_workers=45, lag=10, calm=15)
QUICK = Lengths(cut=8, cut_of_workers=45, lag=10, calm=4)


def calm(site: Site, lengths: Lengths) -> Row:
    """Nothing happens."""
    with row(site, "nothing") as result:
        time.sleep(lengths.calm)
    result.expect(gap=2)
    return result


def upgrade(site: Site, lengths: Lengths, release: Path) -> Row:
    """Migrate under the release before, which goes on serving, then restart everything with this one."""
    with row(site, "migration, then a rolling upgrade from the release before") as result:
        before = _migration(site)
        site.release = release
        site.run("api1", "upgrade-database")
        result.note(f"schema {before} → {_migration(site)}")
        time.sleep(lengths.calm)
        roll(site)
    result.expect(gap=2)
    return result


def restart_everything(site: Site, lengths: Lengths) -> Row:
    """Restart every program but PostgreSQL, one after the other, and reload the proxy."""
    with row(site, "rolling restart of all but PostgreSQL") as result:
        roll(site)
        site.redis.stop()
        site.redis.start()
        time.sleep(NOTICED_SECONDS)
        site.proxy.reload()
    result.expect(gap=2)
    return result


def cut_api_off(site: Site, lengths: Lengths) -> Row:
    """Drop all packets of an API's host, and let it come back."""
    with row(site, f"API host cut off for {lengths.cut:g} s") as result:
        with _cut(site, "api1"):
            time.sleep(lengths.cut)
        seconds = wait_until(lambda: site.is_ready("api1"), what="api1 ready")
        result.note(f"ready {seconds:.1f} s after its return")
    result.expect(timeouts=CLIENTS, gap=HANG_SECONDS)  # those in flight
    return result


def cut_workers_off(site: Site, lengths: Lengths) -> Row:
    """Drop all packets of a worker's host for longer than the lease of its jobs."""
    with row(site, f"worker host cut off for {lengths.cut_of_workers:g} s") as result, _cut(site, "work1"):
        time.sleep(lengths.cut_of_workers)
        again = site.primary.sql("SELECT count(*) FROM jobs WHERE task = 'add_effect' AND attempt > 1")
        result.note(f"{again} jobs were taken over by the other host meanwhile")
    result.expect(gap=2)
    return result


def restart_primary(site: Site, lengths: Lengths) -> Row:
    """Restart PostgreSQL."""
    with row(site, "restart of the primary") as result:
        started = time.monotonic()
        site.primary.stop()
        site.primary.start()
        site.primary.wait()
        result.note(f"PostgreSQL was away for {time.monotonic() - started:.1f} s")
    result.expect(failures=OUTAGE, gap=5)
    return result


def cut_primary_off(site: Site, lengths: Lengths) -> Row:
    """Drop all packets of the primary's host, and let it come back."""
    with row(site, f"primary's host cut off for {lengths.cut:g} s") as result, _cut(site, "db1"):
        time.sleep(lengths.cut)
    result.expect(failures=OUTAGE, timeouts=CLIENTS, gap=lengths.cut + HANG_SECONDS)
    return result


def fail_over(site: Site, lengths: Lengths) -> Row:
    """Kill the primary and promote the replica; then make a new replica of the old primary."""
    with row(site, "primary killed, replica promoted") as result:
        site.primary.kill()
        killed = time.monotonic()
        time.sleep(NOTICED_SECONDS)
        site.primary, site.replica = site.replica, site.primary
        site.primary.sql("SELECT pg_promote()", database="postgres")
        result.note(f"promoted {time.monotonic() - killed:.1f} s after the kill")
        time.sleep(lengths.calm)
        site.replica.follow(site.primary)
        roll(site)  # with the new DATABASE_REPLICA_URL
    result.expect(failures=OUTAGE, gap=8, lost_writes=True)
    return result


def lag(site: Site, lengths: Lengths) -> Row:
    """Stop the replay on the replica, so that it falls behind, and let it go on."""
    with row(site, f"replica {lengths.lag:g} s behind") as result:
        site.replica.sql("SELECT pg_wal_replay_pause()")
        time.sleep(lengths.lag)
        result.note(f"readiness says of the replica: {site.readiness('api1')}")
        site.replica.sql("SELECT pg_wal_replay_resume()")
    result.expect(gap=2)
    return result


def empty_redis(site: Site, lengths: Lengths) -> Row:
    """Replace Valkey by an empty one."""
    with row(site, "Valkey killed and replaced by an empty one") as result:
        empty(site.redis)
        time.sleep(lengths.calm)
    result.expect(gap=4)
    result.limits_hold()
    return result


def cut_redis_off(site: Site, lengths: Lengths) -> Row:
    """Drop all packets of Valkey's host, and let it come back."""
    with row(site, f"Valkey's host cut off for {lengths.cut:g} s") as result, _cut(site, "redis"):
        time.sleep(lengths.cut)
    result.expect(gap=4)
    result.limits_hold()
    return result


def slow_network(site: Site, lengths: Lengths) -> Row:
    """Put five milliseconds between programs and data."""
    return _worse(site, lengths, "5 ms between programs and data", delay_milliseconds=2.5, loss_percent=0)


def lossy_network(site: Site, lengths: Lengths) -> Row:
    """Put forty milliseconds between programs and data, and lose one packet of a hundred."""
    return _worse(site, lengths, "40 ms, and 1 % of packets lost", delay_milliseconds=20, loss_percent=1)


def skew_clocks(site: Site, lengths: Lengths) -> Row | None:
    """Set the clocks of an API's host ahead and of a worker's host behind, or return None without libfaketime."""
    if not has_faketime():
        return None
    with row(site, f"API host {SKEW_SECONDS} s ahead, worker host {SKEW_SECONDS} s behind") as result:
        clocks = {"api2": SKEW_SECONDS, "work2": -SKEW_SECONDS}
        programs = [program for program in site.programs.values() if program.host.name in clocks]
        for program in programs:
            _restart(site, program, **skewed(clocks[program.host.name]))
            assert program.has_loaded(FAKETIME.name)
        time.sleep(lengths.calm)
        for program in programs:
            _restart(site, program)
    result.expect(gap=2)
    return result


def roll(site: Site) -> None:
    """Restart schedulers, workers and APIs, each when the one before it is back."""
    for program in site.of("scheduler", "worker", "serve"):
        _restart(site, program)


def _restart(site: Site, program: Program, **variables: str) -> None:
    program.stop()
    site.start_program(program, **variables)
    if program.host.name in APIS:
        site.wait_until_ready(program.host.name)
        time.sleep(NOTICED_SECONDS)
    else:
        time.sleep(1)


def _worse(site: Site, lengths: Lengths, name: str, *, delay_milliseconds: float, loss_percent: float) -> Row:
    with row(site, name) as result:
        site.network.worsen(delay_milliseconds=delay_milliseconds, loss_percent=loss_percent)
        time.sleep(lengths.calm)
        site.network.improve()
    result.expect(timeouts=CLIENTS if loss_percent else 0, gap=HANG_SECONDS if loss_percent else 2)
    return result


def _migration(site: Site) -> str:
    return site.primary.sql("SELECT version_num FROM alembic_version")


@contextmanager
def _cut(site: Site, host: str) -> Iterator[None]:
    site.network.cut(host)
    try:
        yield
    finally:
        site.network.join(host)
