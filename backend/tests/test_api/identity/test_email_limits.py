"""Limits on emails: no mailbox is flooded, and no change goes unnoticed because of a limit."""

import httpx2 as httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from core.email import Mailbox
from domain.errors import TooManyAttempts
from domain.events import CredentialsChange
from domain.identity.client_info import ClientInfo
from domain.identity.one_time_token import TokenPurpose
from domain.identity.security_event import SecurityEventKind
from domain.mail.mailing import MailKind
from domain.permissions import ANONYMOUS, Actor
from service.factory import Work
from service.unit_of_work import Context
from tests.conftest import browser, run_due_jobs
from tests.support.credentials import NEW_PASSWORD, change, forget, reset, sign_in
from tests.support.emails import Emails
from tests.support.helpers import PASSWORD, sign_up, sign_up_proved
from tests.support.limits import USER, factory_of, jobs_of

RESET = TokenPurpose.RESET_PASSWORD


async def create_token(client: httpx.AsyncClient) -> httpx.Response:
    return await client.post("/api/auth/tokens", json={"name": "A", "scopes": ["read"], "expires_in_days": 1})


@pytest.fixture
def sent(limited: FastAPI, mailbox: Mailbox) -> Emails:
    """The emails of the application with limits."""
    return Emails(factory_of(limited), mailbox)


async def test_emails_are_limited_silently_by_recipient_and_openly_by_sender(limited: FastAPI) -> None:
    async def may_mail(work: Work, email: str) -> bool:
        return await work.identity.limits.may_mail(MailKind.SIGN_UP, email, sender=None)

    async with factory_of(limited).unit_of_work(ANONYMOUS, Context(ClientInfo("203.0.113.1"))) as work:
        assert [await may_mail(work, f"ada+{number}@example.com") for number in range(5)] == [True] * 3 + [False] * 2
        assert await may_mail(work, "ada@example.com")  # strangers' tags use up none of its emails
        for _ in range(14):
            await may_mail(work, "bob@example.com")
        with pytest.raises(TooManyAttempts):
            await may_mail(work, "eve@example.com")


async def test_strangers_do_not_use_up_the_owners_reset_emails(browsing: httpx.AsyncClient, sent: Emails) -> None:
    await sign_up_proved(browsing, email="ada@example.com")
    for number in range(6):
        assert (await forget(browsing, f"ada+{number}@example.com")).status_code == 202  # they have no accounts
    assert (await forget(browsing, "ada@example.com")).status_code == 202
    assert (await reset(browsing, await sent.token("ada@example.com", RESET))).status_code == 204


@pytest.mark.parametrize("email", ["ada@example.com", "ada+tag@example.com"])
async def test_a_reset_is_left_out_only_while_the_last_link_works(
    browsing: httpx.AsyncClient, sent: Emails, email: str
) -> None:
    await sign_up_proved(browsing, email=email)
    for _ in range(6):
        assert (await forget(browsing, email)).status_code == 202
        links = await sent.tokens(email, RESET)
    assert len(links) == 3
    assert (await reset(browsing, links[-1])).status_code == 204
    await forget(browsing, email)
    assert (await reset(browsing, (await sent.tokens(email, RESET))[3])).status_code == 204


async def test_accounts_of_strangers_fill_no_mailbox_with_resets(
    limited: FastAPI, browsing: httpx.AsyncClient, connection: AsyncConnection
) -> None:
    for number in range(6):
        await sign_up(browsing, email=f"ada+{number}@example.com")
        await forget(browsing, f"ada+{number}@example.com")
    await run_due_jobs(factory_of(limited))
    resets = await connection.execute(text("SELECT count(*) FROM one_time_tokens WHERE purpose = 'reset_password'"))
    assert resets.scalar_one() == 3


@pytest.mark.parametrize(
    ("path", "body"),
    [("/api/auth/resend-verification", None), ("/api/auth/change-email", {"email": "victim@example.com"})],
)
async def test_no_request_causes_mails_without_limit(
    browsing: httpx.AsyncClient, connection: AsyncConnection, path: str, body: dict[str, str] | None
) -> None:
    await sign_up(browsing, email="ada@example.com")
    answers = [await browsing.post(path, json=body) for _ in range(8)]
    assert await jobs_of(connection, "send_one_time_link") == 3
    refused = [answer for answer in answers if answer.status_code == 429]
    assert len(refused) == 5
    assert all(int(answer.headers["Retry-After"]) > 0 for answer in refused)


async def test_notices_are_limited_and_no_change_is_made_without_one(
    browsing: httpx.AsyncClient, connection: AsyncConnection
) -> None:
    await sign_up(browsing, email="ada@example.com")
    await connection.execute(text("UPDATE users SET is_verified = true"))
    for _ in range(30):
        answer = await create_token(browsing)
    assert answer.status_code == 429
    tokens = await connection.execute(text("SELECT count(*) FROM api_tokens"))
    assert await jobs_of(connection, "warn_of_changed_credentials") == tokens.scalar_one() == 20


async def test_what_an_owner_needs_is_not_refused_because_of_notices(
    limited: FastAPI, browsing: httpx.AsyncClient, sent: Emails
) -> None:
    await sign_up_proved(browsing, email="ada@example.com")
    async with browser(limited) as owner:
        while (await create_token(browsing)).status_code == 201:  # a thief who knows the password
            pass
        await forget(owner, "ada@example.com")
        assert (await reset(owner, await sent.token("ada@example.com", RESET))).status_code == 204
        assert (await sign_in(owner, "ada@example.com", NEW_PASSWORD)).status_code == 200
        assert (await change(owner, PASSWORD, current_password=NEW_PASSWORD)).status_code == 204
        assert await sent.subjects_to("ada@example.com") >= {"Your password was reset", "Your password was changed"}
        assert (await owner.delete("/api/users/me")).status_code == 204
    assert "Your account was deleted" in await sent.subjects_to("ada@example.com")


@pytest.mark.parametrize("change", [change for change in CredentialsChange if not change.gives_access])
async def test_no_limit_refuses_a_change_that_an_owner_may_need(
    limited: FastAPI, connection: AsyncConnection, change: CredentialsChange
) -> None:
    for _ in range(25):
        async with factory_of(limited).unit_of_work(Actor(USER), Context(ClientInfo("203.0.113.1"))) as work:
            work.identity.audit.record(SecurityEventKind.SIGNED_UP, USER)
            work.identity.audit.warn_owner(USER, change)
    written = await connection.execute(text("SELECT count(*) FROM security_events"))
    assert (written.scalar_one(), await jobs_of(connection, "warn_of_changed_credentials")) == (25, 20)


async def test_accounts_of_strangers_neither_use_up_an_owners_notices_nor_fill_the_mailbox(
    limited: FastAPI, browsing: httpx.AsyncClient, connection: AsyncConnection
) -> None:
    await sign_up_proved(browsing, email="ada+own@example.com")
    for number in range(3):
        async with browser(limited) as stranger:
            await sign_up(stranger, email=f"ada+{number}@example.com")
            for to in range(9):
                await stranger.post("/api/auth/change-email", json={"email": f"sink{number}{to}@example.com"})
    assert await jobs_of(connection, "warn_of_changed_credentials") == 20
    assert (await browsing.post("/api/auth/change-email", json={"email": "new@example.com"})).status_code == 202
    assert (await browsing.delete("/api/users/me")).status_code == 204


async def test_signing_up_again_and_again_fills_no_mailbox(
    browsing: httpx.AsyncClient, connection: AsyncConnection
) -> None:
    for number in range(8):
        body = {"email": f"victim+{number}@example.com", "password": PASSWORD}
        assert (await browsing.post("/api/auth/signup", json=body)).status_code == 201
    assert await jobs_of(connection, "welcome_new_user") == 3
