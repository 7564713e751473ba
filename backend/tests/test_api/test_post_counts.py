"""The numbers of posts on dashboards."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx2 as httpx
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from api.app import create_app
from core.email import Mailbox
from core.settings import Settings
from domain.permissions import Role
from service.factory import Factory
from tests.conftest import HeldTransport, RolledBackDatabase, browser, opened_factory
from tests.support.dashboards import count_all, dashboard_of
from tests.support.helpers import grant, recorded_statements, sign_up
from tests.support.posts import write_post


def _totals(dashboard: dict[str, Any]) -> dict[str, int]:
    return {count["name"]: count["total"] for count in dashboard["activity"]["counts"]}


async def test_it_counts_what_one_wrote(client: httpx.AsyncClient, app: FastAPI) -> None:
    await sign_up(client)
    await write_post(client)
    await write_post(client, published=False)
    async with browser(app) as bob:
        await sign_up(bob)
        theirs = _totals(await dashboard_of(bob))
    mine = _totals(await dashboard_of(client))
    assert (mine["posts"], mine["published_posts"]) == (2, 1)
    assert set(theirs.values()) == {0}


async def test_it_shows_the_last_14_days_one_by_one(client: httpx.AsyncClient, connection: AsyncConnection) -> None:
    user = await sign_up(client)
    for title in ("today", "13 days ago", "14 days ago"):
        await write_post(client, title=title)
    for days in (13, 14):
        await connection.execute(
            text(
                "UPDATE posts SET created_at = date_trunc('day', now(), 'UTC') - make_interval(days => :days) "
                "WHERE title = :title AND author_id = :author"
            ),
            {"days": days, "title": f"{days} days ago", "author": user["id"]},
        )
    activity = (await dashboard_of(client))["activity"]
    today = datetime.now(UTC).date()
    assert [date.fromisoformat(day) for day in activity["days"]] == [
        today - timedelta(days=ago) for ago in range(13, -1, -1)
    ]
    per_day = {count["name"]: count["per_day"] for count in activity["counts"]}
    assert (per_day["posts"], per_day["published_posts"]) == ([1, *[0] * 12, 1], [])


async def test_every_change_shows_at_once_although_the_numbers_are_cached(client: httpx.AsyncClient) -> None:
    await sign_up(client)

    async def numbers() -> tuple[int, int]:
        totals = _totals(await dashboard_of(client))
        return totals["posts"], totals["published_posts"]

    assert await numbers() == (0, 0)
    post = await write_post(client, published=False)
    assert await numbers() == (1, 0)
    await client.patch(f"/api/posts/{post['id']}", json={"published": True})
    assert await numbers() == (1, 1)
    with recorded_statements() as statements:
        assert await numbers() == (1, 1)
    assert not any("posts" in statement.sql for statement in statements)
    await client.delete(f"/api/posts/{post['id']}")
    assert await numbers() == (0, 0)


async def test_a_moderator_who_deletes_a_post_changes_its_authors_numbers(
    client: httpx.AsyncClient, app: FastAPI, factory: Factory
) -> None:
    await sign_up(client)
    post = await write_post(client)
    assert _totals(await dashboard_of(client))["posts"] == 1
    async with browser(app) as moderator:
        await grant(factory, await sign_up(moderator), Role.MODERATOR)
        assert (await moderator.delete(f"/api/posts/{post['id']}")).status_code == 204
    assert _totals(await dashboard_of(client))["posts"] == 0


async def test_operators_see_the_number_of_posts_and_none_of_its_parts(
    client: httpx.AsyncClient, factory: Factory
) -> None:
    await grant(factory, await sign_up(client), Role.ADMIN)
    await write_post(client)
    await count_all(factory)
    totals = {count["name"]: count["total"] for count in (await dashboard_of(client))["product"]["totals"]}
    assert totals["posts"] == 1
    assert "published_posts" not in totals


async def test_the_numbers_are_there_without_redis(
    settings: Settings, connection: AsyncConnection, transport: HeldTransport, mailbox: Mailbox
) -> None:
    nowhere = settings.model_copy(update={"redis_url": "redis://127.0.0.1:1"})
    async with (
        opened_factory(nowhere, RolledBackDatabase(connection), transport, mailbox) as factory,
        browser(create_app(nowhere, factory=factory)) as client,
    ):
        await sign_up(client)
        await write_post(client)
        assert _totals(await dashboard_of(client))["posts"] == 1
        await write_post(client)
        assert _totals(await dashboard_of(client))["posts"] == 2
