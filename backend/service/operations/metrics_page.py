"""The page that scrapers of metrics read."""

import asyncio
from typing import Protocol

from core.db import Database
from core.metrics import Metrics, QueueSample
from core.replica import Replica
from core.runtime.batching import SharedRun
from domain.errors import DatabaseUnavailable
from domain.jobs.job import QueueDepth

# How old the gauges of one process may be on the page of another.
SAMPLE_INTERVAL_SECONDS = 1.0


class KnowsQueues(Protocol):
    """Knows how many jobs wait in each queue."""

    async def depths(self) -> list[QueueDepth]:
        """Return the depth of each queue."""


class MetricsPage:
    """Samples the gauges of this process, and renders the page once for all waiting scrapers."""

    def __init__(self, metrics: Metrics, database: Database, replica: Replica | None, jobs: KnowsQueues) -> None:
        self.metrics = metrics
        self.get = SharedRun(self._render)
        self._database = database
        self._replica = replica
        self._jobs = jobs

    async def keep_current(self) -> None:
        """Keep sampling for the pages of the other processes, until cancelled."""
        while self.metrics.are_shared:
            self._sample()
            await asyncio.sleep(SAMPLE_INTERVAL_SECONDS)

    async def _render(self) -> bytes:
        """Return the page, rendered in a thread because thousands of lines would block the event loop."""
        self._sample()
        return await asyncio.to_thread(self.metrics.render, await self._queue_samples())

    async def _queue_samples(self) -> list[QueueSample]:
        """Return the state of the queues, or nothing during an outage: an old number would look current."""
        try:
            depths = await self._jobs.depths()
        except DatabaseUnavailable:
            return []
        return [QueueSample(depth.queue, depth.by_state, depth.oldest_due_seconds) for depth in depths]

    def _sample(self) -> None:
        usage = self._database.pool_usage()
        self.metrics.set_pool_usage(checked_out=usage.checked_out, idle=usage.idle)
        if self._replica is not None:
            self._replica.metrics.set_lag(self._replica.lag())
