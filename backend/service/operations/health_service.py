"""Checks whether the product can serve requests."""

import asyncio
from dataclasses import dataclass
from enum import StrEnum

from redis.asyncio import Redis
from redis.exceptions import RedisError

from core.replica import Replica, ReplicaState
from domain.errors import DatabaseUnavailable
from repository.operations.health_repository import HealthRepository
from repository.operations.revision import MigrationHistory

CHECK_TIMEOUT_SECONDS = 2.0


class PartState(StrEnum):
    """The result of one check."""

    OK = "ok"
    UNAVAILABLE = "unavailable"
    OUTDATED = "outdated"


@dataclass(frozen=True, slots=True)
class Readiness:
    """The results of all checks."""

    database: PartState
    migrations: PartState
    redis: PartState
    # None if there is no replica.
    replica: ReplicaState | None

    @property
    def can_serve(self) -> bool:
        """Whether requests can be served. They need neither Redis nor the replica."""
        return self.database is PartState.OK and self.migrations is PartState.OK

    @property
    def is_degraded(self) -> bool:
        """Whether an optional part is missing."""
        return self.redis is not PartState.OK or self.replica not in {None, ReplicaState.FRESH}


class HealthService:
    """Checks the services that requests depend on. `migrations` are those that the database should have had."""

    def __init__(
        self, health: HealthRepository, redis: Redis, replica: Replica | None, *, migrations: MigrationHistory
    ) -> None:
        self._health = health
        self._redis = redis
        self._replica = replica
        self._migrations = migrations

    async def check(self) -> Readiness:
        """Return the state of each part within about two seconds, even during an outage."""
        async with asyncio.TaskGroup() as group:
            database = group.create_task(self._check_database())
            redis = group.create_task(self._check_redis())
        database_state, migrations_state = database.result()
        replica_state = self._replica.state() if self._replica else None
        return Readiness(database_state, migrations_state, redis.result(), replica_state)

    async def _check_database(self) -> tuple[PartState, PartState]:
        try:
            async with asyncio.timeout(CHECK_TIMEOUT_SECONDS):
                applied = await self._health.applied_revisions()
        except (DatabaseUnavailable, TimeoutError):
            return PartState.UNAVAILABLE, PartState.UNAVAILABLE
        return PartState.OK, PartState.OK if self._migrations.is_applied(applied) else PartState.OUTDATED

    async def _check_redis(self) -> PartState:
        try:
            async with asyncio.timeout(CHECK_TIMEOUT_SECONDS):
                await self._redis.ping()
        except (RedisError, OSError, TimeoutError):
            return PartState.UNAVAILABLE
        return PartState.OK
