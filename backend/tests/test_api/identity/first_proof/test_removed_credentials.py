"""The first proof of an address hands the account over; until then nothing that lasts can be put on it.

An attacker can sign up with the address of another person, prepare the account, and wait until the owner uses it.
"""

from typing import Any
from unittest.mock import patch

import httpx2 as httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.identity.one_time_token import TokenPurpose
from repository.base_model import BaseTableModel
from repository.identity.credential_repository import CredentialRepository
from repository.ownership import declared
from service.factory import Factory
from tests.conftest import browser
from tests.support.api_tokens import create_token, program
from tests.support.authenticators import PasskeyAuthenticator
from tests.support.credentials import is_signed_in, sign_in
from tests.support.emails import Emails
from tests.support.first_proof import MAKE_UNPROVED, OWNER, WAYS, Proof, by_provider, by_reset, by_welcome_link, left
from tests.support.helpers import app_of, error_of, prove_address
from tests.support.openid_provider import Provider
from tests.support.openid_sign_in import link, sign_in_at_provider
from tests.support.second_factors import add_passkey, begin_sign_in, enable_mfa, sign_in_with
from tests.test_architecture.source import import_modules


async def leave_credentials(mallory: httpx.AsyncClient, emails: Emails, provider: Provider) -> tuple[str, Any]:
    """Add all that lets a person in to the account, as an older release allowed. Return a token and a passkey."""
    await prove_address(mallory)
    token = (await create_token(mallory, "read"))["token"]
    passkey, _ = await add_passkey(mallory, PasskeyAuthenticator())
    await link(mallory, provider)
    await enable_mfa(mallory)
    await mallory.post("/api/auth/change-email", json={"email": "next@example.com"})
    await emails.to(OWNER)
    return token, passkey


@pytest.mark.parametrize("prove", WAYS, ids=lambda prove: prove.__name__)
async def test_a_proved_address_removes_older_credentials(
    app: FastAPI,
    mallory: httpx.AsyncClient,
    ada: httpx.AsyncClient,
    emails: Emails,
    provider: Provider,
    connection: AsyncConnection,
    prove: Proof,
) -> None:
    await emails.to(OWNER)  # the welcome mail and its link, before anything is verified
    token, passkey = await leave_credentials(mallory, emails, provider)
    async with browser(app) as pending:
        await begin_sign_in(pending, {"email": OWNER})
    await connection.execute(text(MAKE_UNPROVED))

    await prove(ada, emails, provider)

    links = {"one_time_tokens": 0, **({"external_identities": 1} if prove is by_provider else {})}
    assert await left(connection) == links
    assert (await connection.execute(text("SELECT count(*) FROM pending_sign_ins"))).scalar_one() == 0
    assert not await is_signed_in(mallory)
    assert (await mallory.post("/api/auth/refresh")).status_code == 401
    async with program(app, token) as script, browser(app) as again:
        assert not await is_signed_in(script)
        assert (await sign_in_with(again, passkey)).status_code == 401
        for email in (OWNER, "next@example.com"):
            assert error_of(await sign_in(again, email))["code"] == "INVALID_CREDENTIALS"
        provider.user = {"sub": "mallory", "email": "mallory@example.com", "email_verified": False}
        assert "error=" in (await sign_in_at_provider(again, provider)).headers["Location"]
    kinds = await connection.execute(text("SELECT details FROM security_events WHERE kind = 'credentials_removed'"))
    (removed,) = kinds.scalars()
    assert (removed["api_tokens"], removed["passkeys"], removed["recovery_codes"]) == (1, 1, 10)


@pytest.mark.parametrize("prove", [by_reset, by_welcome_link], ids=lambda prove: prove.__name__)
async def test_a_link_that_was_asked_for_before_the_proof_does_not_take_the_account_back(
    mallory: httpx.AsyncClient, ada: httpx.AsyncClient, emails: Emails, provider: Provider, prove: Proof
) -> None:
    await mallory.post("/api/auth/change-email", json={"email": "mallory@example.com"})
    token = await emails.token("mallory@example.com", TokenPurpose.CHANGE_EMAIL)
    await prove(ada, emails, provider)
    late = await mallory.post("/api/auth/confirm-email-change", json={"token": token})
    assert error_of(late)["code"] == "INVALID_LINK"


async def test_a_session_that_has_just_ended_leaves_no_link_behind(
    mallory: httpx.AsyncClient, factory: Factory, connection: AsyncConnection
) -> None:
    with patch.object(factory.identities, "_max_age", 60.0):  # another process remembers it for a moment
        assert await is_signed_in(mallory)
        await connection.execute(text("UPDATE sessions SET revoked_at = now()"))
        assert await is_signed_in(mallory)
        refused = await mallory.post("/api/auth/change-email", json={"email": "mallory@example.com"})
    assert refused.status_code == 401
    assert (await left(connection))["one_time_tokens"] == 0


async def test_a_provider_that_does_not_vouch_for_the_address_proves_nothing(
    mallory: httpx.AsyncClient, ada: httpx.AsyncClient, provider: Provider
) -> None:
    provider.user = {"sub": "ada", "email": OWNER, "email_verified": False}
    answer = await sign_in_at_provider(ada, provider)
    assert answer.headers["Location"].endswith("error=EMAIL_NOT_VERIFIED_BY_PROVIDER")
    assert await is_signed_in(mallory)


async def test_a_deactivated_account_is_not_claimed_through_a_provider(
    mallory: httpx.AsyncClient, ada: httpx.AsyncClient, provider: Provider, connection: AsyncConnection
) -> None:
    await connection.execute(text("UPDATE users SET is_active = false"))
    provider.user = {"sub": "ada", "email": OWNER, "email_verified": True}
    assert (await sign_in_at_provider(ada, provider)).headers["Location"].endswith("error=ACCOUNT_DEACTIVATED")


@pytest.mark.parametrize("prove", [by_reset, by_welcome_link], ids=lambda prove: prove.__name__)
async def test_an_account_that_an_administrator_marked_verified_is_still_to_be_proved(
    mallory: httpx.AsyncClient,
    ada: httpx.AsyncClient,
    emails: Emails,
    provider: Provider,
    connection: AsyncConnection,
    prove: Proof,
) -> None:
    await emails.to(OWNER)
    await connection.execute(text("UPDATE users SET is_verified = true"))
    token = (await create_token(mallory))["token"]
    await prove(ada, emails, provider)
    async with program(app_of(ada), token) as script:
        assert not await is_signed_in(script)
    assert not await is_signed_in(mallory)


# Every table


# Rows of a user that are no credential: a copy of their data, and rows that no session reads. The session repository
# ends the latter two.
NO_CREDENTIALS = {"data_exports", "idempotency_keys", "sessions", "pending_sign_ins"}


def test_every_table_of_credentials_is_emptied_by_the_first_proof() -> None:
    import_modules("repository")
    tables = BaseTableModel.metadata.tables.values()
    of_users = {
        table.name
        for table in tables
        if "user_id" in table.c or any(key.column.table.name == "users" for key in table.foreign_keys)
    }
    emptied = {table.__tablename__ for table in CredentialRepository.tables}
    shown = {str(kind.table.__table__) for kind in declared()}  # sessions read these, so they hold no credentials
    assert of_users - shown - NO_CREDENTIALS == emptied
