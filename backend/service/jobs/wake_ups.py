"""Tells the workers which jobs have been committed. Best effort: a sweep sends the ids of unclaimed jobs again."""

import asyncio
import time
from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

import structlog

from core.metrics.metrics import Metrics
from core.runtime import background
from core.runtime.outages import Outage, reason_of
from domain.jobs.job import JobsByQueue

log = structlog.get_logger()

# The least time from one sending to the next, so that a busy process sends the ids of several transactions together.
GATHER_SECONDS = 0.005


class JobTransport(Protocol):
    """Carries the ids of jobs to workers. It may lose them, because the rows in the job table are the truth."""

    async def send(self, job_ids: Sequence[UUID], *, queue: str) -> None:
        """Tell the workers of `queue` that these jobs are due.

        Raises:
            OSError: the transport is unavailable.
        """

    async def waiting(self, queue: str) -> int:
        """Return how many ids no worker of `queue` has read yet.

        Raises:
            OSError: the transport is unavailable.
        """

    async def close(self) -> None:
        """Release the transport's connections."""


class WakeUps:
    """Sends the ids of committed jobs in the background: the first at once, and those that gather after it together."""

    def __init__(self, transport: JobTransport, metrics: Metrics) -> None:
        self._transport = transport
        self._metrics = metrics
        self._due: dict[str, list[UUID]] = {}
        self._sending: asyncio.Task[None] | None = None
        self._resting_until = 0.0
        self._outage = Outage()

    def send(self, jobs: JobsByQueue) -> None:
        """Send the ids soon, without waiting."""
        for queue, job_ids in jobs.items():
            self._due.setdefault(queue, []).extend(job_ids)
        if self._due and self._sending is None:
            self._sending = background.start(self._send_due())

    async def flush(self) -> None:
        """Wait until every id is sent."""
        if self._sending is not None:
            await self._sending

    async def _send_due(self) -> None:
        try:
            while self._due:
                if (rest := self._resting_until - time.monotonic()) > 0:
                    await asyncio.sleep(rest)
                self._resting_until = time.monotonic() + GATHER_SECONDS
                due, self._due = self._due, {}
                for queue, job_ids in due.items():
                    await self._send(job_ids, queue=queue)
        finally:
            self._sending = None

    async def _send(self, job_ids: Sequence[UUID], *, queue: str) -> None:
        try:
            await self._transport.send(job_ids, queue=queue)
        except Exception as error:  # noqa: BLE001  (whatever the cause, the sweep sends the ids again)
            self._metrics.wake_ups_failed.inc(len(job_ids))
            self._metrics.count_redis_failure("jobs")
            if self._outage.should_log_failure():
                log.warning("workers not woken", jobs=len(job_ids), reason=reason_of(error))
        else:
            if (away := self._outage.end()) is not None:
                log.info("workers woken again", away_s=away)
