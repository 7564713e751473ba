"""Processes that PostgreSQL would run out of connections for do not start."""

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from core.settings import Settings, SettingsError
from service.operations.connection_budget import connections_needed
from service.operations.start_check import check_database
from tests.support.databases import UNREACHABLE


def _with(settings: Settings, **values: object) -> Settings:
    return settings.model_copy(update=values)


async def test_the_defaults_fit_into_the_embedded_server(settings: Settings) -> None:
    await check_database(settings)


async def test_every_process_and_the_reserve_are_counted(settings: Settings) -> None:
    sizes = {"database_pool_size": 5, "worker_queues": "default:7,files:2", "database_reserved_connections": 3}
    assert connections_needed(_with(settings, **sizes, api_workers=2)) == 2 * 5 + (7 + 2 + 4) + 5 + 3
    replica = _with(settings, **sizes, api_workers=2, database_replica_url=UNREACHABLE)
    assert connections_needed(replica) == connections_needed(_with(settings, **sizes, api_workers=2)) + 2


async def test_what_does_not_fit_is_refused_in_one_sentence_that_says_what_to_set(settings: Settings) -> None:
    with pytest.raises(SettingsError) as refusal:
        await check_database(_with(settings, api_workers=8, database_pool_size=12, worker_queues="default:36"))
    assert str(refusal.value) == (
        "PostgreSQL allows 97 connections, but 158 may be needed: 8 API processes with 12 each, a worker with 40, a "
        "scheduler with 12, and DATABASE_RESERVED_CONNECTIONS=10; lower DATABASE_POOL_SIZE, API_WORKERS or "
        "WORKER_CONCURRENCY, or raise max_connections."
    )


async def test_a_limit_of_the_database_counts_too(settings: Settings, engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        name = await connection.scalar(text("SELECT current_database()"))
        await connection.execute(text(f'ALTER DATABASE "{name}" CONNECTION LIMIT 20'))
        with pytest.raises(SettingsError, match="allows 20 connections"):
            await check_database(settings)
        await connection.execute(text(f'ALTER DATABASE "{name}" CONNECTION LIMIT -1'))
    await check_database(settings)


async def test_a_database_that_is_away_or_behind_a_pooler_is_not_asked(settings: Settings) -> None:
    await check_database(_with(settings, database_url=UNREACHABLE, api_workers=60))
    await check_database(_with(settings, database_transaction_pooling=True, api_workers=60))
