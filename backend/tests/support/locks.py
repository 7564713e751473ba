"""Transactions that wait for each other, in tests of what happens at the same time."""

import asyncio

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

_LOCK_IS_AWAITED = text(
    "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


async def until_a_lock_is_awaited(engine: AsyncEngine) -> None:
    """Wait until a transaction waits for the lock of another one."""
    async with asyncio.timeout(10), engine.connect() as connection:
        while not (await connection.execute(_LOCK_IS_AWAITED)).all():
            await connection.rollback()
