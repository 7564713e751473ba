"""Servers, workers and a producer for the tests and benchmarks that kill them."""

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy.engine import make_url

from core.settings import Settings, child_environment
from embedded.process import ManagedProcess
from embedded.services import EmbeddedServices
from service.factory import Factory, create_factory
from tests.support.clusters import copy_migrated_cluster
from tests.test_processes.job_programs import EFFECTS, AddEffect, registry

PROGRAM = Path(__file__).with_name("job_programs.py")
WORKER_FAILPOINTS = ("before_resend", "after_resend", "before_claim", "after_claim", "before_done", "after_done")
PRODUCER_FAILPOINTS = ("before_commit", "after_commit")
KILLED = 137
NOWHERE = "redis://127.0.0.1:1"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of jobs that were enqueued while processes died."""

    jobs: int
    lost: int
    ghosts: int
    duplicates: int
    seconds_to_drain: float

    @property
    def is_perfect(self) -> bool:
        return (self.lost, self.ghosts, self.duplicates) == (0, 0, 0)


class JobStack:
    """PostgreSQL, Valkey and the programs of `job_programs`."""

    def __init__(self, var: Path, *, quick: bool) -> None:
        self._var = var
        copy_migrated_cluster(var)
        self._services = EmbeddedServices(var)
        urls = self._services.start()
        self.settings = Settings(
            _env_file=None, environment="test", database_url=urls.database_url, redis_url=urls.redis_url
        )
        self.redis_url = urls.redis_url
        self._variables = {"ENVIRONMENT": "test", "DATABASE_URL": urls.database_url, "REDIS_URL": urls.redis_url}
        if quick:
            self._variables["QUICK"] = "1"
        self._processes: list[subprocess.Popen[bytes]] = []
        self._numbers = iter(range(1_000_000))
        self.sql(EFFECTS)
        self.sql("CREATE TABLE accepted (key int)")

    @property
    def valkey(self) -> ManagedProcess:
        return next(process for process in self._services.processes if process.program.title == "Valkey")

    def start(self, *command: str, **variables: str) -> subprocess.Popen[bytes]:
        log = self._var / f"{command[0]}-{next(self._numbers)}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, str(PROGRAM), *command],
                env=child_environment(**{**self._variables, **variables}),
                stdout=output,
                stderr=output,
            )
        self._processes.append(process)
        return process

    @cached_property
    def forks(self) -> "Forks":
        return Forks(child_environment(**self._variables), self._var / "forks-0.log")

    def logs(self) -> str:
        return "".join(log.read_text() for log in sorted(self._var.glob("*-*.log")))

    def sql(self, statement: str) -> list[tuple[Any, ...]]:
        async def run() -> list[tuple[Any, ...]]:
            url = make_url(self.settings.require_database_url()).set(drivername="postgresql")
            connection = await asyncpg.connect(url.render_as_string(hide_password=False))
            rows = await connection.fetch(statement)
            await connection.close()
            return [tuple(row) for row in rows]

        return asyncio.run(run())

    def factory(self) -> Factory:
        return create_factory(self.settings, registry, component="tests")

    def enqueue(self, *payloads: object) -> None:
        async def write() -> None:
            factory = self.factory()
            async with factory.unit_of_work() as work:
                for payload in payloads:
                    work.outbox.enqueue(payload)
            await factory.close()

        asyncio.run(write())

    def unfinished(self) -> int:
        ((count,),) = self.sql("SELECT count(*) FROM jobs WHERE state NOT IN ('done', 'dead')")
        return int(count)

    def stop(self) -> None:
        if "forks" in vars(self):
            self.forks.close()
        for process in self._processes:
            process.kill()
            process.wait()
        self._services.kill()


class Forks:
    """Starts the same programs from a process that has imported everything, so that a kill can follow a kill."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, str(PROGRAM), "forks"],
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=output,
                text=True,
            )
        self._alive: set[int] = set()

    def start(self, *command: str, **variables: str) -> int:
        """Start a program and return its id."""
        pid = self._ask(*command, variables)
        self._alive.add(pid)
        return pid

    def wait(self, pid: int) -> int:
        """Wait for a program's end and return its exit code."""
        self._alive.discard(pid)
        return self._ask("wait", pid)

    def kill(self, pid: int) -> None:
        os.kill(pid, signal.SIGKILL)
        self.wait(pid)

    def close(self) -> None:
        for pid in list(self._alive):
            self.kill(pid)
        self._process.kill()
        self._process.communicate()

    def _ask(self, *question: object) -> int:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())


async def produce_and_kill(
    stack: JobStack, *, jobs: int, kills: int, flushes: int = 0, outage_seconds: float = 0
) -> set[int]:
    """Enqueue while random workers are killed and Redis is emptied or stopped; return the keys that were committed."""
    factory = stack.factory()
    workers = [stack.forks.start("worker") for _ in range(3)]
    disturbances = ["kill"] * kills + ["flush"] * flushes + ["outage"] * bool(outage_seconds)
    random.shuffle(disturbances)
    producing = asyncio.create_task(_produce(factory, jobs, seconds=1.0 * len(disturbances)))
    for disturbance in disturbances:
        await asyncio.sleep(1.0)  # about what a new worker takes to start
        if disturbance == "kill":
            stack.forks.kill(workers.pop(random.randrange(len(workers))))
            workers.append(stack.forks.start("worker"))
        elif disturbance == "flush":
            await factory.resources.redis.flushall()
        else:
            stack.valkey.kill()
            await asyncio.sleep(outage_seconds)
            stack.valkey.start()
    committed = await producing
    await factory.close()
    return committed


async def _produce(factory: Factory, jobs: int, *, seconds: float) -> set[int]:
    committed: set[int] = set()
    batches = list(_batches(jobs))
    for number, batch in enumerate(batches):
        try:
            async with factory.unit_of_work() as work:
                for key in batch:
                    work.outbox.enqueue(AddEffect(key))
                if number % 20 == 0:  # 5 %
                    raise RollBack
        except RollBack:
            continue
        committed.update(batch)
        await asyncio.sleep(seconds / len(batches))
    return committed


class RollBack(Exception):
    """Raised to roll a transaction back."""


def _batches(jobs: int) -> Iterator[range]:
    for start in range(0, jobs, 10):
        yield range(start, min(start + 10, jobs))


def outcome(stack: JobStack, committed: set[int], *, within: float) -> Outcome:
    """Wait until every job has ended and compare the effects with what was committed."""
    started = time.monotonic()
    while stack.unfinished():
        assert time.monotonic() - started < within, stack.sql("SELECT state, count(*) FROM jobs GROUP BY 1")
        time.sleep(0.2)
    drained = time.monotonic() - started
    effects = Counter(key for (key,) in stack.sql("SELECT key FROM effects"))
    return Outcome(
        jobs=len(committed),
        lost=len(committed - effects.keys()),
        ghosts=len(effects.keys() - committed),
        duplicates=sum(count - 1 for count in effects.values()),
        seconds_to_drain=drained,
    )


def die_everywhere(stack: JobStack, *, times: int) -> set[int]:
    """Let a process die at every failpoint, and return the keys of the jobs that were committed meanwhile."""
    keys = count(1)

    def run(*command: str, **variables: str) -> int:
        return stack.forks.wait(stack.forks.start(*command, **variables))

    for _ in range(times):
        for failpoint in PRODUCER_FAILPOINTS:
            assert run("producer", str(next(keys)), FAILPOINT=failpoint) == KILLED, failpoint
        for failpoint in WORKER_FAILPOINTS:
            # Jobs that the sweep is to find must not have been sent.
            address = {"REDIS_URL": NOWHERE} if failpoint.endswith("resend") else {}
            assert run("producer", str(next(keys)), **address) == 0
            assert run("worker", FAILPOINT=failpoint) == KILLED, failpoint
    stack.start("worker")
    return {key for (key,) in stack.sql("SELECT key FROM accepted")}
