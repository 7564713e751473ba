"""Guessing gets slow, asking too much is refused, and neither shuts out the owner of an account."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from uuid import UUID

import httpx2 as httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from api.app import create_app
from api.dependencies import ASKS_WHO, count_request
from api.documentation import dependencies
from api.routes.operations.metrics import require_metrics_token
from core import product
from core.db import Database
from core.email import Mailbox
from core.redis.attempts import KEY_PREFIX as ATTEMPTS_PREFIX
from core.redis.requests import EXCHANGE_SECONDS, RequestCounts
from core.redis.requests import KEY_PREFIX as REQUESTS_PREFIX
from core.settings import Settings
from domain.errors import TooManyAttempts
from domain.events import CredentialsChange, PasswordResetRequested
from domain.identity.client_info import ClientInfo
from domain.identity.security_event import SecurityEventKind
from domain.permissions import ANONYMOUS, SYSTEM
from domain.session import Identity, NotAuthenticated
from service.factory import Factory, Work
from service.identity.api_token_format import PREFIX
from service.unit_of_work import Context
from tests.conftest import HeldTransport, RolledBackDatabase, browser, opened_factory
from tests.support.cookies import ACCESS, DEVICE
from tests.support.helpers import PASSWORD, error_of, sign_up, sign_up_proved

WRONG = "wrong password"
USER = UUID(int=1)
# The tests' client connects from here; what it says of others is believed only when the settings trust it.
PROXY = "127.0.0.1/32"


@asynccontextmanager
async def limited_app(
    settings: Settings, database: Database, transport: HeldTransport, mailbox: Mailbox, **changes: object
) -> AsyncIterator[FastAPI]:
    """Yield an application with limits, which has counted nothing yet."""
    changes = {"rate_limits_enabled": True, "trusted_proxies": PROXY, **changes}
    async with opened_factory(settings.model_copy(update=changes), database, transport, mailbox) as factory:
        async for key in factory.resources.redis.scan_iter(f"{product.SLUG}:*"):
            if key.decode().startswith((ATTEMPTS_PREFIX, REQUESTS_PREFIX)):
                await factory.resources.redis.delete(key)
        yield create_app(factory.resources.settings, factory=factory)
        await factory.resources.request_counts.close()


@pytest.fixture
async def limited(
    settings: Settings, connection: AsyncConnection, transport: HeldTransport, mailbox: Mailbox
) -> AsyncIterator[FastAPI]:
    async with limited_app(settings, RolledBackDatabase(connection), transport, mailbox) as app:
        yield app


@pytest.fixture
async def browsing(limited: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(limited) as client:
        yield client


def factory_of(app: FastAPI) -> Factory:
    factory: Factory = app.state.factory
    return factory


async def sign_in(
    client: httpx.AsyncClient, email: str, password: str = WRONG, *, address: str = "203.0.113.1"
) -> httpx.Response:
    body = {"email": email, "password": password}
    return await client.post("/api/auth/signin", json=body, headers={"X-Forwarded-For": address})


async def guess(client: httpx.AsyncClient, *guesses: tuple[str, str]) -> list[int]:
    """Sign in with a wrong password to each (email, from address), and return the statuses."""
    return [(await sign_in(client, email, address=address)).status_code for email, address in guesses]


async def test_the_eleventh_failure_of_an_address_waits(browsing: httpx.AsyncClient) -> None:
    statuses = await guess(browsing, *((f"user{n}@example.com", "203.0.113.1") for n in range(11)))
    assert statuses == [401] * 10 + [429]
    refused = await sign_in(browsing, "another@example.com")
    assert error_of(refused)["code"] == "TOO_MANY_ATTEMPTS"
    assert error_of(refused)["internal_code"] == 42901
    assert 50 < int(refused.headers["Retry-After"]) <= 60
    assert (await sign_in(browsing, "another@example.com", address="203.0.113.2")).status_code == 401


async def test_the_sixth_failure_of_an_account_waits_wherever_it_comes_from(browsing: httpx.AsyncClient) -> None:
    statuses = await guess(browsing, *(("ada@example.com", f"203.0.113.{n}") for n in range(6)))
    assert statuses == [401] * 5 + [429]


async def test_an_account_that_does_not_exist_is_limited_like_one_that_does(
    browsing: httpx.AsyncClient, limited: FastAPI
) -> None:
    await sign_up(browsing, email="ada@example.com")
    async with browser(limited) as stranger:
        for email, network in (("ada@example.com", "203.0.113"), ("nobody@example.com", "198.51.100")):
            statuses = await guess(stranger, *((email, f"{network}.{n}") for n in range(6)))
            assert statuses == [401] * 5 + [429]


async def test_an_ipv6_subscriber_is_one_address(browsing: httpx.AsyncClient) -> None:
    statuses = await guess(browsing, *((f"user{n}@example.com", f"2001:db8:1:2::{n}") for n in range(11)))
    assert statuses == [401] * 10 + [429]
    assert (await sign_in(browsing, "ada@example.com", address="2001:db8:1:3::1")).status_code == 401


async def test_a_forged_header_does_not_help(
    settings: Settings, connection: AsyncConnection, transport: HeldTransport, mailbox: Mailbox
) -> None:
    database = RolledBackDatabase(connection)
    async with limited_app(settings, database, transport, mailbox, trusted_proxies="") as app, browser(app) as client:
        statuses = await guess(client, *((f"user{n}@example.com", f"203.0.113.{n}") for n in range(11)))
    assert statuses == [401] * 10 + [429]


async def test_only_failures_count_and_a_success_forgets_the_accounts_but_not_the_addresss(
    browsing: httpx.AsyncClient, limited: FastAPI
) -> None:
    await sign_up(browsing, email="ada@example.com")
    async with browser(limited) as client:
        for _ in range(3):
            assert await guess(client, *[("ada@example.com", "203.0.113.1")] * 3) == [401] * 3
            async with browser(limited) as right:
                assert (await sign_in(right, "ada@example.com", PASSWORD)).status_code == 200
        assert await guess(client, *((f"user{n}@example.com", "203.0.113.1") for n in range(2))) == [401, 429]


async def make_known(client: httpx.AsyncClient, email: str) -> None:
    """Sign up, prove the address, and sign in, after which the browser is known for the account."""
    await sign_up_proved(client, email=email)
    assert (await sign_in(client, email, PASSWORD)).status_code == 200


async def test_the_owner_gets_in_with_a_device_that_is_known(browsing: httpx.AsyncClient, limited: FastAPI) -> None:
    await make_known(browsing, "ada@example.com")
    await browsing.post("/api/auth/signout")
    async with browser(limited) as stranger:
        statuses = await guess(stranger, *(("ada@example.com", "203.0.113.1") for _ in range(6)))
        assert statuses == [401] * 5 + [429]
        assert (await sign_in(stranger, "ada@example.com", PASSWORD, address="203.0.113.9")).status_code == 429
    assert (await sign_in(browsing, "ada@example.com", PASSWORD)).status_code == 200


async def test_a_known_device_may_not_guess_for_ever(browsing: httpx.AsyncClient) -> None:
    await make_known(browsing, "ada@example.com")
    statuses = await guess(browsing, *(("ada@example.com", f"203.0.113.{n}") for n in range(6)))
    assert statuses == [401] * 5 + [429]


async def test_a_device_is_known_for_its_own_account_only(browsing: httpx.AsyncClient, limited: FastAPI) -> None:
    await make_known(browsing, "mallory@example.com")
    own = browsing.cookies[DEVICE]
    async with browser(limited) as stranger:
        for forged in (own, own[:-2] + "AA", "nonsense", ""):
            stranger.cookies.set(DEVICE, forged)
            await guess(stranger, ("ada@example.com", "203.0.113.1"))
        assert await guess(stranger, *[("ada@example.com", "203.0.113.2")] * 2) == [401, 429]


async def test_a_device_keeps_its_mark_over_sign_ins(browsing: httpx.AsyncClient) -> None:
    await make_known(browsing, "ada@example.com")
    mark = browsing.cookies[DEVICE]
    await browsing.post("/api/auth/signout")
    await sign_in(browsing, "ada@example.com", PASSWORD)
    assert browsing.cookies[DEVICE] == mark


async def test_who_proved_by_mail_who_they_are_gets_in_although_the_guessing_goes_on(
    browsing: httpx.AsyncClient, limited: FastAPI
) -> None:
    await sign_up(browsing, email="ada@example.com")
    async with browser(limited) as stranger, browser(limited) as owner:
        await guess(stranger, *(("ada@example.com", "203.0.113.1") for _ in range(6)))
        async with factory_of(limited).unit_of_work(ANONYMOUS, Context(ClientInfo("203.0.113.5"))) as work:
            owner.cookies.set(DEVICE, await work.identity.limits.forgive("ada@example.com"))
        await guess(stranger, *(("ada@example.com", f"198.51.100.{n}") for n in range(6)))
        assert (await sign_in(owner, "ada@example.com", PASSWORD, address="203.0.113.5")).status_code == 200


@pytest.mark.race
async def test_of_a_hundred_wrong_guesses_at_once_five_are_checked(
    settings: Settings, committing_factory: Factory, transport: HeldTransport, mailbox: Mailbox
) -> None:
    database = committing_factory.resources.database
    async with limited_app(settings, database, transport, mailbox) as app, browser(app) as client:
        attempts = [sign_in(client, "ada@example.com", address=f"203.0.113.{n}") for n in range(100)]
        answers = await asyncio.gather(*attempts)
    statuses = [answer.status_code for answer in answers]
    assert (statuses.count(401), statuses.count(429)) == (5, 95)


async def test_asking_for_the_password_again_is_limited_by_session(
    browsing: httpx.AsyncClient, limited: FastAPI
) -> None:
    user = await sign_up(browsing)
    async with browser(limited) as thief:
        await sign_in(thief, user["email"], PASSWORD)
        answers = [await thief.post("/api/auth/reauthenticate", json={"password": WRONG}) for _ in range(6)]
        assert [answer.status_code for answer in answers] == [400] * 5 + [429]
    assert (await browsing.post("/api/auth/reauthenticate", json={"password": PASSWORD})).status_code == 204


async def test_the_twenty_first_sign_up_of_an_address_waits(browsing: httpx.AsyncClient) -> None:
    statuses = []
    for number in range(21):
        body = {"email": f"user{number}@example.com", "password": PASSWORD}
        answer = await browsing.post("/api/auth/signup", json=body, headers={"X-Forwarded-For": "203.0.113.1"})
        statuses.append(answer.status_code)
    assert statuses == [201] * 20 + [429]


async def test_mails_are_limited_silently_by_account_and_openly_by_address(limited: FastAPI) -> None:
    factory = factory_of(limited)

    async def may_mail(work: Work, email: str) -> bool:
        return await work.identity.limits.may_mail(PasswordResetRequested(email, None, None), sender=None)

    async with factory.unit_of_work(ANONYMOUS, Context(ClientInfo("203.0.113.1"))) as work:
        assert [await may_mail(work, "ada@example.com") for _ in range(5)] == [True] * 3 + [False] * 2
        assert not await may_mail(work, "ada+more@example.com")  # the same mailbox
        for _ in range(4):
            await may_mail(work, "bob@example.com")
        with pytest.raises(TooManyAttempts):
            await may_mail(work, "eve@example.com")


async def jobs_of(connection: AsyncConnection, task: str) -> int:
    counted = await connection.execute(text("SELECT count(*) FROM jobs WHERE task = :task"), {"task": task})
    return int(counted.scalar_one())


@pytest.mark.parametrize(
    ("path", "body", "task", "most"),
    [
        ("/api/auth/resend-verification", None, "send_one_time_link", 3),
        ("/api/auth/change-email", {"email": "victim@example.com"}, "send_one_time_link", 3),
        ("/api/auth/forgot-password", {"email": "ada@example.com"}, "issue_password_reset", 3),
    ],
)
async def test_no_request_causes_mails_without_limit(
    browsing: httpx.AsyncClient,
    connection: AsyncConnection,
    path: str,
    body: dict[str, str] | None,
    task: str,
    most: int,
) -> None:
    await sign_up(browsing, email="ada@example.com")
    answers = []
    for _ in range(8):
        answers.append(await browsing.post(path, json=body))
        await connection.execute(text("UPDATE jobs SET state = 'done'"))  # the next is no repetition of one that waits
    assert await jobs_of(connection, task) == most
    refused = [answer for answer in answers if answer.status_code == 429]
    assert all(int(answer.headers["Retry-After"]) > 0 for answer in refused)
    assert bool(refused) != (path == "/api/auth/forgot-password")  # which tells nobody anything


async def test_notices_are_limited_and_no_change_is_made_without_one(
    browsing: httpx.AsyncClient, connection: AsyncConnection
) -> None:
    await sign_up(browsing, email="ada@example.com")
    await connection.execute(text("UPDATE users SET is_verified = true"))
    for number in range(30):
        body = {"name": f"token {number}", "scopes": ["read"], "expires_in_days": 1}
        answer = await browsing.post("/api/auth/tokens", json=body)
    assert answer.status_code == 429
    tokens = await connection.execute(text("SELECT count(*) FROM api_tokens"))
    assert await jobs_of(connection, "warn_of_changed_credentials") == tokens.scalar_one() == 20


async def test_signing_up_again_and_again_fills_no_mailbox(
    browsing: httpx.AsyncClient, connection: AsyncConnection
) -> None:
    for number in range(8):
        body = {"email": f"victim+{number}@example.com", "password": PASSWORD}
        assert (await browsing.post("/api/auth/signup", json=body)).status_code == 201
    assert await jobs_of(connection, "welcome_new_user") == 3


async def test_what_must_outlive_a_refusal_is_kept_although_its_mail_is_not_sent(
    limited: FastAPI, connection: AsyncConnection
) -> None:
    async def warn() -> None:
        async with factory_of(limited).unit_of_work(SYSTEM, Context(ClientInfo("203.0.113.1"))) as work:
            work.identity.audit.record(SecurityEventKind.REFRESH_TOKEN_REUSED, USER)
            work.identity.audit.warn_owner(USER, CredentialsChange.REFRESH_TOKEN_REUSED)

    for _ in range(25):
        await warn()
    written = await connection.execute(text("SELECT count(*) FROM security_events"))
    assert (written.scalar_one(), await jobs_of(connection, "warn_of_changed_credentials")) == (25, 20)


async def test_without_redis_sign_in_works_and_is_limited(
    settings: Settings, connection: AsyncConnection, transport: HeldTransport, mailbox: Mailbox
) -> None:
    factory_settings = settings.model_copy(
        update={"rate_limits_enabled": True, "redis_url": "redis://127.0.0.1:1/0", "trusted_proxies": PROXY}
    )
    async with opened_factory(factory_settings, RolledBackDatabase(connection), transport, mailbox) as factory:
        app = create_app(factory_settings, factory=factory)
        async with browser(app) as client, browser(app) as stranger:
            user = await sign_up(client)
            assert (await sign_in(client, user["email"], PASSWORD)).status_code == 200
            statuses = await guess(stranger, *((user["email"], f"203.0.113.{n}") for n in range(6)))
            assert statuses == [401] * 5 + [429]
        await factory.resources.request_counts.close()


async def test_every_answer_tells_where_one_stands_and_too_many_requests_are_refused(
    settings: Settings, connection: AsyncConnection, transport: HeldTransport, mailbox: Mailbox
) -> None:
    database = RolledBackDatabase(connection)
    limits = {"rate_limit_reads_per_minute": 3, "rate_limit_writes_per_minute": 2}
    async with limited_app(settings, database, transport, mailbox, **limits) as app, browser(app) as client:
        await _leave_room_in_this_minute()
        user = await sign_up(client)
        answers = [await client.get("/api/posts") for _ in range(4)]
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
        assert "RateLimit" in (await client.get("/api/posts/nonsense")).headers
        # Writes, guests and other users have counters of their own; probes are never refused.
        assert (await client.post("/api/posts", json={"title": "A", "content": "B"})).status_code == 201
        async with browser(app) as guest:
            assert (await guest.get(f"/api/users/{user['id']}/posts")).status_code == 200
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
                counted_elsewhere = [await stranger.get("/api/posts/nonsense", headers=strangers) for _ in range(2)]
            assert [answer.status_code for answer in answers] == [401] * 3 + [429] * 3
            assert [answer.status_code for answer in counted_elsewhere] == [429] * 2
            assert len(looked_up) == 3
            # Look-ups that find their user are not counted, and who shares the address keeps their session.
            for address in ("203.0.113.8", "203.0.113.9"):
                signed_in = {"Authorization": f"Bearer {cookies[ACCESS]}", "X-Forwarded-For": address}
                created = [await client.post("/api/posts", json=POST, headers=signed_in) for _ in range(5)]
                assert [answer.status_code for answer in created] == [201] * 5


async def test_an_api_token_that_was_known_lately_outlasts_a_flood_from_its_address(
    settings: Settings, connection: AsyncConnection, transport: HeldTransport, mailbox: Mailbox
) -> None:
    database = RolledBackDatabase(connection)
    async with limited_app(settings, database, transport, mailbox, rate_limit_reads_per_minute=3) as app:
        await _leave_room_in_this_minute()
        identities = factory_of(app).identities
        async with browser(app) as client:
            user = await sign_up(client)
            identities._load = _known_tokens(f"{PREFIX}known", await identities.get(client.cookies[ACCESS]))
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


POST = {"title": "A title", "content": "Some content."}


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
    one, other = (RequestCounts(factory_of(limited).resources.redis) for _ in range(2))
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


# What is not counted must cost no more than a ping, however often it is asked for.
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
