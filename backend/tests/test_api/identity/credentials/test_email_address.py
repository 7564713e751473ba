"""Verifying and changing an address, as its owner and as an attacker."""

import asyncio

import httpx2 as httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from core.email import Mailbox
from domain.identity.one_time_token import TokenPurpose
from service.factory import Factory
from tests.conftest import browser
from tests.support.credentials import change, grow_old, is_signed_in, sign_in
from tests.support.emails import Emails
from tests.support.helpers import PASSWORD, error_of, sign_up, sign_up_proved
from tests.support.resource import PUBLIC, SIGNED_IN, Access

# Verifying an address


ACCESS = {
    ("POST", "/api/auth/verify-email"): Access(PUBLIC, {"token": "no such token"}),
    ("POST", "/api/auth/resend-verification"): Access(SIGNED_IN),
    ("POST", "/api/auth/change-email"): Access(SIGNED_IN, {"email": "a@example.com"}),
    ("POST", "/api/auth/confirm-email-change"): Access(PUBLIC, {"token": "no such token"}),
}


async def test_the_welcome_mail_verifies_the_address(client: httpx.AsyncClient, emails: Emails) -> None:
    user = await sign_up(client, name="Ada")
    token = await emails.token(user["email"], TokenPurpose.VERIFY_EMAIL)
    assert len(await emails.to(user["email"])) == 1
    assert (await client.post("/api/auth/verify-email", json={"token": token})).status_code == 204
    assert (await client.get("/api/users/me")).json()["data"]["is_verified"] is True
    again = await client.post("/api/auth/verify-email", json={"token": token})
    assert (again.status_code, error_of(again)["internal_code"]) == (400, 40005)


async def test_a_new_verification_link_kills_the_old_one(client: httpx.AsyncClient, emails: Emails) -> None:
    user = await sign_up(client)
    old = await emails.token(user["email"], TokenPurpose.VERIFY_EMAIL)
    assert (await client.post("/api/auth/resend-verification")).status_code == 202
    new = await emails.token(user["email"], TokenPurpose.VERIFY_EMAIL)
    assert (await client.post("/api/auth/verify-email", json={"token": old})).status_code == 400
    assert (await client.post("/api/auth/verify-email", json={"token": new})).status_code == 204


async def test_a_verified_address_gets_no_further_link(client: httpx.AsyncClient, emails: Emails) -> None:
    user = await sign_up(client)
    token = await emails.token(user["email"], TokenPurpose.VERIFY_EMAIL)
    await client.post("/api/auth/verify-email", json={"token": token})
    assert (await client.post("/api/auth/resend-verification")).status_code == 202
    assert len(await emails.to(user["email"])) == 1


async def test_a_user_who_is_verified_already_is_welcomed_without_a_link(
    client: httpx.AsyncClient, connection: AsyncConnection, emails: Emails
) -> None:
    user = await sign_up(client)
    await connection.execute(text("UPDATE users SET is_verified = true"))
    (mail,) = await emails.to(user["email"])
    assert "Welcome" in mail
    assert "#token=" not in mail


async def test_resending_needs_a_session(client: httpx.AsyncClient) -> None:
    assert (await client.post("/api/auth/resend-verification")).status_code == 401


# Changing an address


async def test_an_address_changes_when_the_new_one_is_confirmed_and_not_before(
    client: httpx.AsyncClient, app: FastAPI, emails: Emails
) -> None:
    user = await sign_up_proved(client)
    assert (await client.post("/api/auth/change-email", json={"email": "New@Example.com"})).status_code == 202
    token = await emails.token("new@example.com", TokenPurpose.CHANGE_EMAIL)
    assert (await client.get("/api/users/me")).json()["data"]["email"] == user["email"]
    assert "Your email address is about to change" in await emails.subjects_to(user["email"])
    async with browser(app) as elsewhere:
        body = {"token": token, "password": PASSWORD}
        confirmed = await elsewhere.post("/api/auth/confirm-email-change", json=body)
    assert confirmed.status_code == 204
    assert "Your email address was changed" in await emails.subjects_to(user["email"])
    assert await emails.subjects_to("new@example.com") == {"Confirm your new email address"}
    assert (await sign_in(client, user["email"])).status_code == 401
    assert not await is_signed_in(client)  # the link was followed elsewhere
    account = (await sign_in(client, "new@example.com")).json()["data"]
    assert (account["email"], account["is_verified"]) == ("new@example.com", True)


async def test_another_address_ends_every_other_session(
    client: httpx.AsyncClient, app: FastAPI, emails: Emails
) -> None:
    user = await sign_up_proved(client)
    async with browser(app) as elsewhere:
        await sign_in(elsewhere, user["email"])
        await client.post("/api/auth/change-email", json={"email": "new@example.com"})
        token = await emails.token("new@example.com", TokenPurpose.CHANGE_EMAIL)
        assert (await client.post("/api/auth/confirm-email-change", json={"token": token})).status_code == 204
        assert not await is_signed_in(elsewhere)
    assert await is_signed_in(client)


async def test_changing_an_address_needs_a_recent_proof(client: httpx.AsyncClient, connection: AsyncConnection) -> None:
    body = {"email": "new@example.com"}
    assert (await client.post("/api/auth/change-email", json=body)).status_code == 401
    await sign_up(client)
    await grow_old(connection)
    response = await client.post("/api/auth/change-email", json=body)
    assert (response.status_code, error_of(response)["internal_code"]) == (403, 40202)


async def test_an_address_that_was_taken_meanwhile_stays_with_its_owner(
    client: httpx.AsyncClient, app: FastAPI, emails: Emails
) -> None:
    await sign_up(client)
    assert (await client.post("/api/auth/change-email", json={"email": "new@example.com"})).status_code == 202
    token = await emails.token("new@example.com", TokenPurpose.CHANGE_EMAIL)
    async with browser(app) as faster:
        await sign_up(faster, email="new@example.com")
    response = await client.post("/api/auth/confirm-email-change", json={"token": token})
    assert (response.status_code, error_of(response)["internal_code"]) == (400, 40001)


async def test_changing_the_password_stops_a_change_of_address(client: httpx.AsyncClient, emails: Emails) -> None:
    user = await sign_up(client)
    await client.post("/api/auth/change-email", json={"email": "thief@example.com"})
    token = await emails.token("thief@example.com", TokenPurpose.CHANGE_EMAIL)
    await change(client)
    assert (await client.post("/api/auth/confirm-email-change", json={"token": token})).status_code == 400
    assert (await client.get("/api/users/me")).json()["data"]["email"] == user["email"]


@pytest.mark.race
@pytest.mark.parametrize("purpose", [TokenPurpose.VERIFY_EMAIL, TokenPurpose.CHANGE_EMAIL])
async def test_of_many_confirmations_of_an_address_at_once_exactly_one_succeeds(
    committing_app: FastAPI, committing_factory: Factory, mailbox: Mailbox, purpose: TokenPurpose
) -> None:
    changes = purpose is TokenPurpose.CHANGE_EMAIL
    async with browser(committing_app) as client:
        email = (await sign_up(client))["email"]
        if changes:
            email = "ada@new.example.com"
            await client.post("/api/auth/change-email", json={"email": email})
        token = await Emails(committing_factory, mailbox).token(email, purpose)
        path = "/api/auth/confirm-email-change" if changes else "/api/auth/verify-email"
        async with asyncio.TaskGroup() as group:
            attempts = [group.create_task(client.post(path, json={"token": token})) for _ in range(10)]
        assert sorted(attempt.result().status_code for attempt in attempts) == [204] + [400] * 9
