"""The first page after signing in."""

import asyncio
from contextlib import AsyncExitStack
from typing import NoReturn
from uuid import UUID

import httpx2 as httpx
import pytest
from fastapi import FastAPI

from api.app import create_app
from core.db import open_database
from core.email import Mailbox
from core.settings import Settings
from domain.dashboard import Activity, ProductCounts
from domain.errors import DatabaseUnavailable
from domain.live.notification import Notice, NotificationKind
from domain.permissions import SYSTEM, Role
from domain.session import Session
from service.controllers.dashboard_controller import DashboardController
from service.factory import Factory
from service.live.notification_service import NotificationService
from tests.conftest import HeldTransport, browser, opened_factory
from tests.support.dashboards import count_all, dashboard_of
from tests.support.helpers import PASSWORD, error_of, grant, sign_up
from tests.support.resource import SIGNED_IN, Access

ACCESS = {
    ("GET", "/api/dashboard"): Access(SIGNED_IN),
}


async def test_the_dashboard_shows_user_session_and_how_many_sessions_are_open(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    user = await sign_up(client)
    async with browser(app) as other_device:
        await other_device.post("/api/auth/signin", json={"email": user["email"], "password": PASSWORD})
    dashboard = (await client.get("/api/dashboard")).json()["data"]
    assert dashboard["user"] == user
    assert dashboard["open_sessions"] == 2
    assert dashboard["session"]["created_at"] < dashboard["session"]["expires_at"]


async def test_other_peoples_sessions_are_not_counted(client: httpx.AsyncClient, app: FastAPI) -> None:
    async with browser(app) as stranger:
        await sign_up(stranger)
    await sign_up(client)
    assert (await client.get("/api/dashboard")).json()["data"]["open_sessions"] == 1


async def test_it_says_how_many_notifications_are_unread(client: httpx.AsyncClient, factory: Factory) -> None:
    user = await sign_up(client)
    async with factory.unit_of_work(SYSTEM) as work:
        await work.live.notifications.notify(
            Notice(UUID(user["id"]), NotificationKind("test"), "A test.", link="/account")
        )
    assert (await dashboard_of(client))["unread_notifications"] == 1


async def test_what_there_is_in_all_is_for_operators(client: httpx.AsyncClient, app: FastAPI, factory: Factory) -> None:
    user = await sign_up(client)
    assert (await dashboard_of(client))["product"] is None
    await grant(factory, user, Role.ADMIN)
    await count_all(factory)
    product = (await dashboard_of(client))["product"]
    totals = {count["name"]: count["total"] for count in product["totals"]}
    assert totals.pop("users") == 1
    assert not any(totals.values())
    assert product["jobs"] == {"pending": 1}
    async with browser(app) as other:
        await sign_up(other)
    assert (await dashboard_of(client))["product"] == product  # as it was when the job counted
    await count_all(factory)
    assert (await dashboard_of(client))["product"]["totals"] != product["totals"]


class Failing:
    """A service that fails, slower than it could be heard of."""

    async def count_unread(self) -> int:
        await asyncio.sleep(0.01)
        raise DatabaseUnavailable


class Slow:
    """Services that would take long, and notice when they are given up."""

    def __init__(self) -> None:
        self.given_up = 0

    async def overview(self) -> tuple[Session, int]:
        await self._wait()

    async def activity(self) -> Activity:
        await self._wait()

    async def product(self) -> ProductCounts | None:
        await self._wait()

    async def _wait(self) -> NoReturn:
        try:
            await asyncio.sleep(60)
        finally:
            self.given_up += 1
        pytest.fail("it was not given up")


async def test_one_failure_gives_the_others_up_and_is_raised_as_itself() -> None:
    slow = Slow()
    with pytest.raises(DatabaseUnavailable):
        async with asyncio.timeout(5):
            await DashboardController(slow, slow, Failing()).show()
    assert slow.given_up == 3


async def test_a_failure_of_one_part_is_one_clear_answer(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sign_up(client)
    monkeypatch.setattr(NotificationService, "count_unread", Failing.count_unread)
    response = await client.get("/api/dashboard")
    assert response.status_code == 503
    assert error_of(response)["internal_code"] == 50300


@pytest.mark.race
async def test_50_dashboards_at_once_share_5_connections(
    settings: Settings, committing_factory: Factory, transport: HeldTransport, mailbox: Mailbox
) -> None:
    # A deadlock would outlast this; a busy machine does not.
    few = settings.model_copy(update={"database_pool_size": 5, "database_pool_timeout_seconds": 30})
    database = open_database(few, application_name="few")
    async with opened_factory(few, database, transport, mailbox) as factory, AsyncExitStack() as stack:
        app = create_app(few, factory=factory)
        first = await stack.enter_async_context(browser(app))
        user = await sign_up(first)
        await grant(factory, user, Role.ADMIN)
        others = [await stack.enter_async_context(browser(app)) for _ in range(50)]
        for client in others:
            client.cookies.update(first.cookies)
        await factory.resources.redis.flushdb()
        answers = await asyncio.gather(*(client.get("/api/dashboard") for client in others))
        assert {answer.status_code for answer in answers} == {200}
        assert database.pool_usage().checked_out == 0
    await database.close()


async def test_the_dashboard_needs_a_session(client: httpx.AsyncClient) -> None:
    assert error_of(await client.get("/api/dashboard"))["internal_code"] == 40100
