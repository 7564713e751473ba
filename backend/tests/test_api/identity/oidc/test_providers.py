"""How providers are found, and what they may make us ask."""

import time

import httpx2 as httpx
import pytest
from structlog.testing import capture_logs

from service.identity import openid_connect
from tests.support.openid_provider import (
    KEY,
    Claims,
    Key,
    Provider,
    signed,
)
from tests.support.openid_sign_in import ADA, causes_in, code_of, come_back, sign_in


async def test_a_provider_that_always_names_itself_must(client: httpx.AsyncClient, provider: Provider) -> None:
    provider.metadata = {"authorization_response_iss_parameter_supported": True}
    assert code_of(await sign_in(client, provider)) == "HANDSHAKE_FAILED"
    assert (await sign_in(client, provider, iss=provider.issuer)).headers["Location"] == "/dashboard?tab=1"


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
    with capture_logs() as lines:
        assert code_of(await client.get("/api/auth/oidc/truth/start")) == "PROVIDER_UNAVAILABLE"
    assert causes_in(lines)


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
