"""The programs of the job tests: `worker`, `scheduler` and `producer KEY`, around tasks whose effects can be counted.

`forks` starts them on demand, in a tenth of the time that a new process takes.
With QUICK set, a dead worker's jobs run again after three seconds in place of thirty.
"""

import asyncio
import json
import os
import signal
import sys
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

import domain.jobs.job

if "QUICK" in os.environ:  # before a module imports the values
    domain.jobs.job.LEASE = timedelta(seconds=3)
    domain.jobs.job.HEARTBEAT = timedelta(seconds=1)
    domain.jobs.job.FIRST_SEND_LEASE = timedelta(seconds=2)

import uvloop
from sqlalchemy import text

from core.logging import configure_logging
from core.settings import Settings, load_settings
from domain.taskiq_broker import TaskRegistry
from service.factory import Work, create_factory
from worker.scheduler import run_scheduler
from worker.worker import run_worker

EFFECTS = "CREATE TABLE effects (key int, at timestamptz DEFAULT clock_timestamp())"

registry = TaskRegistry()


@dataclass(frozen=True, slots=True)
class AddEffect:
    key: int
    seconds: float = 0


@dataclass(frozen=True, slots=True)
class Nothing:
    pass


@dataclass(frozen=True, slots=True)
class Tick:
    pass


@registry.task(
    AddEffect, max_attempts=1_000
)  # more often than its workers are killed: a trial looks for lost jobs only
async def add_effect(work: Work, payload: AddEffect) -> None:
    await work.connection.write(text(f"INSERT INTO effects (key) VALUES ({payload.key})"))
    await asyncio.sleep(payload.seconds)


@registry.task(Nothing)
async def do_nothing(work: Work, _: Nothing) -> None: ...


@registry.task(Tick, cron="* * * * *")
async def count_tick(work: Work, _: Tick) -> None:
    await add_effect(work, AddEffect(-1))


async def produce(settings: Settings, key: int) -> None:
    factory = create_factory(settings, registry, component="producer")
    async with factory.unit_of_work() as work:
        await work.connection.write(text(f"INSERT INTO accepted (key) VALUES ({key})"))
        work.outbox.enqueue(AddEffect(key))
    await factory.close()


async def main(program: str, *arguments: str) -> None:
    settings = load_settings()
    configure_logging(settings)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    if program == "producer":
        await produce(settings, int(arguments[0]))
    else:
        await (run_worker if program == "worker" else run_scheduler)(settings, registry, stop)


def fork_on_demand() -> None:
    """Answer each line.

    `["worker", {"FAILPOINT": "before_claim"}]` starts a fork and prints its id, `["wait", 7]` its end.
    """
    for line in sys.stdin:
        *command, argument = json.loads(line)
        if command == ["wait"]:
            answer = os.waitstatus_to_exitcode(os.waitpid(argument, 0)[1])
        elif (answer := os.fork()) == 0:
            os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # where the logs go
            os.environ.update(argument)
            uvloop.run(main(*command))
            os._exit(0)
        print(answer, flush=True)


if __name__ == "__main__":
    fork_on_demand() if sys.argv[1] == "forks" else uvloop.run(main(*sys.argv[1:]))
