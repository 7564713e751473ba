"""Recording the use of API tokens does not wait for locks."""

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.permissions import SYSTEM
from repository.identity.api_token_repository import ApiTokenRepository
from service.factory import Factory
from tests.support.jobs import sql

USERS = "INSERT INTO users (email) VALUES ('ada@example.com'), ('grace@example.com')"
TOKENS = (
    "INSERT INTO api_tokens (user_id, name, scopes, token_hash, hint, expires_at) "
    "SELECT id, email, '{read}', email::bytea, 'abcd', now() + interval '1 day' FROM users RETURNING id"
)
TOKENS_USED = "SELECT name FROM api_tokens WHERE last_used_at IS NOT NULL"


@pytest.mark.race
async def test_the_use_of_tokens_is_recorded_without_waiting_for_one_that_is_being_deleted(
    committing_factory: Factory, engine: AsyncEngine
) -> None:
    await sql(engine, USERS)
    tokens = [token for (token,) in await sql(engine, TOKENS)]
    async with engine.begin() as deleting:
        await deleting.execute(text("DELETE FROM users WHERE email = 'ada@example.com'"))
        async with committing_factory.unit_of_work(SYSTEM) as work:
            await ApiTokenRepository(work.connection).mark_used(tokens)
    assert await sql(engine, TOKENS_USED) == [("grace@example.com",)]
