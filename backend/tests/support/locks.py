"""Transactions that wait for each other, in tests of what happens at the same time."""

import asyncio
from collections.abc import Coroutine, Iterable
from typing import Any, TypeVar

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

T = TypeVar("T")

# The statements of a deactivation before its commit.
DEACTIVATION = ("UPDATE users SET is_active = false", "UPDATE sessions SET revoked_at = now()")
# The statements of the end of all sessions before its commit.
END_OF_SESSIONS = ("SELECT id FROM users FOR NO KEY UPDATE", "UPDATE sessions SET revoked_at = now()")
_AWAITED_LOCKS = text("SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")


async def until_a_lock_is_awaited(engine: AsyncEngine, *, by: int = 1) -> None:
    """Wait until so many transactions wait for the locks of others."""
    async with asyncio.timeout(10), engine.connect() as connection:
        while len((await connection.execute(_AWAITED_LOCKS)).all()) < by:
            await connection.rollback()


async def meet(engine: AsyncEngine, statements: Iterable[str], awaited: Coroutine[Any, Any, T]) -> T:
    """Run the statements, commit them once `awaited` waits for a lock of theirs, and return its result."""
    async with asyncio.TaskGroup() as group, engine.begin() as connection:
        for statement in statements:
            await connection.execute(text(statement))
        task = group.create_task(awaited)
        await until_a_lock_is_awaited(engine)
    return task.result()


async def open_sessions(engine: AsyncEngine) -> int:
    """Return how many sessions have not been ended."""
    async with engine.connect() as connection:
        found = await connection.execute(text("SELECT count(*) FROM sessions WHERE revoked_at IS NULL"))
        return int(found.scalar_one())
