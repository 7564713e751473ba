"""Resetting a password, and the links and tokens in emails."""

import asyncio
import io
from collections.abc import Awaitable, Callable

import httpx2 as httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from core.email import Mailbox
from core.settings import Settings
from domain.identity.one_time_token import LIFETIMES, TokenPurpose
from service.factory import Factory
from service.security import OneTimeSecrets
from tests.conftest import browser
from tests.support.cookies import DEVICE
from tests.support.credentials import (
    INVITED,
    NEW_PASSWORD,
    change,
    forget,
    invite,
    is_signed_in,
    kinds_of_events,
    reset,
    sign_in,
)
from tests.support.emails import Emails
from tests.support.helpers import PASSWORD, error_of, prove_address, sign_up, sign_up_proved
from tests.support.resource import PUBLIC, Access
from tests.support.second_factors import enable_mfa

ACCESS = {
    ("POST", "/api/auth/forgot-password"): Access(PUBLIC, {"email": "a@example.com"}),
    ("POST", "/api/auth/reset-password"): Access(PUBLIC, {"token": "no such token", "password": "a long password"}),
}


async def test_a_reset_replaces_the_password_verifies_the_address_and_opens_no_session(
    client: httpx.AsyncClient, app: FastAPI, emails: Emails
) -> None:
    user = await sign_up(client)
    async with browser(app) as forgetful:
        assert (await forget(forgetful, user["email"].upper())).status_code == 202
        response = await reset(forgetful, await emails.token(user["email"], TokenPurpose.RESET_PASSWORD))
        assert response.status_code == 204
        assert set(forgetful.cookies) == {DEVICE}  # it may try passwords, and is not signed in
        assert not await is_signed_in(forgetful)
        assert not await is_signed_in(client)
        assert (await client.post("/api/auth/refresh")).status_code == 401
        assert (await sign_in(forgetful, user["email"])).status_code == 401
        answer = await sign_in(forgetful, user["email"], NEW_PASSWORD)
        assert answer.json()["data"]["is_verified"] is True
    assert "Your password was reset" in await emails.subjects_to(user["email"])


async def test_a_reset_skips_no_second_factor(client: httpx.AsyncClient, app: FastAPI, emails: Emails) -> None:
    user = await sign_up_proved(client)
    await enable_mfa(client)
    async with browser(app) as forgetful:
        await forget(forgetful, user["email"])
        await reset(forgetful, await emails.token(user["email"], TokenPurpose.RESET_PASSWORD))
        response = await sign_in(forgetful, user["email"], NEW_PASSWORD)
        assert (response.status_code, error_of(response)["code"]) == (401, "MFA_REQUIRED")
        assert not await is_signed_in(forgetful)


async def test_known_and_unknown_addresses_get_the_same_answer_and_cost_the_same(
    client: httpx.AsyncClient, connection: AsyncConnection, emails: Emails
) -> None:
    user = await sign_up(client)
    known, unknown = await forget(client, user["email"]), await forget(client, "nobody@example.com")
    assert (known.status_code, known.content) == (unknown.status_code, unknown.content)
    assert {*known.headers} == {*unknown.headers}
    jobs = await connection.execute(text("SELECT count(*) FROM jobs WHERE task = 'issue_password_reset'"))
    assert jobs.scalar_one() == 2
    assert await emails.to("nobody@example.com") == []


async def test_impatience_writes_one_job(client: httpx.AsyncClient, emails: Emails) -> None:
    user = await sign_up(client)
    for _ in range(3):
        assert (await forget(client, user["email"])).status_code == 202
    assert len(await emails.tokens(user["email"], TokenPurpose.RESET_PASSWORD)) == 1


@pytest.mark.race
async def test_of_many_uses_of_one_reset_link_at_once_exactly_one_succeeds(
    committing_app: FastAPI, committing_factory: Factory, mailbox: Mailbox
) -> None:
    async with browser(committing_app) as client:
        user = await sign_up(client)
        await forget(client, user["email"])
        token = await Emails(committing_factory, mailbox).token(user["email"], TokenPurpose.RESET_PASSWORD)
        async with asyncio.TaskGroup() as group:
            passwords = [f"{NEW_PASSWORD} {number}" for number in range(20)]
            attempts = [group.create_task(reset(client, token, password)) for password in passwords]
        answers = [attempt.result().status_code for attempt in attempts]
        assert sorted(answers) == [204] + [400] * 19
        winner = passwords[answers.index(204)]
        assert [(await sign_in(client, user["email"], password)).status_code for password in passwords].count(200) == 1
        assert (await sign_in(client, user["email"], winner)).status_code == 200


async def test_a_refused_password_leaves_the_reset_link_good(client: httpx.AsyncClient, emails: Emails) -> None:
    user = await sign_up(client)
    await forget(client, user["email"])
    token = await emails.token(user["email"], TokenPurpose.RESET_PASSWORD)
    assert error_of(await reset(client, token, "password123"))["code"] == "PASSWORD_TOO_COMMON"
    assert (await reset(client, token)).status_code == 204


async def test_a_new_reset_link_kills_the_old_one(client: httpx.AsyncClient, emails: Emails) -> None:
    user = await sign_up(client)
    await forget(client, user["email"])
    old = await emails.token(user["email"], TokenPurpose.RESET_PASSWORD)
    await forget(client, user["email"])
    new = await emails.token(user["email"], TokenPurpose.RESET_PASSWORD)
    assert old != new
    assert (await reset(client, old)).status_code == 400
    assert (await reset(client, new)).status_code == 204


async def test_a_changed_password_kills_the_reset_link(client: httpx.AsyncClient, emails: Emails) -> None:
    user = await sign_up(client)
    await forget(client, user["email"])
    token = await emails.token(user["email"], TokenPurpose.RESET_PASSWORD)
    assert (await change(client)).status_code == 204
    assert (await reset(client, token, "yet another password")).status_code == 400


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE one_time_tokens SET expires_at = now() - interval '1 second'",
        "UPDATE users SET email = 'new@example.com'",
        "UPDATE users SET is_active = false",
        "DELETE FROM users",
    ],
    ids=["expired", "address changed since", "deactivated", "deleted"],
)
async def test_a_link_that_proves_nothing_any_more_is_refused(
    client: httpx.AsyncClient, connection: AsyncConnection, emails: Emails, statement: str
) -> None:
    user = await sign_up(client)
    await forget(client, user["email"])
    resets = await emails.token(user["email"], TokenPurpose.RESET_PASSWORD)
    verifies = await emails.token(user["email"], TokenPurpose.VERIFY_EMAIL)
    await connection.execute(text(statement))
    assert error_of(await reset(client, resets))["code"] == "INVALID_LINK"
    assert (await client.post("/api/auth/verify-email", json={"token": verifies})).status_code == 400


async def test_a_deactivated_user_gets_no_reset_link(
    client: httpx.AsyncClient, connection: AsyncConnection, emails: Emails
) -> None:
    user = await sign_up(client)
    await connection.execute(text("UPDATE users SET is_active = false"))
    assert (await forget(client, user["email"])).status_code == 202
    assert await emails.tokens(user["email"], TokenPurpose.RESET_PASSWORD) == []


async def test_a_token_is_good_for_its_purpose_only(
    client: httpx.AsyncClient, factory: Factory, emails: Emails
) -> None:
    user = await sign_up(client)
    await invite(factory)
    await forget(client, user["email"])
    await client.post("/api/auth/change-email", json={"email": "new@example.com"})
    addresses = dict.fromkeys(TokenPurpose, user["email"]) | {
        TokenPurpose.CHANGE_EMAIL: "new@example.com",
        TokenPurpose.INVITATION: INVITED,
    }
    tokens = {purpose: await emails.token(addresses[purpose], purpose) for purpose in TokenPurpose}
    uses: dict[TokenPurpose, Callable[[str], Awaitable[httpx.Response]]] = {
        TokenPurpose.VERIFY_EMAIL: lambda token: client.post("/api/auth/verify-email", json={"token": token}),
        TokenPurpose.RESET_PASSWORD: lambda token: reset(client, token),
        TokenPurpose.CHANGE_EMAIL: lambda token: client.post("/api/auth/confirm-email-change", json={"token": token}),
        TokenPurpose.INVITATION: lambda token: client.post(
            "/api/auth/accept-invitation", json={"token": token, "password": PASSWORD}
        ),
    }
    good = dict.fromkeys(TokenPurpose, 204) | {TokenPurpose.CHANGE_EMAIL: 400, TokenPurpose.INVITATION: 200}
    for purpose, use in uses.items():
        for other, token in tokens.items():
            if other is not purpose:
                assert error_of(await use(token))["code"] == "INVALID_LINK"
    await prove_address(client)  # the first proof would end the other links
    for purpose, use in uses.items():
        assert (await use(tokens[purpose])).status_code == good[purpose]


async def test_refusals_are_in_the_audit_log(client: httpx.AsyncClient, connection: AsyncConnection) -> None:
    await sign_up(client)
    assert (await reset(client, "made-up")).status_code == 400
    assert (await client.post("/api/auth/verify-email", json={"token": "made-up"})).status_code == 400
    assert (await client.post("/api/auth/confirm-email-change", json={"token": "made-up"})).status_code == 400
    assert (await change(client, current_password="wrong password")).status_code == 400
    assert await kinds_of_events(connection) == ["signed_up", *["link_refused"] * 3, "password_change_failed"]


async def test_no_link_depends_on_what_a_request_says_of_its_host(client: httpx.AsyncClient, emails: Emails) -> None:
    user = await sign_up(client)
    forged = {"Host": "evil.localhost:1", "X-Forwarded-Host": "evil.test", "Forwarded": "host=evil.test"}
    assert len(await emails.to(user["email"])) == 1
    assert (await forget(client, user["email"], **forged)).status_code == 202
    await client.post("/api/auth/resend-verification", headers=forged)
    texts = await emails.to(user["email"])
    assert len(texts) == 3
    assert all("http://127.0.0.1:8000/" in mail and "evil" not in mail for mail in texts)


async def test_tokens_are_in_no_job_no_log_and_in_the_database_as_hashes_only(
    client: httpx.AsyncClient, connection: AsyncConnection, emails: Emails, log_output: io.StringIO
) -> None:
    user = await sign_up(client)
    await forget(client, user["email"])
    resets = await emails.token(user["email"], TokenPurpose.RESET_PASSWORD)
    verifies = await emails.token(user["email"], TokenPurpose.VERIFY_EMAIL)
    await reset(client, "nonsense" + resets)
    for table in ("jobs", "one_time_tokens", "security_events"):
        rows = (await connection.execute(text(f"SELECT row_to_json({table})::text FROM {table}"))).scalars().all()
        assert rows
        for secret in (resets, verifies, PASSWORD):
            assert not any(secret in row for row in rows), table
    assert not any(secret in log_output.getvalue() for secret in (resets, verifies))
    assert (await reset(client, resets)).status_code == 204


async def test_tokens_carry_256_bits_and_follow_from_id_and_key(settings: Settings) -> None:
    from uuid import uuid4

    ids = [uuid4() for _ in range(1000)]
    texts = {OneTimeSecrets(settings).text_of(token_id) for token_id in ids}
    assert len(texts) == 1000
    assert all(len(token) == 43 for token in texts)
    assert OneTimeSecrets(settings).text_of(ids[0]) in texts
    others = settings.model_copy(
        update={"jwt_secret_key": Settings(_env_file=None, jwt_secret_key="o" * 32).jwt_secret_key}
    )
    assert OneTimeSecrets(others).text_of(ids[0]) not in texts


async def test_links_live_as_long_as_they_say(
    client: httpx.AsyncClient, connection: AsyncConnection, factory: Factory, emails: Emails
) -> None:
    user = await sign_up(client)
    await invite(factory)
    await forget(client, user["email"])
    await client.post("/api/auth/change-email", json={"email": "new@example.com"})
    await emails.to(user["email"])
    rows = await connection.execute(text("SELECT purpose, expires_at - created_at FROM one_time_tokens"))
    assert {TokenPurpose(purpose): lifetime for purpose, lifetime in rows} == LIFETIMES


async def test_expired_tokens_are_cleaned_up(
    client: httpx.AsyncClient, connection: AsyncConnection, factory: Factory, emails: Emails
) -> None:
    user = await sign_up(client)
    await emails.to(user["email"])
    async with factory.unit_of_work() as work:
        assert await work.identity.links.delete_expired() == 0
    await connection.execute(text("UPDATE one_time_tokens SET expires_at = now()"))
    async with factory.unit_of_work() as work:
        assert await work.identity.links.delete_expired() == 1
