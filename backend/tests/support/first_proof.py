"""Ways in which an address is proved, and what is left of the account after that."""

from collections.abc import Awaitable, Callable

import httpx2 as httpx
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.identity.one_time_token import TokenPurpose
from repository.identity.credential_repository import CredentialRepository
from tests.support.credentials import (
    forget,
    reset,
)
from tests.support.emails import Emails
from tests.support.openid_provider import Provider
from tests.support.openid_sign_in import sign_in_at_provider

OWNER = "ada@example.com"


MAKE_UNPROVED = "UPDATE users SET is_verified = false, proved_at = NULL"


async def verify_by_link(ada: httpx.AsyncClient, emails: Emails, **body: str) -> httpx.Response:
    token = await emails.token(OWNER, TokenPurpose.VERIFY_EMAIL)
    return await ada.post("/api/auth/verify-email", json={"token": token, **body})


# The first proof, by every way


async def by_reset(ada: httpx.AsyncClient, emails: Emails, _: Provider) -> None:
    await forget(ada, OWNER)
    assert (await reset(ada, await emails.token(OWNER, TokenPurpose.RESET_PASSWORD))).status_code == 204


async def by_welcome_link(ada: httpx.AsyncClient, emails: Emails, _: Provider) -> None:
    assert (await verify_by_link(ada, emails)).status_code == 204


async def by_provider(ada: httpx.AsyncClient, _: Emails, provider: Provider) -> None:
    provider.user = {"sub": "ada", "email": OWNER, "email_verified": True}
    assert (await sign_in_at_provider(ada, provider)).headers["Location"] == "/dashboard"
    account = (await ada.get("/api/users/me")).json()["data"]
    assert (account["email"], account["is_verified"]) == (OWNER, True)


async def by_change_of_address(ada: httpx.AsyncClient, emails: Emails, _: Provider) -> None:
    token = await emails.token("next@example.com", TokenPurpose.CHANGE_EMAIL)
    assert (await ada.post("/api/auth/confirm-email-change", json={"token": token})).status_code == 204


Proof = Callable[[httpx.AsyncClient, Emails, Provider], Awaitable[None]]


WAYS: list[Proof] = [by_reset, by_welcome_link, by_provider, by_change_of_address]


async def left(connection: AsyncConnection) -> dict[str, int]:
    """Return how many rows each table of credentials has, if it has any; that of links in any case."""
    tables = [table.__tablename__ for table in CredentialRepository.tables]
    counts = {name: (await connection.execute(text(f"SELECT count(*) FROM {name}"))).scalar_one() for name in tables}
    return {name: number for name, number in counts.items() if number or name == "one_time_tokens"}
