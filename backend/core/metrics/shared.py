"""The values that several server processes share: files in one directory, which each process adds up for a scrape.

Each process holds a *slot*, a number that names its files. The slot of a process that has ended is taken by the next
one, which counts on from the values that it finds. So sums never fall, and there are as many files as processes at
once, however often they are restarted.
"""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO

from prometheus_client import values
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from core.metrics.directory import is_locked, lock


class SharedValues(Collector):
    """Yields the sums over all processes that write to `directory`, and the gauges of those that run.

    Building it takes a slot and has all metrics that are built later keep their values there.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._slot, self._held = _take_slot(directory)
        for gauges in directory.glob(f"gauge_*_{self._slot}.db"):  # of the process that had the slot before
            gauges.unlink()
        values.ValueClass = values.MultiProcessValue(lambda: self._slot)  # type: ignore[no-untyped-call]  # it has no types

    def collect(self) -> Iterator[Metric]:
        """Yield the metrics."""
        files = [str(file) for file in self._directory.glob("*.db") if self._counts(file)]
        yield from MultiProcessCollector.merge(files)  # type: ignore[no-untyped-call]

    def _counts(self, file: Path) -> bool:
        kind, _, slot = file.stem.rpartition("_")
        if not _has_values(file):
            return False
        return not kind.startswith("gauge") or slot == str(self._slot) or is_locked(self._directory / f"{slot}.lock")


def _has_values(file: Path) -> bool:
    """Whether there is something to read: a file is empty until its process has given it a size, and may be removed."""
    try:
        return file.stat().st_size > 0
    except FileNotFoundError:
        return False


def _take_slot(directory: Path) -> tuple[int, IO[bytes]]:
    slot = 0
    while True:
        with suppress(BlockingIOError):
            return slot, lock(directory / f"{slot}.lock")
        slot += 1
