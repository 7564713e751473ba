"""Linking accounts at other providers to one's own, and unlinking them."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from urllib.parse import parse_qs, urlsplit

import httpx2 as httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from api.app import create_app
from core.email import Mailbox
from core.settings import Settings
from service.factory import Factory
from tests.conftest import HeldTransport, RolledBackDatabase, browser, opened_factory, run_due_jobs
from tests.support.cookies import HANDSHAKE
from tests.support.credentials import is_signed_in, sign_in
from tests.support.helpers import error_of, sign_up_proved
from tests.support.openid_provider import Claims, Provider, configured, running_provider
from tests.support.openid_sign_in import link, sign_in_at_provider
from tests.support.resource import SIGNED_IN, Access
from tests.support.second_factors import enable_mfa, verify

ADA: Claims = {"sub": "ada-at-provider", "email": "ada@example.com", "email_verified": True}


@pytest.fixture(scope="module")
def running() -> Iterator[Provider]:
    with running_provider() as provider:
        yield provider


@pytest.fixture
def provider(running: Provider) -> Provider:
    running.reset()
    running.user = dict(ADA)
    return running


@pytest.fixture
def known(settings: Settings, provider: Provider) -> Settings:
    return settings.model_copy(update={"oidc_providers": (configured("truth", provider.issuer),)})


@pytest.fixture
async def factory(
    known: Settings, connection: AsyncConnection, transport: HeldTransport, mailbox: Mailbox
) -> AsyncIterator[Factory]:
    async with opened_factory(known, RolledBackDatabase(connection), transport, mailbox) as factory:
        yield factory


@pytest.fixture
def app(known: Settings, factory: Factory) -> FastAPI:
    return create_app(known, factory=factory)


async def identities(client: httpx.AsyncClient) -> list[Claims]:
    listed: list[Claims] = (await client.get("/api/auth/identities")).json()["data"]
    return listed


async def unlink(client: httpx.AsyncClient) -> httpx.Response:
    (identity,) = await identities(client)
    return await client.delete(f"/api/auth/identities/{identity['id']}")


ACCESS = {
    ("POST", "/api/auth/oidc/{provider}/link"): Access(SIGNED_IN, {"redirect": "/"}),
    ("GET", "/api/auth/identities"): Access(SIGNED_IN),
    ("DELETE", "/api/auth/identities/{identity_id}"): Access(SIGNED_IN),
}


async def test_a_linked_identity_signs_in_to_the_account(
    client: httpx.AsyncClient, provider: Provider, app: FastAPI
) -> None:
    user = await sign_up_proved(client, email="ada@example.com")
    before = dict(client.cookies)
    provider.user = {"sub": "ada-at-provider"}  # an address is not needed to link
    assert (await link(client, provider)).headers["Location"] == "/account?tab=security"
    assert dict(client.cookies) == before
    (identity,) = await identities(client)
    assert (identity["provider"], identity["email"]) == ("truth", None)
    async with browser(app) as phone:
        assert (await sign_in_at_provider(phone, provider)).headers["Location"] == "/dashboard"
        assert (await phone.get("/api/users/me")).json()["data"]["id"] == user["id"]


async def test_an_identity_belongs_to_one_account(client: httpx.AsyncClient, provider: Provider, app: FastAPI) -> None:
    await sign_up_proved(client)
    await link(client, provider)
    async with browser(app) as stranger:
        await sign_up_proved(stranger)
        answer = await link(stranger, provider)
        assert answer.headers["Location"] == "/account?tab=security&error=IDENTITY_TAKEN"
        assert await identities(stranger) == []
        theirs = (await identities(client))[0]["id"]
        refused = await stranger.delete(f"/api/auth/identities/{theirs}")
        assert (refused.status_code, error_of(refused)["code"]) == (404, "IDENTITY_NOT_FOUND")
    assert len(await identities(client)) == 1


async def test_linking_and_unlinking_end_every_other_session(
    client: httpx.AsyncClient, provider: Provider, app: FastAPI
) -> None:
    user = await sign_up_proved(client)
    async with browser(app) as elsewhere:
        for change in (link(client, provider), unlink(client)):
            await sign_in(elsewhere, user["email"])
            assert await is_signed_in(elsewhere)
            assert (await change).status_code in {204, 303}
            assert not await is_signed_in(elsewhere)
    assert await is_signed_in(client)


async def test_linking_needs_a_session_and_a_recent_proof(
    client: httpx.AsyncClient, connection: AsyncConnection
) -> None:
    assert (await client.post("/api/auth/oidc/truth/link", json={})).status_code == 401
    await sign_up_proved(client)
    await connection.execute(text("UPDATE sessions SET authenticated_at = authenticated_at - interval '11 minutes'"))
    refused = await client.post("/api/auth/oidc/truth/link", json={})
    assert (refused.status_code, error_of(refused)["code"]) == (403, "REAUTHENTICATION_REQUIRED")
    assert HANDSHAKE not in client.cookies


async def test_nothing_is_linked_once_the_session_that_began_it_has_ended(
    client: httpx.AsyncClient, provider: Provider, app: FastAPI, connection: AsyncConnection
) -> None:
    await sign_up_proved(client)
    response = await client.post("/api/auth/oidc/truth/link", json={"redirect": "/account"})
    code, state = provider.approve(response.json()["data"]["location"])
    await client.post("/api/auth/signout")
    await sign_up_proved(client)  # another user, in the same browser
    answer = await client.get("/api/auth/oidc/truth/callback", params={"code": code, "state": state})
    assert answer.headers["Location"] == "/account?error=NOT_AUTHENTICATED"
    assert (await connection.execute(text("SELECT count(*) FROM external_identities"))).scalar_one() == 0


async def test_a_sign_in_that_was_begun_elsewhere_cannot_be_turned_into_a_link(
    client: httpx.AsyncClient, provider: Provider, app: FastAPI
) -> None:
    await sign_up_proved(client)
    async with browser(app) as attacker:
        begun = await attacker.get("/api/auth/oidc/truth/start")
        code, state = provider.approve(begun.headers["Location"])
    answer = await client.get("/api/auth/oidc/truth/callback", params={"code": code, "state": state})
    assert parse_qs(urlsplit(answer.headers["Location"]).query) == {"error": ["HANDSHAKE_FAILED"]}
    assert await identities(client) == []


async def test_the_last_way_to_sign_in_stays(client: httpx.AsyncClient, provider: Provider) -> None:
    await sign_in_at_provider(client, provider)
    refused = await unlink(client)
    assert (refused.status_code, error_of(refused)["code"]) == (409, "LAST_SIGN_IN_METHOD")
    provider.user["sub"] = "another-at-provider"
    await link(client, provider)
    first, second = await identities(client)
    assert (await client.delete(f"/api/auth/identities/{first['id']}")).status_code == 204
    assert (await client.delete(f"/api/auth/identities/{second['id']}")).status_code == 409


async def test_with_a_password_the_last_identity_can_go(
    client: httpx.AsyncClient, provider: Provider, app: FastAPI, connection: AsyncConnection
) -> None:
    await sign_up_proved(client)
    await link(client, provider)
    await connection.execute(text("UPDATE sessions SET authenticated_at = authenticated_at - interval '11 minutes'"))
    assert error_of(await unlink(client))["code"] == "REAUTHENTICATION_REQUIRED"
    await connection.execute(text("UPDATE sessions SET authenticated_at = now()"))
    assert (await unlink(client)).status_code == 204
    async with browser(app) as phone:  # the identity belongs to no account again
        await sign_in_at_provider(phone, provider)
        assert (await phone.get("/api/users/me")).json()["data"]["email"] == "ada@example.com"


async def test_the_owner_and_the_audit_log_hear_of_every_change(
    client: httpx.AsyncClient, provider: Provider, factory: Factory, mailbox: Mailbox, connection: AsyncConnection
) -> None:
    await sign_up_proved(client)
    await link(client, provider)
    await unlink(client)
    await run_due_jobs(factory)
    subjects = {mail.message["Subject"] for mail in await mailbox.newest_first()}
    assert {"A way to sign in was added", "A way to sign in was removed"} <= subjects
    rows = (await connection.execute(text("SELECT kind, details FROM security_events ORDER BY id"))).all()
    assert [row.kind for row in rows] == ["signed_up", "identity_linked", "identity_unlinked"]
    assert {row.details.get("issuer") for row in rows[1:]} == {provider.issuer}


@pytest.mark.race
async def test_of_two_ways_to_sign_in_that_are_removed_at_once_one_stays(
    known: Settings,
    committing_factory: Factory,
    transport: HeldTransport,
    mailbox: Mailbox,
    provider: Provider,
) -> None:
    async with (
        opened_factory(known, committing_factory.resources.database, transport, mailbox) as factory,
        browser(create_app(known, factory=factory)) as client,
    ):
        await sign_in_at_provider(client, provider)
        for number in range(9):
            provider.user["sub"] = f"number-{number}"
            await link(client, provider)
        paths = [f"/api/auth/identities/{identity['id']}" for identity in await identities(client)]
        async with asyncio.TaskGroup() as group:
            attempts = [group.create_task(client.delete(path)) for path in paths]
        assert sorted(attempt.result().status_code for attempt in attempts) == [204] * 9 + [409]
        assert len(await identities(client)) == 1


async def test_who_comes_through_a_provider_is_asked_for_the_second_factor_too(
    client: httpx.AsyncClient, provider: Provider, app: FastAPI, connection: AsyncConnection
) -> None:
    user = await sign_up_proved(client)
    await link(client, provider)
    _, recovery_codes = await enable_mfa(client)
    async with browser(app) as phone:
        page = urlsplit((await sign_in_at_provider(phone, provider)).headers["Location"])
        assert page.path == "/sign-in"
        query = parse_qs(page.query)
        assert query["error"] == ["MFA_REQUIRED"]
        assert query["methods"] == ["totp,recovery_code"]
        assert query["redirect"] == ["/dashboard"]
        assert (await phone.get("/api/users/me")).status_code == 401
        verified = await verify(phone, recovery_code=recovery_codes[0])
        assert verified.status_code == 200, verified.text
        assert (await phone.get("/api/users/me")).json()["data"]["id"] == user["id"]
