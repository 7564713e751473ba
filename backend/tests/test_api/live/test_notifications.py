"""The notifications of users, and those that they have read."""

from typing import Any
from uuid import UUID, uuid4

import httpx2 as httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from domain.live.notification import Notice, NotificationKind
from domain.permissions import SYSTEM, Role
from domain.session import NotAuthenticated
from domain.tasks import delete_old_notifications
from service.factory import Factory
from tests.conftest import browser
from tests.support.helpers import commits_refused, error_of, factory_of, sign_up
from tests.support.resource import PERSONAL, SIGNED_IN, Access, Resource


async def _notify(factory: Factory, user: dict[str, Any], *messages: str) -> None:
    async with factory.unit_of_work(SYSTEM) as work:
        for message in messages:
            await work.live.notifications.notify(
                Notice(UUID(user["id"]), NotificationKind("test"), message, link="/account")
            )


async def _unread(client: httpx.AsyncClient) -> int:
    return int((await client.get("/api/notifications")).json()["meta"]["unread"])


async def _notification(client: httpx.AsyncClient) -> str:
    await _notify(factory_of(client), (await client.get("/api/users/me")).json()["data"], "a")
    return str((await client.get("/api/notifications")).json()["data"][0]["id"])


RESOURCE = Resource(
    "/api/notifications",
    key="notification_id",
    visibility=PERSONAL,
    actions=("list",),
    make=_notification,
    versioned=False,
)

ACCESS = {
    ("POST", "/api/notifications/read-all"): Access(SIGNED_IN),
    ("POST", "/api/notifications/{notification_id}/read"): Access(SIGNED_IN),
}


async def test_the_newest_notification_comes_first(client: httpx.AsyncClient, factory: Factory) -> None:
    await _notify(factory, await sign_up(client), *"abc")
    found = (await client.get("/api/notifications")).json()["data"]
    assert [one["message"] for one in found] == ["c", "b", "a"]


async def test_reading_one_leaves_the_others_unread_and_reading_again_changes_nothing(
    client: httpx.AsyncClient, factory: Factory
) -> None:
    await _notify(factory, await sign_up(client), "a", "b")
    first = (await client.get("/api/notifications")).json()["data"][0]
    read = await client.post(f"/api/notifications/{first['id']}/read")
    assert read.status_code == 200
    assert read.json()["data"]["read_at"] is not None
    assert (await client.post(f"/api/notifications/{first['id']}/read")).json() == read.json()
    unread = (await client.get("/api/notifications", params={"unread": True})).json()
    assert [one["message"] for one in unread["data"]] == ["a"]
    assert unread["meta"]["unread"] == 1


async def test_reading_all_reads_ones_own_only(client: httpx.AsyncClient, app: FastAPI, factory: Factory) -> None:
    await _notify(factory, await sign_up(client), "a", "b")
    async with browser(app) as bob:
        await _notify(factory, await sign_up(bob), "c")
        assert (await client.post("/api/notifications/read-all")).status_code == 204
        assert (await _unread(client), await _unread(bob)) == (0, 1)


@pytest.mark.parametrize("role", [Role.MEMBER, Role.ADMIN])
async def test_notifications_of_another_user_are_not_found_whatever_the_role(
    client: httpx.AsyncClient, app: FastAPI, factory: Factory, role: Role
) -> None:
    await _notify(factory, await sign_up(client), "a")
    (notification,) = (await client.get("/api/notifications")).json()["data"]
    async with browser(app) as other:
        user = await sign_up(other)
        async with factory.unit_of_work() as work:
            await work.identity.user_repository.grant(UUID(user["id"]), [role])
        assert (await other.get("/api/notifications")).json()["data"] == []
        for notification_id in (notification["id"], str(uuid4())):
            response = await other.post(f"/api/notifications/{notification_id}/read")
            assert response.status_code == 404
            assert error_of(response)["internal_code"] == 40440
    assert await _unread(client) == 1


async def test_an_account_that_is_gone_is_told_nothing(factory: Factory) -> None:
    with pytest.raises(NotAuthenticated):
        await _notify(factory, {"id": str(uuid4())}, "a")


async def test_old_notifications_are_deleted_at_night(
    client: httpx.AsyncClient, factory: Factory, connection: AsyncConnection
) -> None:
    await _notify(factory, await sign_up(client), "old", "new")
    await connection.execute(
        text("UPDATE notifications SET created_at = now() - interval '91 days' WHERE message = 'old'")
    )
    async with factory.unit_of_work(SYSTEM) as work:
        await delete_old_notifications(work)
    assert [one["message"] for one in (await client.get("/api/notifications")).json()["data"]] == ["new"]


@pytest.mark.race
async def test_no_success_is_answered_when_the_commit_fails(
    committing_app: FastAPI, committing_factory: Factory, engine: AsyncEngine
) -> None:
    async with browser(committing_app) as client:
        await _notify(committing_factory, await sign_up(client), "a")
        (notification,) = (await client.get("/api/notifications")).json()["data"]
        async with commits_refused(engine, "notifications"):
            for path in (f"{notification['id']}/read", "read-all"):
                assert (await client.post(f"/api/notifications/{path}")).status_code == 500
        assert await _unread(client) == 1
