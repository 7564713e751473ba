"""The tasks that the benchmarks run."""

import time
from dataclasses import dataclass

from domain.taskiq_broker import TaskRegistry
from service.factory import Work

registry = TaskRegistry()


@dataclass(frozen=True, slots=True)
class NoOp:
    """Do nothing."""

    number: int = 0


@dataclass(frozen=True, slots=True)
class Stamp:
    """Tell how long it took from the commit to here."""

    enqueued_at: float


@registry.task(NoOp)
async def no_op(work: Work, _: NoOp) -> None:
    """Do nothing."""


@registry.task(Stamp)
async def stamp(work: Work, payload: Stamp) -> None:
    """Write the latency to standard output; both processes read the same machine's clock."""
    print(f"latency {time.time() - payload.enqueued_at:.6f}", flush=True)
