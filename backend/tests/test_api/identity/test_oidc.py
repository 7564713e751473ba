"""Signing in with an account at another provider: against a real provider, and against one that lies."""

import asyncio
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from socket import create_server
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2 as httpx
import jwt
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from api.app import create_app
from core.email import Mailbox
from core.runtime.bulkhead import FAILURE_REMEMBERED_SECONDS
from core.settings import Settings, child_environment
from service.factory import Factory
from service.identity import openid_connect
from tests.conftest import HeldTransport, RolledBackDatabase, browser, opened_factory
from tests.support.cookies import ACCESS, HANDSHAKE, REFRESH
from tests.support.hanging import hanging_server
from tests.support.helpers import PASSWORD, error_of, sign_up, sign_up_proved
from tests.support.openid_provider import (
    CLIENT_ID,
    CLIENT_SECRET,
    KEY,
    OTHER_KEY,
    Claims,
    Key,
    Provider,
    configured,
    running_provider,
    signed,
    signed_with_what_we_know,
    unsigned,
)

ADA: Claims = {"sub": "ada-at-provider", "email": "Ada@Example.com", "email_verified": True, "name": "Ada"}


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[Provider, Provider]]:
    with running_provider() as one, running_provider() as other:
        yield one, other


@pytest.fixture
def provider(running: tuple[Provider, Provider]) -> Provider:
    """A provider that tells the truth about Ada until it is told otherwise."""
    provider, _ = running
    provider.reset()
    provider.user = dict(ADA)
    return provider


@pytest.fixture
def other_provider(running: tuple[Provider, Provider]) -> Provider:
    _, provider = running
    provider.reset()
    provider.user = {**ADA, "sub": "ada-elsewhere"}
    return provider


@pytest.fixture(scope="module")
def real_provider() -> Iterator[str]:
    """A provider that others wrote, as a process of its own; the address is its issuer."""
    with create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port)]
    process = subprocess.Popen(command, env=child_environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    issuer = f"http://localhost:{port}"
    try:
        _wait_for(f"{issuer}/.well-known/openid-configuration")
        yield issuer
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(address: str) -> None:
    for _ in range(300):
        try:
            httpx.get(address).raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"{address} does not answer")


@pytest.fixture
async def factory(
    settings: Settings,
    connection: AsyncConnection,
    transport: HeldTransport,
    mailbox: Mailbox,
    provider: Provider,
    other_provider: Provider,
    real_provider: str,
) -> AsyncIterator[Factory]:
    providers = (
        configured("truth", provider.issuer),
        configured("other", other_provider.issuer),
        configured("real", real_provider),
    )
    known = settings.model_copy(update={"oidc_providers": providers})
    async with opened_factory(known, RolledBackDatabase(connection), transport, mailbox) as factory:
        yield factory


@pytest.fixture
def app(factory: Factory) -> FastAPI:
    return create_app(factory.resources.settings, factory=factory)


async def leave(client: httpx.AsyncClient, name: str = "truth", redirect: str = "/dashboard?tab=1") -> str:
    """Begin to sign in and return where the browser is sent."""
    response = await client.get(f"/api/auth/oidc/{name}/start", params={"redirect": redirect})
    assert response.status_code == 303, response.text
    return response.headers["Location"]


async def come_back(client: httpx.AsyncClient, name: str = "truth", **answer: str) -> httpx.Response:
    response = await client.get(f"/api/auth/oidc/{name}/callback", params=answer)
    assert response.status_code == 303, response.text
    assert response.headers["Cache-Control"] == "no-store"
    return response


async def sign_in(client: httpx.AsyncClient, provider: Provider, name: str = "truth", **extra: str) -> httpx.Response:
    """Sign in as whoever the provider says, and return the last answer."""
    code, state = provider.approve(await leave(client, name))
    return await come_back(client, name, code=code, state=state, **extra)


def code_of(response: httpx.Response) -> str:
    """Return the error that the browser is shown."""
    page = urlsplit(response.headers["Location"])
    assert page.path == "/sign-in"
    return parse_qs(page.query)["error"][0]


async def count(connection: AsyncConnection, table: str) -> int:
    return int((await connection.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one())


async def test_the_page_to_sign_in_learns_of_the_providers_and_no_secret(client: httpx.AsyncClient) -> None:
    response = await client.get("/api/auth/oidc")
    assert response.json()["data"][0] == {"name": "truth", "label": "Truth"}
    assert CLIENT_SECRET not in response.text


async def _approve_at_real_provider(issuer: str, location: str, **decision: str) -> dict[str, str]:
    async with httpx.AsyncClient() as user:
        answer = await user.post(location, data=decision)
    assert answer.status_code == 302, answer.text
    query = parse_qs(urlsplit(answer.headers["Location"]).query)
    return {name: values[0] for name, values in query.items()}


async def test_a_first_sign_in_at_a_real_provider_makes_a_verified_account_without_a_password(
    client: httpx.AsyncClient, real_provider: str, connection: AsyncConnection
) -> None:
    async with httpx.AsyncClient() as administrator:
        await administrator.put(f"{real_provider}/users/grace", json={**ADA, "sub": "grace"})
    for _ in range(2):  # the second time it is the same account
        answer = await _approve_at_real_provider(real_provider, await leave(client, "real"), sub="grace")
        response = await come_back(client, "real", **answer)
        assert response.headers["Location"] == "/dashboard?tab=1"
        user = (await client.get("/api/users/me")).json()["data"]
        assert (user["email"], user["name"], user["is_verified"]) == ("ada@example.com", "Ada", True)
    assert await count(connection, "users") == 1
    assert (await connection.execute(text("SELECT password_hash FROM users"))).scalar_one() is None
    (identity,) = (await client.get("/api/auth/identities")).json()["data"]
    assert (identity["provider"], identity["label"], identity["email"]) == ("real", "Real", "ada@example.com")


async def test_an_address_that_a_real_provider_does_not_vouch_for_makes_no_account(
    client: httpx.AsyncClient, real_provider: str, connection: AsyncConnection
) -> None:
    answer = await _approve_at_real_provider(real_provider, await leave(client, "real"), sub="bob@example.com")
    assert code_of(await come_back(client, "real", **answer)) == "EMAIL_NOT_VERIFIED_BY_PROVIDER"
    assert await count(connection, "users") == 0


async def test_a_user_who_declines_at_a_real_provider_is_told(client: httpx.AsyncClient, real_provider: str) -> None:
    location = await leave(client, "real")
    answer = await _approve_at_real_provider(real_provider, location, action="deny")
    state = parse_qs(urlsplit(location).query)["state"][0]
    assert code_of(await come_back(client, "real", **{"state": state, **answer})) == "PROVIDER_REFUSED"


async def test_a_code_is_good_once_even_with_its_cookie(client: httpx.AsyncClient, real_provider: str) -> None:
    async with httpx.AsyncClient() as administrator:
        await administrator.put(f"{real_provider}/users/grace", json={**ADA, "sub": "grace"})
    answer = await _approve_at_real_provider(real_provider, await leave(client, "real"), sub="grace")
    kept = client.cookies[HANDSHAKE]
    await come_back(client, "real", **answer)
    assert HANDSHAKE not in client.cookies
    assert code_of(await come_back(client, "real", **answer)) == "HANDSHAKE_FAILED"
    client.cookies.set(HANDSHAKE, kept)
    assert code_of(await come_back(client, "real", **answer)) == "PROVIDER_REFUSED"


async def test_the_browser_leaves_with_everything_that_the_answer_must_fit(
    client: httpx.AsyncClient, provider: Provider
) -> None:
    response = await client.get("/api/auth/oidc/truth/start")
    (cookie,) = response.headers.get_list("set-cookie")
    for part in (f"{HANDSHAKE}=", "HttpOnly", "SameSite=lax", "Path=/", "Max-Age=600"):
        assert part in cookie
    assert response.headers["Cache-Control"] == "no-store"
    location = urlsplit(response.headers["Location"])
    query = parse_qs(location.query)
    assert f"{location.scheme}://{location.netloc}{location.path}" == f"{provider.issuer}/authorize"
    assert query["response_type"] == ["code"]
    assert query["scope"] == ["openid email profile"]
    assert query["redirect_uri"] == ["http://127.0.0.1:8000/api/auth/oidc/truth/callback"]
    assert query["code_challenge_method"] == ["S256"]
    for name in ("state", "nonce", "code_challenge"):
        assert len(query[name][0]) == 43
    again = parse_qs(urlsplit(await leave(client)).query)
    assert all(again[name] != query[name] for name in ("state", "nonce", "code_challenge"))


async def test_an_honest_provider_signs_in(client: httpx.AsyncClient, provider: Provider) -> None:
    response = await sign_in(client, provider)
    assert response.headers["Location"] == "/dashboard?tab=1"
    assert {ACCESS, REFRESH} <= set(client.cookies)
    assert (await client.post("/api/auth/refresh")).status_code == 200
    assert provider.asked == ["/.well-known/openid-configuration", "/token", "/keys"]


def _lying(**changes: Any) -> Callable[[Claims], str]:
    def sign(claims: Claims) -> str:
        return signed({name: value for name, value in {**claims, **changes}.items() if value is not None})

    return sign


def _algorithm_confused(claims: Claims) -> str:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    public = KEY.private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return signed_with_what_we_know(public)(claims)


def _changed_after_signing(claims: Claims) -> str:
    honest, forged = signed(claims).split("."), signed({**claims, "sub": "somebody-else"}).split(".")
    return ".".join([honest[0], forged[1], honest[2]])


HOUR = 3600
LIES: dict[str, Callable[[Claims], object]] = {
    "nonce of another sign-in": _lying(nonce="another"),
    "no nonce": _lying(nonce=None),
    "nonce that is no text": _lying(nonce=["x"]),
    "for another client": _lying(aud="another-client"),
    "for nobody": _lying(aud=None),
    "for several, not saying whom": _lying(aud=[CLIENT_ID, "another-client"]),
    "issued to another client": _lying(azp="another-client"),
    "issued to one of several, another": _lying(aud=[CLIENT_ID, "another-client"], azp="another-client"),
    "of another issuer": _lying(iss="https://elsewhere.example"),
    "of no issuer": _lying(iss=None),
    "expired": _lying(exp=int(time.time()) - HOUR),
    "good for ever": _lying(exp=None),
    "from the future": _lying(iat=int(time.time()) + HOUR),
    "about nobody": _lying(sub=None),
    "about an empty subject": _lying(sub=""),
    "about too long a subject": _lying(sub="x" * 256),
    "unsigned": unsigned,
    "signed with the client's secret": signed_with_what_we_know(CLIENT_SECRET.encode()),
    "signed with the public key": _algorithm_confused,
    "signed with another key under the same name": lambda claims: signed(claims, key=OTHER_KEY, kid=KEY.kid),
    "signed with an unknown key": lambda claims: signed(claims, key=OTHER_KEY),
    "changed after it was signed": _changed_after_signing,
    "bringing its key along": lambda claims: jwt.encode(
        claims, OTHER_KEY.private, "RS256", headers={"jwk": OTHER_KEY.public(), "kid": "third"}
    ),
    "no token": lambda _: "nonsense",
    "no text": lambda _: 42,
    "nothing": lambda _: None,
}


@pytest.mark.parametrize("lie", LIES)
async def test_a_lying_id_token_signs_nobody_in(
    client: httpx.AsyncClient, provider: Provider, connection: AsyncConnection, lie: str
) -> None:
    provider.sign = LIES[lie]
    assert code_of(await sign_in(client, provider)) == "PROVIDER_ANSWER_INVALID"
    assert not client.cookies
    assert await count(connection, "users") == await count(connection, "sessions") == 0


HOUR = 3600


async def asks_for_a_proof(client: httpx.AsyncClient) -> bool:
    """Return whether something sensitive is refused until the user proves who they are."""
    response = await client.delete("/api/auth/sessions")
    assert response.status_code == 204 or error_of(response)["code"] == "REAUTHENTICATION_REQUIRED"
    return response.status_code != 204


@pytest.mark.parametrize(
    ("auth_time", "asks"),
    [
        (lambda now: now, False),
        (lambda now: now - 300, False),
        (lambda now: now + 20, False),  # within the tolerance for clocks
        (lambda now: now - HOUR, True),
        (lambda _: None, True),
        (str, True),
        (lambda now: now + 0.5, True),
        (lambda _: True, True),
        (lambda _: -(10**30), True),
        (lambda _: float("nan"), True),
    ],
)
async def test_a_proof_is_as_old_as_the_sign_in_at_the_provider(
    client: httpx.AsyncClient, provider: Provider, auth_time: Callable[[int], object], *, asks: bool
) -> None:
    await sign_in(client, provider)
    provider.user = {**ADA, "auth_time": auth_time(int(time.time()))}
    assert (await sign_in(client, provider)).headers["Location"] == "/dashboard?tab=1"
    assert await asks_for_a_proof(client) is asks


async def test_a_first_sign_in_with_an_old_proof_is_no_recent_one(
    client: httpx.AsyncClient, provider: Provider
) -> None:
    provider.user = {**ADA, "auth_time": int(time.time()) - HOUR}
    await sign_in(client, provider)
    assert await asks_for_a_proof(client)


async def test_a_sign_in_of_the_future_is_not_believed(client: httpx.AsyncClient, provider: Provider) -> None:
    provider.user = {**ADA, "auth_time": int(time.time()) + HOUR}
    assert code_of(await sign_in(client, provider)) == "PROVIDER_ANSWER_INVALID"
    assert not client.cookies


async def test_a_provider_is_asked_how_old_its_sign_in_is_and_may_be_asked_for_a_new_one(
    client: httpx.AsyncClient, provider: Provider
) -> None:
    usual = parse_qs(urlsplit(await leave(client)).query)
    assert usual["max_age"] == [str(90 * 24 * HOUR)]
    provider.user = {**ADA, "auth_time": int(time.time()) - HOUR}
    await sign_in(client, provider)
    assert await asks_for_a_proof(client)
    response = await client.get("/api/auth/oidc/truth/start", params={"redirect": "/account", "again": True})
    assert parse_qs(urlsplit(response.headers["Location"]).query)["max_age"] == ["30"]
    provider.user = dict(ADA)
    code, state = provider.approve(response.headers["Location"])
    assert (await come_back(client, code=code, state=state)).headers["Location"] == "/account"
    assert not await asks_for_a_proof(client)


async def test_a_sign_in_at_a_provider_ends_the_session_that_the_browser_held(
    client: httpx.AsyncClient, app: FastAPI, provider: Provider
) -> None:
    await sign_up(client)
    held = client.cookies[REFRESH]
    assert (await sign_in(client, provider)).headers["Location"] == "/dashboard?tab=1"
    async with browser(app) as thief:
        thief.cookies.set(REFRESH, held)
        assert (await thief.post("/api/auth/refresh")).status_code == 401
    assert (await client.get("/api/users/me")).json()["data"]["email"] == "ada@example.com"


async def test_several_audiences_are_fine_when_we_are_the_one_it_was_issued_to(
    client: httpx.AsyncClient, provider: Provider
) -> None:
    provider.sign = _lying(aud=[CLIENT_ID, "another-client"], azp=CLIENT_ID)
    assert (await sign_in(client, provider)).headers["Location"] == "/dashboard?tab=1"


@pytest.mark.parametrize(
    "answer",
    [
        (500, b"{}"),
        (401, b'{"error": "invalid_client"}'),
        (302, b"{}"),
        (200, b"not json"),
        (200, b"[]"),
        (200, b"[" * 100_000),
        (200, b'{"id_token": "' + b"x" * 300_000 + b'"}'),
    ],
    ids=["broken", "wrong secret", "redirect", "no JSON", "no object", "deep", "huge"],
)
async def test_a_token_endpoint_that_misbehaves_is_an_outage(
    client: httpx.AsyncClient, provider: Provider, answer: tuple[int, bytes]
) -> None:
    provider.token_answer, provider.location = answer, f"{provider.issuer}/keys"
    assert code_of(await sign_in(client, provider)) == "PROVIDER_UNAVAILABLE"
    assert provider.asked == ["/.well-known/openid-configuration", "/token"]  # the redirect was not followed


async def test_a_provider_whose_clock_is_ahead_is_believed(client: httpx.AsyncClient, provider: Provider) -> None:
    provider.sign = _lying(iat=int(time.time()) + 20, nbf=int(time.time()) + 20)
    assert (await sign_in(client, provider)).headers["Location"] == "/dashboard?tab=1"


@asynccontextmanager
async def app_of(factory: Factory, *issuers: str, at_once: int) -> AsyncIterator[FastAPI]:
    """Yield an application that works on `at_once` requests at once, with these providers and no others."""
    providers = tuple(configured(f"p{number}", issuer) for number, issuer in enumerate(issuers))
    changes = {"oidc_providers": providers, "api_requests_at_once": at_once}
    factory.resources.settings = factory.resources.settings.model_copy(update=changes)
    await factory.resources.identity.openid_providers.close()
    factory.resources.identity.openid_providers = openid_connect.OpenIdProviders(factory.resources.settings)
    yield create_app(factory.resources.settings, factory=factory)


async def test_all_who_wait_for_a_provider_that_hangs_share_one_attempt_and_the_next_do_not_wait(
    factory: Factory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openid_connect, "REQUEST_SECONDS", 0.3)
    async with hanging_server() as server, app_of(factory, server.address, at_once=100) as app, browser(app) as client:
        start = "/api/auth/oidc/p0/start"
        answers = await asyncio.gather(*(client.get(start) for _ in range(10)), client.get(start))
        later = await client.get(start)
    assert {code_of(answer) for answer in [*answers, later]} == {"PROVIDER_UNAVAILABLE"}
    assert server.connections == 1


async def test_a_provider_that_failed_a_moment_ago_is_asked_again_later(
    factory: Factory, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with app_of(factory, provider.issuer, at_once=100) as app, browser(app) as client:
        provider.metadata = {"issuer": "http://another"}
        assert code_of(await client.get("/api/auth/oidc/p0/start")) == "PROVIDER_UNAVAILABLE"
        provider.metadata = {}
        assert code_of(await client.get("/api/auth/oidc/p0/start")) == "PROVIDER_UNAVAILABLE"
        assert len(provider.asked) == 1
        now = time.monotonic
        monkeypatch.setattr(time, "monotonic", lambda: now() + FAILURE_REMEMBERED_SECONDS)
        assert (await leave(client, "p0")).startswith(provider.issuer)


async def test_a_provider_that_hangs_takes_no_more_than_its_share_of_the_places(
    factory: Factory, provider: Provider
) -> None:
    async with (
        hanging_server() as server,
        app_of(factory, server.address, provider.issuer, at_once=8) as app,
        browser(app) as client,
    ):
        waiting = [asyncio.create_task(client.get("/api/auth/oidc/p0/start")) for _ in range(20)]
        done, held = await asyncio.wait(waiting, timeout=1)
        # A half of the places for all providers together: two for each of these.
        assert len(held) == 2
        assert {code_of(task.result()) for task in done} == {"PROVIDER_UNAVAILABLE"}
        assert (await client.get("/api/posts")).status_code == 200
        assert (await leave(client, "p1")).startswith(provider.issuer)
        for task in held:
            task.cancel()
        await asyncio.wait(held)


async def test_linking_at_a_provider_that_hangs_is_refused_with_a_time_to_come_back(
    factory: Factory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openid_connect, "REQUEST_SECONDS", 0.2)
    async with hanging_server() as server, app_of(factory, server.address, at_once=8) as app, browser(app) as client:
        await sign_up_proved(client)
        for _ in range(2):
            response = await client.post("/api/auth/oidc/p0/link", json={"redirect": "/"})
            assert (response.status_code, error_of(response)["code"]) == (503, "PROVIDER_UNAVAILABLE")
            assert int(response.headers["Retry-After"]) >= 5


async def test_nobody_waits_long_for_a_slow_provider(
    client: httpx.AsyncClient, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openid_connect, "REQUEST_SECONDS", 0.3)
    provider.delay = 5
    started = time.monotonic()
    assert code_of(await sign_in(client, provider)) == "PROVIDER_UNAVAILABLE"
    assert time.monotonic() - started < 4


async def test_a_refused_code_is_no_outage(client: httpx.AsyncClient, provider: Provider) -> None:
    _, state = provider.approve(await leave(client))
    assert code_of(await come_back(client, code="made-up", state=state)) == "PROVIDER_REFUSED"


async def test_an_answer_is_for_the_browser_that_asked(
    client: httpx.AsyncClient, provider: Provider, app: FastAPI
) -> None:
    code, state = provider.approve(await leave(client))
    async with browser(app) as victim:  # who is led to the attacker's answer
        assert code_of(await come_back(victim, code=code, state=state)) == "HANDSHAKE_FAILED"
        await leave(victim)
        assert code_of(await come_back(victim, code=code, state=state)) == "HANDSHAKE_FAILED"
    for wrong in ({"state": state[:-1] + "~"}, {"state": ""}, {}, {"state": "\u2603"}):
        client.cookies.delete(HANDSHAKE)
        code, _ = provider.approve(await leave(client))
        assert code_of(await come_back(client, code=code, **wrong)) == "HANDSHAKE_FAILED"


@pytest.mark.parametrize("change", [lambda cookie: cookie[:-2] + "AA", lambda _: "nonsense", lambda _: ""])
async def test_the_cookie_cannot_be_made_up(
    client: httpx.AsyncClient, provider: Provider, change: Callable[[str], str]
) -> None:
    code, state = provider.approve(await leave(client))
    kept = client.cookies[HANDSHAKE]
    client.cookies.clear()
    client.cookies.set(HANDSHAKE, change(kept))
    assert code_of(await come_back(client, code=code, state=state)) == "HANDSHAKE_FAILED"


async def test_a_handshake_grows_too_old(
    client: httpx.AsyncClient, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, state = provider.approve(await leave(client))
    now = time.time()
    monkeypatch.setattr("api.identity.openid.time.time", lambda: now + 601)
    assert code_of(await come_back(client, code=code, state=state)) == "HANDSHAKE_FAILED"


async def test_two_providers_cannot_be_mixed_up(
    client: httpx.AsyncClient, provider: Provider, other_provider: Provider
) -> None:
    code, state = provider.approve(await leave(client, "truth"))
    assert code_of(await come_back(client, "other", code=code, state=state)) == "HANDSHAKE_FAILED"
    code, state = provider.approve(await leave(client, "truth"))
    mixed = await come_back(client, "truth", code=code, state=state, iss=other_provider.issuer)
    assert code_of(mixed) == "HANDSHAKE_FAILED"
    other_provider.codes = provider.codes
    code, state = other_provider.approve(await leave(client, "truth"))
    other_provider.sign = signed  # honest about itself, and asked by nobody
    assert "/token" not in other_provider.asked
    named = await sign_in(client, provider, iss=provider.issuer)
    assert named.headers["Location"] == "/dashboard?tab=1"


async def test_a_provider_that_always_names_itself_must(client: httpx.AsyncClient, provider: Provider) -> None:
    provider.metadata = {"authorization_response_iss_parameter_supported": True}
    assert code_of(await sign_in(client, provider)) == "HANDSHAKE_FAILED"
    assert (await sign_in(client, provider, iss=provider.issuer)).headers["Location"] == "/dashboard?tab=1"


async def test_one_providers_user_is_not_anothers(
    client: httpx.AsyncClient, provider: Provider, other_provider: Provider, connection: AsyncConnection
) -> None:
    await sign_in(client, provider)
    client.cookies.clear()
    other_provider.user = {**ADA, "email": "else@example.com"}  # the same subject
    await sign_in(client, other_provider, "other")
    assert (await client.get("/api/users/me")).json()["data"]["email"] == "else@example.com"
    assert await count(connection, "users") == 2


@pytest.mark.parametrize("verified", [False, None, "false", "yes", 1.5, []])
async def test_only_a_verified_address_makes_an_account(
    client: httpx.AsyncClient, provider: Provider, connection: AsyncConnection, verified: object
) -> None:
    provider.user["email_verified"] = verified
    assert code_of(await sign_in(client, provider)) == "EMAIL_NOT_VERIFIED_BY_PROVIDER"
    assert await count(connection, "users") == 0


@pytest.mark.parametrize(
    "email", [None, "", "no address", "a@example.com\r\nBcc: b@example.com", 7, "a\x00@example.com"]
)
async def test_only_an_address_makes_an_account(
    client: httpx.AsyncClient, provider: Provider, connection: AsyncConnection, email: object
) -> None:
    provider.user["email"] = email
    assert code_of(await sign_in(client, provider)) == "EMAIL_NOT_VERIFIED_BY_PROVIDER"
    assert await count(connection, "users") == 0


async def test_a_strange_name_is_made_presentable(client: httpx.AsyncClient, provider: Provider) -> None:
    provider.user["name"] = " Ada\x00\n\u202e " + "x" * 200
    await sign_in(client, provider)
    assert (await client.get("/api/users/me")).json()["data"]["name"] == "Ada " + "x" * 96


@pytest.mark.parametrize("proof", ["is_verified = true", "proved_at = now()"])
async def test_a_proved_account_with_the_same_address_is_not_taken_over(
    client: httpx.AsyncClient, provider: Provider, connection: AsyncConnection, app: FastAPI, proof: str
) -> None:
    async with browser(app) as owner:
        await sign_up(owner, email="ada@example.com")
    await connection.execute(text(f"UPDATE users SET {proof}"))
    assert code_of(await sign_in(client, provider)) == "ACCOUNT_EXISTS"
    assert not client.cookies
    assert await count(connection, "external_identities") == 0


async def test_a_deactivated_user_cannot_come_in_through_a_provider(
    client: httpx.AsyncClient, provider: Provider, connection: AsyncConnection
) -> None:
    await sign_in(client, provider)
    await connection.execute(text("UPDATE users SET is_active = false"))
    client.cookies.clear()
    assert code_of(await sign_in(client, provider)) == "ACCOUNT_DEACTIVATED"
    assert not client.cookies


async def test_an_account_without_a_password_cannot_be_signed_in_to_by_one(
    client: httpx.AsyncClient, provider: Provider
) -> None:
    await sign_in(client, provider)
    for password in (PASSWORD, "None", "x"):
        response = await client.post("/api/auth/signin", json={"email": "ada@example.com", "password": password})
        assert error_of(response)["code"] == "INVALID_CREDENTIALS"
        again = await client.post("/api/auth/reauthenticate", json={"password": password})
        assert error_of(again)["code"] == "WRONG_PASSWORD"


@pytest.mark.parametrize(
    "redirect",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "evil.example",
        "javascript:alert(1)",
        "",
        " /dashboard",
        "/" + "x" * 500,
    ],
)
async def test_nobody_is_redirected_to_another_site(client: httpx.AsyncClient, redirect: str) -> None:
    response = await client.get("/api/auth/oidc/truth/start", params={"redirect": redirect})
    assert response.status_code == 422
    assert error_of(response)["details"][0]["field"] == "redirect"
    await sign_up(client)
    linking = await client.post("/api/auth/oidc/truth/link", json={"redirect": redirect})
    assert linking.status_code == 422


async def test_an_unknown_provider_is_said_so_on_the_page(client: httpx.AsyncClient) -> None:
    assert code_of(await client.get("/api/auth/oidc/nobody/start")) == "PROVIDER_NOT_FOUND"
    assert code_of(await come_back(client, "nobody", code="x", state="y")) == "PROVIDER_NOT_FOUND"


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://elsewhere.example"},
        {"issuer": None},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"authorization_endpoint": None},
        {"token_endpoint": "ftp://localhost/token"},
        {"jwks_uri": "file:///etc/passwd"},
        {"userinfo_endpoint": ["https://localhost"]},
    ],
)
async def test_a_provider_that_describes_itself_wrongly_is_not_used(
    client: httpx.AsyncClient, provider: Provider, metadata: Claims
) -> None:
    provider.metadata = metadata
    assert code_of(await client.get("/api/auth/oidc/truth/start")) == "PROVIDER_UNAVAILABLE"


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.1", "2130706433", "0x7f.0.0.1", "0177.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0"]
)
async def test_a_provider_cannot_make_us_ask_our_own_network(
    client: httpx.AsyncClient, provider: Provider, other_provider: Provider, host: str
) -> None:
    provider.metadata = {"token_endpoint": f"http://{host}:{other_provider.port}/token"}
    assert code_of(await sign_in(client, provider)) == "PROVIDER_UNAVAILABLE"
    assert other_provider.asked == []


@pytest.mark.parametrize("host", ["169.254.169.254", "10.0.0.1", "192.168.0.1", "[fd00::1]", "[fe80::1]"])
async def test_a_provider_cannot_make_us_ask_a_private_network(
    client: httpx.AsyncClient, provider: Provider, host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openid_connect, "REQUEST_SECONDS", 60)  # it is refused, and does not merely take long
    provider.metadata = {"jwks_uri": f"http://{host}/latest/meta-data"}
    started = time.monotonic()
    assert code_of(await sign_in(client, provider)) == "PROVIDER_UNAVAILABLE"
    assert time.monotonic() - started < 5


async def test_while_a_provider_is_down_passwords_still_work(
    client: httpx.AsyncClient, provider: Provider, factory: Factory, app: FastAPI
) -> None:
    user = await sign_up_proved(client)
    with create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    down = openid_connect.OpenIdProviders(
        factory.resources.settings.model_copy(
            update={"oidc_providers": (configured("down", f"http://localhost:{port}"),)}
        )
    )
    factory.resources.identity.openid_providers = down
    assert code_of(await client.get("/api/auth/oidc/down/start")) == "PROVIDER_UNAVAILABLE"
    linking = await client.post("/api/auth/oidc/down/link", json={})
    assert (linking.status_code, error_of(linking)["internal_code"]) == (503, 50320)
    assert linking.headers["Retry-After"]
    signed_in = await client.post("/api/auth/signin", json={"email": user["email"], "password": PASSWORD})
    assert signed_in.status_code == 200


async def test_new_keys_are_found_and_made_up_ones_do_not_make_us_ask_again_and_again(
    client: httpx.AsyncClient, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sign_in(client, provider)
    third = Key("third")
    provider.keys, provider.sign = [KEY, third], lambda claims: signed(claims, key=third)
    for _ in range(3):
        assert code_of(await sign_in(client, provider)) == "PROVIDER_ANSWER_INVALID"
    assert provider.asked.count("/keys") == 1
    monkeypatch.setattr(openid_connect, "KEYS_REFETCH_SECONDS", 0)
    assert (await sign_in(client, provider)).headers["Location"] == "/dashboard?tab=1"
    assert provider.asked.count("/keys") == 2
    assert provider.asked.count("/.well-known/openid-configuration") == 1


async def test_an_address_that_is_not_in_the_token_is_asked_for(client: httpx.AsyncClient, provider: Provider) -> None:
    provider.user = {"sub": ADA["sub"]}
    provider.userinfo = {**ADA, "sub": "somebody-else"}
    assert code_of(await sign_in(client, provider)) == "PROVIDER_ANSWER_INVALID"
    provider.userinfo = ADA
    await sign_in(client, provider)
    assert (await client.get("/api/users/me")).json()["data"]["email"] == "ada@example.com"


async def test_a_provider_that_wants_the_secret_in_the_body_gets_it_there(
    client: httpx.AsyncClient, provider: Provider
) -> None:
    provider.metadata = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    assert (await sign_in(client, provider)).headers["Location"] == "/dashboard?tab=1"
