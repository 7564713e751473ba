"""A unit of work that is cancelled, whenever that is, leaves nothing half done and keeps nothing."""

import asyncio
import random
import time
from uuid import UUID

import pytest
from fastapi import FastAPI
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.permissions import Actor
from domain.tasks import CleanUp
from repository import models
from service.factory import Factory
from tests.conftest import browser
from tests.support.helpers import sign_up
from tests.support.specimen import Memo, Remark, memos_of, remarks_of

pytestmark = [pytest.mark.race, pytest.mark.usefixtures("specimen")]

TRIALS = 400
AT_ONCE = 8


async def _write_memo_and_remark(factory: Factory, author: Actor) -> None:
    async with factory.unit_of_work(author) as work:
        memo = await memos_of(work).add("A title")
        await remarks_of(work).add(memo.id, "Well said.")
        work.outbox.enqueue(CleanUp())


async def _duration(factory: Factory, author: Actor) -> float:
    await _write_memo_and_remark(factory, author)
    started = time.monotonic()
    await _write_memo_and_remark(factory, author)
    return time.monotonic() - started


async def _cancelled(factory: Factory, author: Actor, *, after: float) -> bool:
    """Begin the work, cancel it after so many seconds, and return whether it was cancelled."""
    writing = asyncio.create_task(_write_memo_and_remark(factory, author))
    await asyncio.sleep(after)
    writing.cancel()
    await asyncio.wait([writing])
    return writing.cancelled()


async def test_work_that_is_cancelled_at_any_moment_is_done_wholly_or_not_at_all(
    committing_factory: Factory, committing_app: FastAPI, engine: AsyncEngine
) -> None:
    async with browser(committing_app) as client:
        author = Actor(UUID((await sign_up(client))["id"]))
    longest = 2 * AT_ONCE * await _duration(committing_factory, author)  # so that each step and the end are met
    moments = random.Random(1)
    outcomes: list[bool] = []
    for _ in range(TRIALS // AT_ONCE):
        trials = [
            asyncio.create_task(_cancelled(committing_factory, author, after=moments.uniform(0, longest)))
            for _ in range(AT_ONCE)
        ]
        outcomes += [await trial for trial in trials]
    assert set(outcomes) == {True, False}
    await _write_memo_and_remark(committing_factory, author)
    assert committing_factory.resources.database.pool_usage().checked_out == 0
    async with engine.connect() as connection:
        half_done = select(func.count()).select_from(Memo).outerjoin(Remark).where(Remark.id.is_(None))
        assert await connection.scalar(half_done) == 0
        written = await connection.scalar(select(func.count()).select_from(Memo))
        assert await connection.scalar(select(func.count()).where(models.Job.task == "clean_up")) == written
        held = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'tests' AND datname = current_database()"
        assert await connection.scalar(text(held)) <= committing_factory.resources.settings.database_pool_size
