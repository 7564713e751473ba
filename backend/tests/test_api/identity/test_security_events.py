"""The audit log: admins read all of it, users read their own events, and old events are deleted."""

from collections.abc import AsyncIterator
from typing import Any

import httpx2 as httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.identity.client_info import ClientInfo
from domain.identity.security_event import SecurityEventKind
from domain.permissions import SYSTEM, Permission, Role
from domain.tasks import delete_old_security_events
from service.factory import Factory
from service.identity import security_event_service
from service.unit_of_work import Context
from tests.conftest import browser
from tests.support.helpers import error_of, every_page, grant, sign_up
from tests.support.resource import SIGNED_IN, Access

FIREFOX = {"User-Agent": "Firefox"}


@pytest.fixture
async def admin(client: httpx.AsyncClient, factory: Factory) -> dict[str, Any]:
    """An administrator, signed in with `client`."""
    user = await sign_up(client)
    await grant(factory, user, Role.ADMIN)
    return user


@pytest.fixture
async def ada(app: FastAPI, admin: dict[str, Any]) -> AsyncIterator[tuple[httpx.AsyncClient, dict[str, Any]]]:
    """A user who signed up, mistyped their password, and was changed by an admin."""
    async with browser(app) as browsing:
        user = await sign_up(browsing)
        body = {"email": user["email"], "password": "wrong password"}
        await browsing.post("/api/auth/signin", json=body, headers=FIREFOX)
        yield browsing, user


async def _kinds(client: httpx.AsyncClient, **params: Any) -> list[str]:
    pages = await every_page(client, "/api/security-events", limit=2, **params)
    return [event["kind"] for page in pages for event in page]


ACCESS = {
    ("GET", "/api/users/me/security-events"): Access(SIGNED_IN),
    ("GET", "/api/security-events"): Access(Permission.READ_AUDIT),
    ("GET", "/api/security-events.csv"): Access(Permission.READ_AUDIT),
}


async def test_administrators_search_the_log(
    client: httpx.AsyncClient, admin: dict[str, Any], ada: tuple[httpx.AsyncClient, dict[str, Any]]
) -> None:
    user = ada[1]
    assert await _kinds(client) == ["sign_in_failed", "signed_up", "signed_up"]
    assert await _kinds(client, user=user["id"]) == ["sign_in_failed", "signed_up"]
    assert await _kinds(client, kind="sign_in_failed") == ["sign_in_failed"]
    assert await _kinds(client, address="127.0.0.1", kind="signed_up") == ["signed_up", "signed_up"]
    assert await _kinds(client, address="203.0.113.1") == []
    assert await _kinds(client, until="2020-01-01T00:00:00Z") == []
    assert len(await _kinds(client, since="2020-01-01T00:00:00Z")) == 3
    counted = await client.get("/api/security-events", params={"count": True, "user": user["id"]})
    assert counted.json()["meta"]["total"] == 2
    newest = counted.json()["data"][0]
    assert (newest["user_agent"], newest["ip_address"]) == ("Firefox", "127.0.0.1")


@pytest.mark.parametrize(
    "params",
    [
        {"since": "0001-01-01T00:00:00+14:00"},
        {"since": "2020-01-01T00:00:00"},
        {"until": "1600000000.5"},
        {"address": "x"},
        {"kind": "x"},
        {"user": "me"},
    ],
)
async def test_a_filter_that_makes_no_sense_is_refused(
    client: httpx.AsyncClient, admin: dict[str, Any], params: dict[str, str]
) -> None:
    assert (await client.get("/api/security-events", params=params)).status_code == 422


async def test_a_time_without_its_zone_is_refused_with_an_example(
    client: httpx.AsyncClient, admin: dict[str, Any]
) -> None:
    response = await client.get("/api/security-events", params={"since": "2020-01-01T00:00:00"})
    (detail,) = error_of(response)["details"]
    assert detail["message"] == "Must be a date and a time with its zone, e.g. 2026-11-21T10:00:00Z."


async def test_users_see_what_happened_to_their_own_account_and_no_more(
    client: httpx.AsyncClient, admin: dict[str, Any], ada: tuple[httpx.AsyncClient, dict[str, Any]]
) -> None:
    browsing, user = ada
    await client.patch(f"/api/users/{user['id']}", json={"name": "Ada"}, headers=FIREFOX)
    assert (await browsing.get("/api/security-events")).status_code == 403
    pages = await every_page(browsing, "/api/users/me/security-events", limit=2)
    events = [event for page in pages for event in page]
    assert [event["kind"] for event in events] == ["account_changed", "sign_in_failed", "signed_up"]
    assert [event["by_administrator"] for event in events] == [True, False, False]
    assert [event["ip_address"] for event in events] == [None, "127.0.0.1", "127.0.0.1"]


async def test_entries_name_the_people_whose_accounts_still_exist(
    client: httpx.AsyncClient, admin: dict[str, Any], ada: tuple[httpx.AsyncClient, dict[str, Any]]
) -> None:
    user = ada[1]
    changed = await client.patch(f"/api/users/{user['id']}", json={"name": "Ada"})
    newest = (await client.get("/api/security-events", params={"kind": "account_changed"})).json()["data"][0]
    assert (newest["user_name"], newest["user_email"]) == ("Ada", user["email"])
    assert (newest["actor_id"], newest["actor_email"]) == (admin["id"], admin["email"])
    assert newest["request_id"] == changed.headers["x-request-id"]
    assert (await client.delete(f"/api/users/{user['id']}")).status_code == 204
    (newest, *_) = (await client.get("/api/security-events", params={"user": user["id"]})).json()["data"]
    assert (newest["kind"], newest["user_id"], newest["user_email"]) == ("account_deleted", user["id"], None)


async def test_the_log_is_kept_for_its_time_and_cleaned_in_batches(
    client: httpx.AsyncClient,
    admin: dict[str, Any],
    factory: Factory,
    connection: AsyncConnection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(security_event_service, "CLEAN_UP_BATCH", 2)
    await connection.execute(
        text(
            "INSERT INTO security_events (kind, created_at) "
            "SELECT 'signed_in', now() - make_interval(days => age) FROM unnest(ARRAY[364, 366, 367, 368]) age"
        )
    )
    left = []
    for _ in range(3):
        async with factory.unit_of_work(SYSTEM) as work:
            again = bool(await delete_old_security_events(work))
        count = (await connection.execute(text("SELECT count(*) FROM security_events"))).scalar_one()
        left.append((count, again))
    assert left == [(3, True), (2, True), (2, False)]


async def test_what_anyone_can_repeat_is_one_entry_that_counts(
    client: httpx.AsyncClient, factory: Factory, connection: AsyncConnection
) -> None:
    async def refuse(address: str) -> None:
        async with factory.unit_of_work(SYSTEM, Context(ClientInfo(address))) as work:
            work.identity.audit.record(SecurityEventKind.LINK_REFUSED, None, purpose="verify_email")

    for _ in range(40):
        await refuse("203.0.113.1")
    await refuse("203.0.113.2")
    for number in range(10):
        await refuse(f"2001:db8::{number:x}")
    counted = await connection.execute(
        text("SELECT ip_address, (details->>'times')::int FROM security_events ORDER BY created_at, id")
    )
    assert counted.all() == [("203.0.113.1", 40), ("203.0.113.2", None), ("2001:db8::0", 10)]
    await connection.execute(text("UPDATE security_events SET created_at = created_at - interval '1 hour'"))
    await refuse("203.0.113.1")
    rows = await connection.execute(text("SELECT count(*) FROM security_events"))
    assert rows.scalar_one() == 4


async def test_counting_hides_nothing_from_the_owner_of_another_account(
    client: httpx.AsyncClient, connection: AsyncConnection
) -> None:
    await sign_up(client, email="ada@example.com")
    await sign_up(client, email="bob@example.com")
    for email in ("ada@example.com", "bob@example.com", "ada@example.com", "nobody@example.com"):
        await client.post("/api/auth/signin", json={"email": email, "password": "a wrong one"})
    counted = await connection.execute(
        text(
            "SELECT email, details->>'times' FROM security_events LEFT JOIN users ON users.id = user_id "
            "WHERE kind = 'sign_in_failed' ORDER BY email"
        )
    )
    assert counted.all() == [("ada@example.com", "2"), ("bob@example.com", None), (None, None)]
