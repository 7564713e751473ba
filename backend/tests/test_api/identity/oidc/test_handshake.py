"""The way to a provider and back belongs to one browser, one provider and this site."""

import time
from collections.abc import Callable

import httpx2 as httpx
import pytest
from fastapi import FastAPI

from tests.conftest import browser
from tests.support.cookies import HANDSHAKE
from tests.support.helpers import error_of, sign_up
from tests.support.openid_provider import (
    Provider,
    signed,
)
from tests.support.openid_sign_in import code_of, come_back, leave, sign_in


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
    other_provider.sign = signed  # honest about itself, and never asked
    assert "/token" not in other_provider.asked
    named = await sign_in(client, provider, iss=provider.issuer)
    assert named.headers["Location"] == "/dashboard?tab=1"


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
async def test_no_redirect_leads_to_another_site(client: httpx.AsyncClient, redirect: str) -> None:
    response = await client.get("/api/auth/oidc/truth/start", params={"redirect": redirect})
    assert response.status_code == 422
    assert error_of(response)["details"][0]["field"] == "redirect"
    await sign_up(client)
    linking = await client.post("/api/auth/oidc/truth/link", json={"redirect": redirect})
    assert linking.status_code == 422
