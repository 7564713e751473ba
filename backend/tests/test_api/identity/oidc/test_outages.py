"""Providers that hang, fail or are slow."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2 as httpx
import pytest
from fastapi import FastAPI
from structlog.testing import capture_logs

from api.app import create_app
from core.runtime.bulkhead import FAILURE_REMEMBERED_SECONDS
from service.factory import Factory
from service.identity import openid_connect
from tests.conftest import browser
from tests.support.hanging import hanging_server
from tests.support.helpers import PASSWORD, error_of, sign_up_proved
from tests.support.openid_provider import (
    Provider,
    configured,
)
from tests.support.openid_sign_in import causes_in, code_of, come_back, leave, sign_in
from tests.support.ports import free_port


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
    with capture_logs() as lines:
        assert code_of(await sign_in(client, provider)) == "PROVIDER_UNAVAILABLE"
    assert provider.asked == ["/.well-known/openid-configuration", "/token"]  # the redirect was not followed
    assert causes_in(lines)


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
        assert (await client.get("/api/ready")).status_code == 200
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


async def test_no_request_waits_long_for_a_slow_provider(
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


async def test_while_a_provider_is_down_passwords_still_work(
    client: httpx.AsyncClient, provider: Provider, factory: Factory, app: FastAPI
) -> None:
    user = await sign_up_proved(client)
    down = openid_connect.OpenIdProviders(
        factory.resources.settings.model_copy(
            update={"oidc_providers": (configured("down", f"http://localhost:{free_port()}"),)}
        )
    )
    factory.resources.identity.openid_providers = down
    assert code_of(await client.get("/api/auth/oidc/down/start")) == "PROVIDER_UNAVAILABLE"
    linking = await client.post("/api/auth/oidc/down/link", json={})
    assert (linking.status_code, error_of(linking)["internal_code"]) == (503, 50320)
    assert linking.headers["Retry-After"]
    signed_in = await client.post("/api/auth/signin", json={"email": user["email"], "password": PASSWORD})
    assert signed_in.status_code == 200
