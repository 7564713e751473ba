"""ID tokens that lie, and how old the sign-in is that they prove."""

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2 as httpx
import jwt
import pytest
from sqlalchemy.ext.asyncio import AsyncConnection
from structlog.testing import capture_logs

from tests.support.helpers import error_of
from tests.support.openid_provider import (
    CLIENT_ID,
    CLIENT_SECRET,
    KEY,
    OTHER_KEY,
    Claims,
    Provider,
    signed,
    signed_with_what_we_know,
    unsigned,
)
from tests.support.openid_sign_in import ADA, causes_in, code_of, come_back, count, leave, sign_in


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
    "nonce that is half a character": _lying(nonce="\ud800"),
    "for another client": _lying(aud="another-client"),
    "without an audience": _lying(aud=None),
    "for several, not saying whom": _lying(aud=[CLIENT_ID, "another-client"]),
    "issued to another client": _lying(azp="another-client"),
    "issued to one of several, another": _lying(aud=[CLIENT_ID, "another-client"], azp="another-client"),
    "of another issuer": _lying(iss="https://elsewhere.example"),
    "of no issuer": _lying(iss=None),
    "expired": _lying(exp=int(time.time()) - HOUR),
    "good for ever": _lying(exp=None),
    "from the future": _lying(iat=int(time.time()) + HOUR),
    "without a subject": _lying(sub=None),
    "about an empty subject": _lying(sub=""),
    "about a subject with a null character": _lying(sub="a\0b"),
    "about a subject that is no text": _lying(sub="a\ud800b"),
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
async def test_a_lying_id_token_opens_no_session(
    client: httpx.AsyncClient, provider: Provider, connection: AsyncConnection, lie: str
) -> None:
    provider.sign = LIES[lie]
    with capture_logs() as lines:
        assert code_of(await sign_in(client, provider)) == "PROVIDER_ANSWER_INVALID"
    assert causes_in(lines)
    assert not client.cookies
    assert await count(connection, "users") == await count(connection, "sessions") == 0


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


async def test_several_audiences_are_fine_when_we_are_the_one_it_was_issued_to(
    client: httpx.AsyncClient, provider: Provider
) -> None:
    provider.sign = _lying(aud=[CLIENT_ID, "another-client"], azp=CLIENT_ID)
    assert (await sign_in(client, provider)).headers["Location"] == "/dashboard?tab=1"


async def test_a_provider_whose_clock_is_ahead_is_believed(client: httpx.AsyncClient, provider: Provider) -> None:
    provider.sign = _lying(iat=int(time.time()) + 20, nbf=int(time.time()) + 20)
    assert (await sign_in(client, provider)).headers["Location"] == "/dashboard?tab=1"
