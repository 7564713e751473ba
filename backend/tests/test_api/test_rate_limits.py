"""Asking too often is refused, and counted before it costs anything."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import httpx2 as httpx
from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from sqlalchemy.ext.asyncio import AsyncConnection

from api.dependencies import ASKS_WHO, count_request
from api.documentation import dependencies
from api.routes.operations.metrics import require_metrics_token
from core.email import Mailbox
from core.redis.requests import EXCHANGE_SECONDS, RequestCounts
from core.settings import Settings
from domain.session import Identity, NotAuthenticated
from service.factory import Factory
from service.identity.api_token_format import PREFIX
from tests.conftest import HeldTransport, RolledBackDatabase, browser
from tests.support.cookies import ACCESS_COOKIE
from tests.support.helpers import error_of, sign_up
from tests.support.limits import factory_of, limited_app


async def test_every_answer_tells_where_one_stands_and_too_many_requests_are_refused(
    settings: Settings, connection: AsyncConnection, transport: HeldTransport, mailbox: Mailbox
) -> None:
    database = RolledBackDatabase(connection)
    limits = {"rate_limit_reads_per_minute": 3, "rate_limit_writes_per_minute": 2}
    async with limited_app(settings, database, transport, mailbox, **limits) as app, browser(app) as client:
        await _leave_room_in_this_minute()
        await sign_up(client)
        answers = [await client.get("/api/notifications") for _ in range(4)]
        assert [answer.status_code for answer in answers] == [200] * 3 + [429]
        assert [answer.headers["RateLimit"].partition(";t=")[0] for answer in answers] == [
            '"reads";r=2',
            '"reads";r=1',
            '"reads";r=0',
            '"reads";r=0',
        ]
        assert {answer.headers["RateLimit-Policy"] for answer in answers} == {'"reads";q=3;w=60'}
        assert error_of(answers[3])["internal_code"] == 42900
        assert 0 < int(answers[3].headers["Retry-After"]) <= 60
        assert "RateLimit" in (await client.get("/api/users/nonsense")).headers
        # Writes, guests and other users have counters of their own; probes are never refused.
        assert (await client.patch("/api/users/me", json={"name": "A"})).status_code == 200
        async with browser(app) as guest:
            assert (await guest.get("/api/auth/oidc")).status_code == 200
        for path in ("/api/", "/api/ping", "/api/health", "/api/ready"):
            for _ in range(4):
                answer = await client.get(path)
                assert (answer.status_code, "RateLimit" in answer.headers) == (200, False)


async def test_an_unknown_token_is_counted_before_it_is_looked_up(
    settings: Settings, connection: AsyncConnection, transport: HeldTransport, mailbox: Mailbox
) -> None:
    database = RolledBackDatabase(connection)
    async with limited_app(settings, database, transport, mailbox, rate_limit_reads_per_minute=3) as app:
        await _leave_room_in_this_minute()
        async with browser(app) as client:
            await sign_up(client)
            cookies = dict(client.cookies)
            looked_up = _count_look_ups(factory_of(app))
            async with browser(app) as stranger:
                strangers = {"Authorization": "Bearer lmn_unknown", "X-Forwarded-For": "203.0.113.9"}
                answers = [await stranger.get("/api/users/me", headers=strangers) for _ in range(6)]
                counted_elsewhere = [await stranger.get("/api/users/nonsense", headers=strangers) for _ in range(2)]
            assert [answer.status_code for answer in answers] == [401] * 3 + [429] * 3
            assert [answer.status_code for answer in counted_elsewhere] == [429] * 2
            assert len(looked_up) == 3
            # Look-ups that find their user are not counted, and who shares the address keeps their session.
            for address in ("203.0.113.8", "203.0.113.9"):
                signed_in = {"Authorization": f"Bearer {cookies[ACCESS_COOKIE]}", "X-Forwarded-For": address}
                renamed = [await client.patch("/api/users/me", json=NAME, headers=signed_in) for _ in range(5)]
                assert [answer.status_code for answer in renamed] == [200] * 5


async def test_an_api_token_that_was_known_lately_outlasts_a_flood_from_its_address(
    settings: Settings, connection: AsyncConnection, transport: HeldTransport, mailbox: Mailbox
) -> None:
    database = RolledBackDatabase(connection)
    async with limited_app(settings, database, transport, mailbox, rate_limit_reads_per_minute=3) as app:
        await _leave_room_in_this_minute()
        identities = factory_of(app).identities
        async with browser(app) as client:
            user = await sign_up(client)
            identities._load = _known_tokens(f"{PREFIX}known", await identities.get(client.cookies[ACCESS_COOKIE]))
            async with browser(app) as program:
                known, unknown = ({"Authorization": f"Bearer {PREFIX}{name}"} for name in ("known", "unknown"))
                assert (await program.get("/api/users/me", headers=known)).json()["data"]["id"] == user["id"]
                for _ in range(5):
                    await program.get("/api/users/me", headers=unknown)
                assert (await program.get("/api/users/me", headers=unknown)).status_code == 429
                assert (await program.get("/api/users/me", headers=known)).status_code == 200


def _known_tokens(token: str, identity: Identity) -> Callable[[str], Awaitable[Identity]]:
    async def load(presented: str) -> Identity:
        if presented != token:
            raise NotAuthenticated
        return identity

    return load


NAME = {"name": "Ada"}


def _count_look_ups(factory: Factory) -> list[str]:
    looked_up: list[str] = []
    load = factory.identities._load

    async def recording(token: str) -> Identity:
        looked_up.append(token)
        return await load(token)

    factory.identities._load = recording
    return looked_up


async def _leave_room_in_this_minute() -> None:
    if (left := 60 - time.time() % 60) < 5:
        await asyncio.sleep(left)


async def test_processes_learn_of_each_others_counts_within_a_moment(limited: FastAPI) -> None:
    await _leave_room_in_this_minute()
    one, other = (
        RequestCounts(factory_of(limited).resources.redis, factory_of(limited).resources.metrics) for _ in range(2)
    )
    for _ in range(10):
        one.add("reads", "ada")
    assert other.add("reads", "ada")[0] == 1
    await asyncio.sleep(EXCHANGE_SECONDS + 0.3)
    for counts in (one, other):
        counts.add("reads", "ada")
    await asyncio.sleep(EXCHANGE_SECONDS + 0.3)
    # Of 13 requests each process knows all but what the other has counted since.
    assert {one.add("reads", "ada")[0], other.add("reads", "ada")[0]} <= {13, 14}
    await one.close()
    await other.close()


# A request that is not counted must cost no more than a ping, however often it is sent.
UNCOUNTED = {
    "/api/": "constant",
    "/api/ping": "constant",
    "/api/health": "constant",
    "/api/ready": "all who wait share one check (test_many_probes_at_once_share_one_check)",
}


def test_every_route_is_counted_or_costs_no_more_than_a_ping(app: FastAPI) -> None:
    uncounted = set()
    for route in iter_route_contexts(app.routes):
        path = route.path or ""
        assert isinstance(route.original_route, APIRoute), f"{path} has no dependencies that could count"
        calls = {dependency.call for dependency in dependencies(route.dependant)}
        is_development_page = path.startswith("/dev")
        if not is_development_page and not calls & {*ASKS_WHO, count_request, require_metrics_token}:
            uncounted.add(path)
    assert uncounted == set(UNCOUNTED)


async def test_documents_and_metrics_are_refused_like_everything_else_beyond_the_limit(
    settings: Settings, connection: AsyncConnection, transport: HeldTransport, mailbox: Mailbox
) -> None:
    database = RolledBackDatabase(connection)
    for path in ("/metrics", "/api/openapi.json", "/api/docs", "/api/docs/assets/swagger-ui.css"):
        async with limited_app(settings, database, transport, mailbox, rate_limit_reads_per_minute=1) as app:
            await _leave_room_in_this_minute()
            async with browser(app) as stranger:
                assert [(await stranger.get(path)).status_code for _ in range(2)] == [200, 429], path


async def test_a_user_whose_pictures_cannot_be_read_has_to_wait(browsing: httpx.AsyncClient, limited: FastAPI) -> None:
    await sign_up(browsing)
    for _ in range(10):
        response = await browsing.put("/api/users/me/avatar", files={"file": ("me.png", b"no picture")})
        assert response.status_code == 415
    refused = await browsing.put("/api/users/me/avatar", files={"file": ("me.png", b"no picture")})
    assert (refused.status_code, error_of(refused)["code"]) == (429, "TOO_MANY_ATTEMPTS")
    async with browser(limited) as other:
        await sign_up(other)
        assert (await other.put("/api/users/me/avatar", files={"file": ("me.png", b"no picture")})).status_code == 415
