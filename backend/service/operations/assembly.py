"""Assembles the operations area, `work.operations`."""

from functools import cached_property
from typing import TYPE_CHECKING

from repository.connection import Connection
from repository.operations.health_repository import HealthRepository
from repository.operations.idempotency_repository import IdempotencyRepository
from repository.operations.statistics_repository import StatisticsRepository
from service.jobs.outbox import Outbox
from service.operations.cached_values import UnitCache
from service.operations.checks.finding import Installation
from service.operations.health_service import HealthService
from service.operations.idempotency_service import IdempotencyService
from service.operations.statistics_service import StatisticsService
from service.resources import Resources
from service.unit_of_work import UnitOfWork

if TYPE_CHECKING:
    from service.operations.demo.demo_content import DemoContent


def assemble_installation(resources: Resources) -> Installation:
    """Return the installation for the checks."""
    replica = resources.replica
    return Installation(
        settings=resources.settings,
        database=resources.database,
        primary=HealthRepository(Connection(resources.database.acquire)),
        replica=HealthRepository(Connection(replica.acquire)) if replica else None,
        redis=resources.redis,
        mailer=resources.mailer,
        files=resources.files,
        migrations=resources.migrations,
        queues=frozenset(task.queue for tasks in resources.routes.values() for task in tasks),
    )


class Operations:
    """The operations services of one unit of work."""

    def __init__(self, work: UnitOfWork, resources: Resources, cache: UnitCache, outbox: Outbox) -> None:
        self._work = work
        self._resources = resources
        self._cache = cache
        self._outbox = outbox

    @cached_property
    def idempotency(self) -> IdempotencyService:
        """Stored responses for repeated requests."""
        return IdempotencyService(self._work.actor, IdempotencyRepository(self._work.connection))

    @cached_property
    def statistics(self) -> StatisticsService:
        """Figures for dashboards."""
        return StatisticsService(self._work.actor, StatisticsRepository(self._work.connection), self._cache)

    @cached_property
    def health(self) -> HealthService:
        """Readiness."""
        resources = self._resources
        return HealthService(
            HealthRepository(self._work.connection), resources.redis, resources.replica, migrations=resources.migrations
        )

    @cached_property
    def demo_content(self) -> "DemoContent":
        """Example content for development. Only the command that writes it loads it."""
        from repository.operations.demo_repository import DemoRepository
        from service.operations.demo.demo_content import DemoContent

        return DemoContent(DemoRepository(self._work.connection), self._resources.files, self._outbox)
