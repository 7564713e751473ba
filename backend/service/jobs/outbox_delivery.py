"""Writes the jobs of a unit of work in its transaction and wakes the workers after the commit."""

from collections.abc import Callable

from domain.jobs.job import JobsByQueue
from repository.jobs.job_repository import JobRepository
from service.jobs.outbox import Outbox
from service.unit_of_work import Collector, UnitOfWork


class OutboxDelivery(Collector):
    """Delivers an outbox: rows before the commit, ids of jobs after it."""

    def __init__(
        self,
        work: UnitOfWork,
        outbox: Outbox,
        *,
        in_transaction: JobRepository,
        alone: JobRepository,
        wake_workers: Callable[[JobsByQueue], None],
    ) -> None:
        self._work = work
        self._outbox = outbox
        self._in_transaction = in_transaction
        self._alone = alone
        self._wake_workers = wake_workers
        self._due: JobsByQueue = {}

    @property
    def will_write(self) -> bool:
        """Whether the outbox holds jobs."""
        return not self._outbox.is_empty

    async def before_commit(self) -> None:
        """Write the jobs. If nothing else was written, their INSERT is a transaction of its own, without a BEGIN."""
        if jobs := self._outbox.take():
            repository = self._in_transaction if self._work.has_begun else self._alone
            self._due = await repository.add(jobs, request_id=self._work.request_id)

    async def after_commit(self) -> None:
        """Wake the workers, without waiting for them."""
        if self._due:
            self._wake_workers(self._due)
