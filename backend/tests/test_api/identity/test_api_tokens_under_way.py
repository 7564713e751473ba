"""An API token that is made while its session ends."""

import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.conftest import browser
from tests.support.helpers import sign_up_proved
from tests.support.locks import END_OF_SESSIONS, meet


@pytest.mark.race
async def test_a_session_that_has_just_ended_makes_no_api_token(committing_app: FastAPI, engine: AsyncEngine) -> None:
    async with browser(committing_app) as client:
        await sign_up_proved(client)
        body = {"name": "backup", "scopes": ["read"], "expires_in_days": 365}
        answer = await meet(engine, END_OF_SESSIONS, client.post("/api/auth/tokens", json=body))
    assert answer.status_code == 401
    async with engine.connect() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM api_tokens"))).scalar_one() == 0
