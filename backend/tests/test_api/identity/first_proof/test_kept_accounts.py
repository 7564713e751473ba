"""A user who proves the address of an account that they hold keeps the account."""

import httpx2 as httpx
import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.identity.one_time_token import TokenPurpose
from service.factory import Factory
from tests.conftest import browser
from tests.support.api_tokens import create_token, program
from tests.support.credentials import NEW_PASSWORD, is_signed_in, kinds_of_events, sign_in
from tests.support.emails import Emails
from tests.support.first_proof import OWNER, by_reset, left, verify_by_link
from tests.support.helpers import PASSWORD, app_of, error_of, prove_address, sign_up, sign_up_proved
from tests.support.openid_provider import Provider
from tests.support.second_factors import enable_mfa


async def test_the_welcome_link_keeps_the_session_and_the_password_that_it_is_followed_with(
    app: FastAPI, client: httpx.AsyncClient, emails: Emails
) -> None:
    await sign_up(client, email=OWNER)
    async with browser(app) as other:
        assert (await sign_in(other, OWNER)).status_code == 200
        assert (await verify_by_link(client, emails)).status_code == 204
        assert await is_signed_in(client)
        assert not await is_signed_in(other)
        assert (await sign_in(other, OWNER)).status_code == 200


async def test_the_password_proves_on_another_device_that_the_account_is_held(
    client: httpx.AsyncClient, ada: httpx.AsyncClient, emails: Emails
) -> None:
    await sign_up(client, email=OWNER)
    wrong = await verify_by_link(ada, emails, password="not the password")
    assert (wrong.status_code, error_of(wrong)["code"]) == (400, "WRONG_PASSWORD")
    assert await is_signed_in(client)
    assert (await verify_by_link(ada, emails, password=PASSWORD)).status_code == 204
    signed_in = await sign_in(ada, OWNER)
    assert signed_in.json()["data"]["is_verified"] is True


async def test_a_session_of_another_account_proves_nothing_about_this_one(
    mallory: httpx.AsyncClient, ada: httpx.AsyncClient, emails: Emails
) -> None:
    await sign_up(ada, email="ada.at.work@example.com")
    assert (await verify_by_link(ada, emails)).status_code == 204
    assert not await is_signed_in(mallory)
    assert await is_signed_in(ada)


@pytest.mark.parametrize("signed_in_elsewhere", [False, True])
async def test_a_proof_that_is_good_for_the_holder_only_removes_nothing(
    client: httpx.AsyncClient, ada: httpx.AsyncClient, emails: Emails, *, signed_in_elsewhere: bool
) -> None:
    await sign_up(client, email=OWNER)
    if signed_in_elsewhere:
        await sign_up(ada, email="ada.at.work@example.com")
    token = await emails.token(OWNER, TokenPurpose.VERIFY_EMAIL)
    await client.post("/api/auth/change-email", json={"email": "next@example.com"})
    changing = await emails.token("next@example.com", TokenPurpose.CHANGE_EMAIL)
    proof = {"token": token, "only_as_holder": True}
    for path, body in (("verify-email", proof), ("confirm-email-change", {**proof, "token": changing})):
        refused = await ada.post(f"/api/auth/{path}", json=body)
        assert (refused.status_code, error_of(refused)["code"]) == (403, "HOLDER_REQUIRED")
    assert await is_signed_in(client)
    allowed = await ada.post("/api/auth/verify-email", json={**proof, "password": PASSWORD})
    assert allowed.status_code == 204


async def test_passwords_tried_with_a_link_are_limited(
    mallory: httpx.AsyncClient, ada: httpx.AsyncClient, emails: Emails, factory: Factory
) -> None:
    token = await emails.token(OWNER, TokenPurpose.VERIFY_EMAIL)
    resources = factory.resources.identity
    resources.settings = resources.settings.model_copy(update={"rate_limits_enabled": True})
    statuses = []
    for number in range(6):
        answer = await ada.post("/api/auth/verify-email", json={"token": token, "password": f"guess {number}"})
        statuses.append(answer.status_code)
    assert statuses == [400] * 5 + [429]


@pytest.mark.parametrize("purpose", [TokenPurpose.VERIFY_EMAIL, TokenPurpose.CHANGE_EMAIL])
async def test_a_wrong_password_with_a_link_is_in_the_audit_log(
    client: httpx.AsyncClient,
    ada: httpx.AsyncClient,
    emails: Emails,
    connection: AsyncConnection,
    purpose: TokenPurpose,
) -> None:
    await sign_up(client, email=OWNER)
    await client.post("/api/auth/change-email", json={"email": "next@example.com"})
    address, path = {
        TokenPurpose.VERIFY_EMAIL: (OWNER, "/api/auth/verify-email"),
        TokenPurpose.CHANGE_EMAIL: ("next@example.com", "/api/auth/confirm-email-change"),
    }[purpose]
    answer = await ada.post(path, json={"token": await emails.token(address, purpose), "password": "a guess"})
    assert error_of(answer)["code"] == "WRONG_PASSWORD"
    assert (await kinds_of_events(connection))[-1] == "reauthentication_failed"


async def test_a_later_proof_removes_nothing(
    client: httpx.AsyncClient, ada: httpx.AsyncClient, emails: Emails, provider: Provider, connection: AsyncConnection
) -> None:
    user = await sign_up_proved(client, email=OWNER)
    token = (await create_token(client))["token"]
    await enable_mfa(client)
    await by_reset(ada, emails, provider)
    async with program(app_of(ada), token) as script:
        assert await is_signed_in(script)
    assert error_of(await sign_in(ada, user["email"], NEW_PASSWORD))["code"] == "MFA_REQUIRED"
    assert (await left(connection))["recovery_codes"] == 10


@pytest.mark.parametrize("with_password", [False, True])
async def test_a_new_address_that_the_holder_confirms_removes_no_credential(
    client: httpx.AsyncClient, ada: httpx.AsyncClient, emails: Emails, *, with_password: bool
) -> None:
    await sign_up_proved(client, email=OWNER)
    await create_token(client)
    await client.post("/api/auth/change-email", json={"email": "next@example.com"})
    token = await emails.token("next@example.com", TokenPurpose.CHANGE_EMAIL)
    body = {"token": token, **({"password": PASSWORD} if with_password else {})}
    answer = await (ada if with_password else client).post("/api/auth/confirm-email-change", json=body)
    assert answer.status_code == 204
    assert await is_signed_in(client) != with_password  # with the password it is confirmed in another browser
    await sign_in(client, "next@example.com")
    assert len((await client.get("/api/auth/tokens")).json()["data"]) == 1


async def test_an_account_is_not_moved_to_the_address_of_a_person_who_does_not_hold_it(
    app: FastAPI, mallory: httpx.AsyncClient, ada: httpx.AsyncClient, emails: Emails
) -> None:
    await prove_address(mallory)
    token = (await create_token(mallory))["token"]
    await mallory.post("/api/auth/change-email", json={"email": "next@example.com"})
    link_token = await emails.token("next@example.com", TokenPurpose.CHANGE_EMAIL)
    assert (await ada.post("/api/auth/confirm-email-change", json={"token": link_token})).status_code == 204
    assert not await is_signed_in(mallory)
    async with program(app, token) as script:
        assert not await is_signed_in(script)
    assert (await sign_in(mallory, "next@example.com")).status_code == 401
