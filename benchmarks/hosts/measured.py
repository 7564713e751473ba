"""One row of the table: what clients saw while something was done to the site, and what became of their work."""

import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from installation import Site
from proxies import DOMAIN

LOAD = Path(__file__).with_name("load.py")
# Of the jobs' keys in one row.
KEYS = 1_000_000
CALM_SECONDS = 4
END_SECONDS = 15
# Five at once for one account, then ever fewer: counted by Redis, by its replacement, and by each process meanwhile.
MOST_GUESSES = 25
# Each client may find its idle connection closed, when the proxy reads its configuration again.
MOST_REPEATED = 12
DRAIN_SECONDS = 120
_first_keys = count(KEYS, KEYS)


@dataclass
class Row:
    """A row of the table. `notes` are shown below it."""

    name: str
    seen: dict[str, Any] = field(default_factory=dict)
    jobs_lost: int = 0
    jobs_done: int = 0
    duplicates: int = 0
    ghosts: int = 0
    writes_lost: int = 0
    notes: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def note(self, text: str) -> None:
        """Add a note and show it at once."""
        self.notes.append(text)
        say(f"  {text}")

    @property
    def failed(self) -> int:
        """How many requests got another answer than the expected one."""
        return sum(self.seen["failures"].values())

    def expect(
        self,
        *,
        gap: float,
        failures: Collection[str] = (),
        timeouts: int = 0,
        lost_writes: bool = False,
    ) -> None:
        """Note everything that goes beyond what is promised.

        Args:
            gap: the longest time without a success, in seconds.
            failures: the kinds of failures that may occur.
            timeouts: how many requests may stay without an answer.
            lost_writes: whether acknowledged writes may be missing.
        """
        kinds = self.seen["failures"]
        wrong = {
            kind: number
            for kind, number in kinds.items()
            if kind not in failures and not (kind == "timeout" and number <= timeouts)
        }
        rules = [
            (wrong, f"failures that are not allowed: {wrong}, e.g. {[self.seen['examples'].get(k) for k in wrong]}"),
            (self.seen["gap"] > gap, f"no success for {self.seen['gap']:.1f} s, allowed are {gap:g} s"),
            (self.jobs_lost, f"{self.jobs_lost} jobs were lost"),
            (self.duplicates, f"{self.duplicates} jobs were done twice"),
            (self.ghosts, f"{self.ghosts} jobs were done that no request enqueued"),
            (self.writes_lost and not lost_writes, f"{self.writes_lost} acknowledged writes were lost"),
            (self.seen["stale"], f"{self.seen['stale']} clients missed their own write"),
            (self.seen["repeated"] > MOST_REPEATED, f"{self.seen['repeated']} connections broke without an answer"),
        ]
        self.broken += [sentence for broken, sentence in rules if broken]
        for sentence in self.broken:
            say(f"  NOT AS PROMISED: {sentence}")

    def limits_hold(self) -> None:
        """Note it if more guesses at a password were let through than one process and Redis allow together."""
        let_through = self.seen["guesses"].get("401", 0)
        self.note(f"{let_through} guesses at a password were let through, of {sum(self.seen['guesses'].values())}")
        if let_through > MOST_GUESSES:
            self.broken.append(f"{let_through} guesses were let through")


def say(text: str) -> None:
    """Print a line of progress."""
    print(text, file=sys.stderr, flush=True)


@contextmanager
def row(site: Site, name: str) -> Iterator[Row]:
    """Run the clients around a block, then compare what was acknowledged with what is there."""
    say(f"{time.strftime('%H:%M:%S')} {name}")
    result = Row(name)
    clients = _start_clients(site)
    try:
        time.sleep(CALM_SECONDS)
        yield result
        time.sleep(CALM_SECONDS)
        output, _ = clients.communicate(timeout=END_SECONDS)
    finally:
        clients.kill()
        clients.wait()
    result.seen = json.loads(output)
    _compare(site, result)
    seen = result.seen
    say(
        f"  {seen['requests']} requests, failed {seen['failures']}, sent again {seen['repeated']}, p50 {seen['p50'] * 1000:.0f} ms, "
        f"p99 {seen['p99'] * 1000:.0f} ms, gap {seen['gap']:.1f} s, stale {seen['stale']}, streams ended "
        f"{seen['streams_ended']}, jobs {len(seen['jobs'])}/{result.jobs_done}, lost {result.jobs_lost}, "
        f"duplicate {result.duplicates}, writes lost {result.writes_lost}, guesses {seen['guesses']}"
    )
    if seen["failures"]:
        say(f"  {seen['examples']}")


def _start_clients(site: Site) -> subprocess.Popen[str]:
    host = site.network["clients"]
    address = f"https://{site.network['proxy'].address}"
    arguments = [address, site.proxy.authority, next(_first_keys), *site.client_addresses]
    log = (site.directory / "clients.log").open("ab")
    clients = subprocess.Popen(
        host.namespace.command([sys.executable, LOAD, *map(str, arguments)]),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=log,
        text=True,
    )
    log.close()
    assert clients.stdout
    if clients.stdout.readline() != "running\n":
        raise RuntimeError(f"The clients do not run: {(site.directory / 'clients.log').read_text()}")
    return clients


def _compare(site: Site, result: Row) -> None:
    seen = result.seen
    first = next(_first_keys) - 2 * KEYS
    jobs, uncertain = set(seen["jobs"]), set(seen["uncertain_jobs"])
    started = time.monotonic()
    while _unfinished(site) and time.monotonic() - started < DRAIN_SECONDS:
        time.sleep(0.5)
    rows = site.primary.sql(f"SELECT key FROM trial.effects WHERE key BETWEEN {first} AND {first + 2 * KEYS}").split()
    effects = Counter(int(key) for key in rows if int(key) in jobs | uncertain or int(key) >= first)
    result.jobs_lost = len(jobs - effects.keys())
    result.jobs_done = len(effects)
    result.ghosts = len(effects.keys() - jobs - uncertain)
    result.duplicates = sum(times - 1 for times in effects.values())
    stored = set(site.primary.sql("SELECT id FROM trial.entries").split())
    result.writes_lost = len(set(seen["written"]) - stored)


def _unfinished(site: Site) -> int:
    return int(
        site.primary.sql("SELECT count(*) FROM jobs WHERE task = 'add_effect' AND state NOT IN ('done', 'dead')")
    )


__all__ = ["DOMAIN", "Row", "row", "say"]
