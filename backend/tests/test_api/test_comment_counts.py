"""Comments in the numbers of dashboards and reports: what a user received from others."""

from datetime import date
from typing import Any
from uuid import UUID

import httpx2 as httpx
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.permissions import SYSTEM
from repository.operations.statistics_repository import StatisticsRepository
from service.factory import Factory
from tests.conftest import browser
from tests.support.comments import write_comment
from tests.support.dashboards import count_all, dashboard_of
from tests.support.helpers import sign_up
from tests.support.posts import write_post

MONDAYS = [date(2026, 11, 2), date(2026, 11, 9), date(2026, 11, 16)]


async def _counted(client: httpx.AsyncClient) -> dict[str, Any]:
    counts = (await dashboard_of(client))["activity"]["counts"]
    return next(count for count in counts if count["name"] == "comments")


async def test_comments_of_others_count_for_the_author_of_the_post(client: httpx.AsyncClient, app: FastAPI) -> None:
    await sign_up(client)
    post = await write_post(client)
    await write_comment(client, post)
    async with browser(app) as bob:
        await sign_up(bob)
        await write_comment(bob, post)
        assert await _counted(bob) == {"name": "comments", "total": 0, "per_day": [0] * 14}
    assert await _counted(client) == {"name": "comments", "total": 1, "per_day": [*[0] * 13, 1]}


async def test_every_change_shows_at_once_although_the_numbers_are_cached(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    await sign_up(client)
    post = await write_post(client)
    assert (await _counted(client))["total"] == 0
    async with browser(app) as bob:
        await sign_up(bob)
        comment = await write_comment(bob, post)
        assert (await _counted(client))["total"] == 1
        await bob.delete(f"/api/comments/{comment['id']}")
    assert (await _counted(client))["total"] == 0


async def test_weeks_count_them_from_monday_on(
    client: httpx.AsyncClient, app: FastAPI, factory: Factory, connection: AsyncConnection
) -> None:
    user = await sign_up(client)
    post = await write_post(client)
    async with browser(app) as bob:
        await sign_up(bob)
        comments = [await write_comment(bob, post) for _ in range(3)]
    for comment, time in zip(comments, ("2026-11-15T23:59:59", "2026-11-16T00:00", "2026-11-22T23:59:59"), strict=True):
        await connection.execute(text(f"UPDATE comments SET created_at = '{time}+00' WHERE id = '{comment['id']}'"))
    async with factory.unit_of_work(SYSTEM) as work:
        by_week = await StatisticsRepository(work.connection).count_by_week(UUID(user["id"]), MONDAYS)
    assert by_week["comments"] == (0, 1, 2)


async def test_the_totals_of_the_product_have_all_of_them(client: httpx.AsyncClient, factory: Factory) -> None:
    await sign_up(client)
    await write_comment(client, await write_post(client))
    await count_all(factory)
    async with factory.unit_of_work(SYSTEM) as work:
        product = await work.operations.statistics.product()
    assert product is not None
    assert {count.name: count.total for count in product.totals}["comments"] == 1
