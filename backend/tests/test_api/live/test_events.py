"""Live events: who gets which, what is sent again, and when a stream ends."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from uuid import UUID

import httpx2 as httpx
import pytest
from fastapi import FastAPI

from api.state import state_of
from core.redis.live import LISTENER_CAPACITY
from domain.live import live_event as live
from domain.live.live_event import MAX_STREAMS_PER_USER
from domain.live.notification import Notice, NotificationKind
from domain.permissions import SYSTEM
from service.factory import Factory
from tests.conftest import browser
from tests.support.helpers import error_of, sign_up
from tests.support.live import listening
from tests.support.resource import SIGNED_IN, Access

# Streams, and the watch over their sessions, use the database side by side.
pytestmark = pytest.mark.race


@pytest.fixture
async def ada(committing_app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(committing_app) as client:
        yield client


async def _notify(factory: Factory, user: dict[str, str], message: str) -> None:
    async with factory.unit_of_work(SYSTEM) as work:
        await work.live.notifications.notify(
            Notice(UUID(user["id"]), NotificationKind("test"), message, link="/account")
        )
    if sending := factory.resources.live_bus._publishing:
        await sending


async def _publish(factory: Factory, user: dict[str, str], kind: str, number: int = 0) -> None:
    async with factory.unit_of_work(SYSTEM) as work:
        work.live.updates.publish(UUID(user["id"]), kind, {"number": number})


async def _deactivate(factory: Factory, user: dict[str, str]) -> None:
    async with factory.resources.database.acquire() as connection:
        await connection.execute("UPDATE users SET is_active = false WHERE id = $1", UUID(user["id"]))


ACCESS = {
    ("GET", "/api/events"): Access(SIGNED_IN, streams=True),
}


async def test_a_stream_begins_with_ready_and_is_passed_on_at_once(
    committing_app: FastAPI, ada: httpx.AsyncClient
) -> None:
    user = await sign_up(ada)
    async with listening(committing_app, ada) as stream:
        assert stream.status == 200
        assert stream.headers["Content-Type"].startswith("text/event-stream")
        assert stream.headers["Cache-Control"] == "no-store"
        assert stream.headers["X-Accel-Buffering"] == "no"
        assert stream.headers["X-Request-ID"]
        assert await stream.block() == "retry: 3000\n\n"
        ready = await stream.event()
        assert (ready.kind, ready.data) == ("ready", {"user_id": user["id"]})


async def test_a_guest_gets_no_stream(committing_app: FastAPI, ada: httpx.AsyncClient) -> None:
    assert error_of(await ada.get("/api/events"))["internal_code"] == 40100


async def test_a_user_hears_what_concerns_them_and_nothing_else(
    committing_app: FastAPI, committing_factory: Factory, ada: httpx.AsyncClient
) -> None:
    user = await sign_up(ada)
    async with browser(committing_app) as bob:
        other = await sign_up(bob)
    async with listening(committing_app, ada) as stream:
        await stream.event()
        await _publish(committing_factory, other, "not-yours")
        await _publish(committing_factory, user, "yours", 7)
        event = await stream.event()
    assert (event.kind, event.id, event.data) == ("yours", None, {"number": 7})


async def test_what_is_rolled_back_is_never_told(
    committing_app: FastAPI, committing_factory: Factory, ada: httpx.AsyncClient
) -> None:
    user = await sign_up(ada)
    async with listening(committing_app, ada) as stream:
        await stream.event()
        with contextlib.suppress(ZeroDivisionError):
            async with committing_factory.unit_of_work(SYSTEM) as work:
                work.live.updates.publish(UUID(user["id"]), "undone", {})
                raise ZeroDivisionError
        await _publish(committing_factory, user, "done")
        assert (await stream.event()).kind == "done"


async def test_a_notification_comes_with_its_id_as_the_list_shows_it(
    committing_app: FastAPI, committing_factory: Factory, ada: httpx.AsyncClient
) -> None:
    user = await sign_up(ada)
    async with listening(committing_app, ada) as stream:
        await stream.event()
        await _notify(committing_factory, user, "Hello.")
        event = await stream.event()
    (notification,) = (await ada.get("/api/notifications")).json()["data"]
    assert (event.kind, event.id, event.data) == ("notification", notification["id"], notification)


async def test_what_was_missed_is_sent_after_the_last_event_id(
    committing_app: FastAPI, committing_factory: Factory, ada: httpx.AsyncClient
) -> None:
    user = await sign_up(ada)
    async with listening(committing_app, ada) as stream:
        last = (await stream.event()).id
    assert last is not None
    for number in range(3):
        await _notify(committing_factory, user, f"Number {number}.")
    async with listening(committing_app, ada, **{"Last-Event-ID": last}) as stream:
        events = [await stream.event() for _ in range(4)]
    assert [event.data.get("message") for event in events] == ["Number 0.", "Number 1.", "Number 2.", None]
    assert events[-1].kind == "ready"
    assert events[-1].id == events[-2].id


async def test_a_first_stream_begins_with_the_present(
    committing_app: FastAPI, committing_factory: Factory, ada: httpx.AsyncClient
) -> None:
    user = await sign_up(ada)
    await _notify(committing_factory, user, "Before.")
    async with listening(committing_app, ada) as stream:
        assert (await stream.event()).kind == "ready"
        await _notify(committing_factory, user, "After.")
        assert (await stream.event()).data["message"] == "After."


async def test_the_id_of_an_event_shows_no_notifications_of_others(
    committing_app: FastAPI, committing_factory: Factory, ada: httpx.AsyncClient
) -> None:
    await sign_up(ada)
    async with browser(committing_app) as bob:
        await _notify(committing_factory, await sign_up(bob), "For Bob.")
    async with listening(committing_app, ada, **{"Last-Event-ID": str(UUID(int=0))}) as stream:
        assert (await stream.event()).kind == "ready"


@pytest.mark.parametrize("foreign", ["5a1e7f3c-1111-4222-8333-444455556666", str(UUID(int=2**128 - 1))])
async def test_an_id_that_is_none_of_ours_does_no_harm(
    committing_app: FastAPI, ada: httpx.AsyncClient, foreign: str
) -> None:
    await sign_up(ada)
    async with listening(committing_app, ada, **{"Last-Event-ID": foreign}) as stream:
        assert (await stream.event()).kind == "ready"


async def test_an_id_that_is_no_id_is_refused(ada: httpx.AsyncClient) -> None:
    await sign_up(ada)
    response = await ada.get("/api/events", headers={"Last-Event-ID": "latest"})
    assert response.status_code == 422


@pytest.fixture
def often_checked(monkeypatch: pytest.MonkeyPatch) -> timedelta:
    """The interval at which streams look for their sessions, a tenth of that of production."""
    interval = live.SESSION_CHECK / 10
    monkeypatch.setattr("service.live.event_streams.SESSION_CHECK", interval)
    return interval


async def test_signing_out_ends_the_streams_of_that_session(
    committing_app: FastAPI, ada: httpx.AsyncClient, often_checked: timedelta
) -> None:
    user = await sign_up(ada)
    async with browser(committing_app) as phone:
        await phone.post("/api/auth/signin", json={"email": user["email"], "password": "correct horse battery"})
        async with listening(committing_app, ada) as stream, listening(committing_app, phone) as other:
            await stream.event()
            await other.event()
            cookies = httpx.Cookies(ada.cookies)
            await ada.post("/api/auth/signout")
            async with asyncio.timeout(20):
                await stream.until_end()
            ada.cookies = cookies
            assert (await ada.get("/api/events")).status_code == 401
            await asyncio.sleep(2 * often_checked.total_seconds())
            assert len(state_of(committing_app).factory.streams) == 1


@pytest.mark.usefixtures("often_checked")
async def test_deactivating_a_user_ends_their_streams(
    committing_app: FastAPI, committing_factory: Factory, ada: httpx.AsyncClient
) -> None:
    user = await sign_up(ada)
    async with listening(committing_app, ada) as stream:
        await stream.event()
        await _deactivate(committing_factory, user)
        async with asyncio.timeout(20):
            await stream.until_end()


async def test_a_silent_stream_is_kept_alive(
    committing_app: FastAPI, ada: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.live.event_streams.HEARTBEAT", live.HEARTBEAT / 100)
    await sign_up(ada)
    async with listening(committing_app, ada) as stream:
        await stream.event()
        assert (await stream.block()).startswith(":")


async def test_a_user_has_so_many_streams_and_room_again_when_one_ends(
    committing_app: FastAPI, ada: httpx.AsyncClient
) -> None:
    await sign_up(ada)
    async with AsyncExitStack() as stack:
        for _ in range(MAX_STREAMS_PER_USER - 1):
            await stack.enter_async_context(listening(committing_app, ada))
        async with listening(committing_app, ada):
            refused = await ada.get("/api/events")
            assert refused.status_code == 429
            assert error_of(refused)["internal_code"] == 42940
            assert int(refused.headers["Retry-After"]) > 0
        async with listening(committing_app, ada) as stream:
            assert stream.status == 200


async def test_a_reader_that_is_too_slow_loses_what_waits_and_is_told_so(
    committing_app: FastAPI, committing_factory: Factory, ada: httpx.AsyncClient
) -> None:
    user = await sign_up(ada)
    async with listening(committing_app, ada) as stream:
        await stream.event()
        async with committing_factory.unit_of_work(SYSTEM) as work:
            for number in range(3 * LISTENER_CAPACITY):
                work.live.updates.publish(UUID(user["id"]), "progress", {"number": number})
        kinds = [(await stream.event()).kind for _ in range(2)]
        while kinds[-1] != "ready":
            kinds.append((await stream.event()).kind)
    assert len(kinds) < 3 * LISTENER_CAPACITY


async def test_open_streams_hold_no_connection_to_the_database(
    committing_app: FastAPI, committing_factory: Factory, ada: httpx.AsyncClient
) -> None:
    await sign_up(ada)
    async with listening(committing_app, ada) as first, listening(committing_app, ada) as second:
        await first.event()
        await second.event()
        held = []
        for _ in range(20):
            await asyncio.sleep(0.01)
            held.append(committing_factory.resources.database.pool_usage().checked_out)
    assert min(held) == 0


async def test_closing_the_streams_ends_them_and_those_that_come_after(
    committing_app: FastAPI, committing_factory: Factory, ada: httpx.AsyncClient
) -> None:
    await sign_up(ada)
    async with listening(committing_app, ada) as stream:
        await stream.event()
        committing_factory.streams.close()
        await stream.until_end()
    async with listening(committing_app, ada) as late:
        await late.until_end()


async def test_a_head_request_ends_at_once(committing_app: FastAPI, ada: httpx.AsyncClient) -> None:
    await sign_up(ada)
    async with asyncio.timeout(2):
        response = await ada.head("/api/events")
    assert (response.status_code, response.content) == (200, b"")
    assert len(state_of(committing_app).factory.streams) == 0


async def test_the_number_of_open_streams_is_measured(committing_app: FastAPI, ada: httpx.AsyncClient) -> None:
    await sign_up(ada)
    async with listening(committing_app, ada):
        assert "live_streams 1.0" in (await ada.get("/metrics")).text
    assert "live_streams 0.0" in (await ada.get("/metrics")).text


async def test_a_stream_is_one_line_in_the_log_when_it_ends(
    committing_app: FastAPI, ada: httpx.AsyncClient, capsys: pytest.CaptureFixture[str]
) -> None:
    await sign_up(ada)
    async with listening(committing_app, ada) as stream:
        await stream.event()
        assert "route=/api/events" not in capsys.readouterr().out
    assert capsys.readouterr().out.count("route=/api/events") == 1
