"""Limits on emails: no mailbox is flooded, and no change goes unnoticed because of a limit."""

import httpx2 as httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.errors import TooManyAttempts
from domain.events import CredentialsChange, PasswordResetRequested
from domain.identity.client_info import ClientInfo
from domain.identity.security_event import SecurityEventKind
from domain.permissions import ANONYMOUS, SYSTEM
from service.factory import Work
from service.unit_of_work import Context
from tests.support.helpers import PASSWORD, sign_up
from tests.support.limits import USER, factory_of, jobs_of


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
    assert bool(refused) != (path == "/api/auth/forgot-password")  # which answers the same in every case


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
