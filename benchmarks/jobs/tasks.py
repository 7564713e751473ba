"""The tasks that the benchmarks run."""

import time
from dataclasses import dataclass

from sqlalchemy import text

from domain.taskiq_broker import TaskRegistry
from service.factory import Work

registry = TaskRegistry()

INSERT = text("INSERT INTO bench_rows (body) VALUES ('x')")


@dataclass(frozen=True, slots=True)
class NoOp:
    """Do nothing."""

    number: int = 0


@dataclass(frozen=True, slots=True)
class Stamp:
    """Report the time from the commit to the start."""

    enqueued_at: float


@dataclass(frozen=True, slots=True)
class AddRow:
    """Write a row."""


@registry.task(AddRow)
async def add_row(work: Work, _: AddRow) -> None:
    """Insert a row into the table of the benchmark."""
    await work.connection.write(INSERT)


@registry.task(NoOp)
async def no_op(work: Work, _: NoOp) -> None:
    """Do nothing."""


@registry.task(Stamp)
async def stamp(work: Work, payload: Stamp) -> None:
    """Print the latency. Both processes use the clock of the same machine."""
    print(f"latency {time.time() - payload.enqueued_at:.6f}", flush=True)
