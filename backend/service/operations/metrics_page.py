"""The page that scrapers of metrics read."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

from core.db import Database
from core.metrics.metrics import Metrics, QueueGauges, QueueSample, registry_of
from core.metrics.server import metrics_served
from core.replica import Replica
from core.runtime.batching import SharedRun
from core.settings import Settings
from domain.errors import DatabaseUnavailable
from domain.jobs.job import JobState, QueueDepth

# How old the gauges of one process may be on the page of another.
SAMPLE_INTERVAL_SECONDS = 1.0
# A scraper waits ten seconds by default. When the event loop does not answer in less, the page comes without the
# queues.
ANSWER_SECONDS = 5.0
# Done jobs are not counted: there may be millions.
SHOWN_STATES = tuple(state for state in JobState if state is not JobState.DONE)


class QueueDepths(Protocol):
    """Knows how many jobs wait in each queue."""

    async def depths(self) -> list[QueueDepth]:
        """Return the depth of each queue."""


class MetricsPage:
    """Samples the gauges of this process, and renders the page once for all waiting scrapers.

    Args:
        metrics: the values of this process, and of those that it shares them with.
        database: its pool is sampled.
        replica: its lag is sampled.
        jobs: tells the state of the queues.
        queues: those that are shown although they are empty.
    """

    def __init__(
        self,
        metrics: Metrics,
        database: Database,
        replica: Replica | None,
        jobs: QueueDepths,
        *,
        queues: Iterable[str],
    ) -> None:
        self.metrics = metrics
        self.get = SharedRun(self._render)
        self._database = database
        self._replica = replica
        self._jobs = jobs
        self._queues = sorted(queues)

    async def keep_current(self) -> None:
        """Keep sampling, until cancelled: a scrape reaches only one of several processes."""
        clock = asyncio.get_running_loop().time
        while True:
            await self._sample()
            due = clock() + SAMPLE_INTERVAL_SECONDS
            await asyncio.sleep(SAMPLE_INTERVAL_SECONDS)
            self.metrics.process.observe_loop_lag(clock() - due)

    @contextmanager
    def served(self, settings: Settings) -> Iterator[None]:
        """Serve the page on `METRICS_PORT` until the block ends.

        Raises:
            SettingsError: another program listens on the port.
        """
        loop = asyncio.get_running_loop()

        def ask() -> Sequence[QueueSample] | None:
            answer = asyncio.run_coroutine_threadsafe(self._queue_samples(), loop)
            try:
                return answer.result(ANSWER_SECONDS)
            except TimeoutError:
                answer.cancel()
                return None

        registry = registry_of(self.metrics.all_processes, QueueGauges(ask))
        with metrics_served(
            registry, host=settings.metrics_host, port=settings.metrics_port, setting="METRICS_PORT", is_shared=True
        ):
            yield

    async def _render(self) -> bytes:
        """Return the page, rendered in a thread because thousands of lines would block the event loop."""
        await self._sample()
        return await asyncio.to_thread(self.metrics.render, await self._queue_samples())

    async def _queue_samples(self) -> list[QueueSample] | None:
        """Return the state of the queues, or None during an outage: an old number would look current."""
        try:
            depths = {depth.queue: depth for depth in await self._jobs.depths()}
        except DatabaseUnavailable:
            return None
        empty = {queue: QueueDepth(queue, {}, 0.0) for queue in self._queues}
        return [_sample_of(depth) for depth in {**empty, **depths}.values()]

    async def _sample(self) -> None:
        usage = self._database.pool_usage()
        self.metrics.database.set_pool_usage(checked_out=usage.checked_out, idle=usage.idle, size=usage.size)
        if self._replica is not None:
            self._replica.metrics.set_lag(self._replica.lag())
        await asyncio.to_thread(self.metrics.process.sample)


def _sample_of(depth: QueueDepth) -> QueueSample:
    by_state = {state: depth.by_state.get(state, 0) for state in SHOWN_STATES}
    return QueueSample(depth.queue, by_state, depth.oldest_due_seconds)
