"""Clean-ups change rows of many users, and wait for none of them."""

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.permissions import SYSTEM
from domain.taskiq_broker import rows_clean_up
from service.factory import Factory
from tests.support.helpers import recorded_statements
from tests.support.jobs import sql

USERS = "INSERT INTO users (email) VALUES ('ada@example.com'), ('grace@example.com')"
EXPIRED_LINKS = (
    "INSERT INTO one_time_tokens (user_id, purpose, email, token_hash, expires_at) "
    "SELECT id, 'reset_password', email, email::bytea, now() - interval '1 day' FROM users"
)
LINKS_LEFT = "SELECT email FROM one_time_tokens"


async def test_every_clean_up_leaves_rows_out_that_another_transaction_holds(factory: Factory) -> None:
    with recorded_statements() as recorded:
        await clean_up(factory)
    deletions = [statement.sql for statement in recorded if "DELETE FROM" in statement.sql]
    assert deletions
    waiting = [sql for sql in deletions if "FOR UPDATE SKIP LOCKED" not in sql]
    assert waiting == [], "A clean-up that waits for rows may deadlock: write `delete(…).where(unlocked(…))`."


@pytest.mark.race
async def test_a_link_that_another_transaction_holds_is_left_to_the_next_run(
    committing_factory: Factory, engine: AsyncEngine
) -> None:
    await sql(engine, USERS)
    await sql(engine, EXPIRED_LINKS)
    async with engine.begin() as holding:
        await holding.execute(text("SELECT 1 FROM one_time_tokens WHERE email = 'ada@example.com' FOR UPDATE"))
        await clean_up(committing_factory)
        assert await sql(engine, LINKS_LEFT) == [("ada@example.com",)]
    await clean_up(committing_factory)
    assert await sql(engine, LINKS_LEFT) == []


async def clean_up(factory: Factory) -> None:
    async with factory.unit_of_work(SYSTEM) as work:
        for name in await rows_clean_up.run(work, None):
            await rows_clean_up.run(work, name)
