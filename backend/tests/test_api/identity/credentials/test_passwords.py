"""Changing a password, and the passwords that are refused."""

import asyncio

import httpx2 as httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from core import product
from domain.identity.one_time_token import TokenPurpose
from tests.conftest import browser
from tests.support.cookies import REFRESH
from tests.support.credentials import (
    NEW_PASSWORD,
    change,
    forget,
    grow_old,
    is_signed_in,
    reset,
    sign_in,
)
from tests.support.emails import Emails
from tests.support.helpers import PASSWORD, error_of, sign_up
from tests.support.locks import END_OF_SESSIONS, meet, until_a_lock_is_awaited
from tests.support.resource import SIGNED_IN, Access

# Changing a password


ACCESS = {
    ("POST", "/api/auth/change-password"): Access(
        SIGNED_IN, {"current_password": "a wrong password", "new_password": "a long password"}
    ),
}


async def test_a_changed_password_ends_all_other_sessions_and_renews_its_own(
    client: httpx.AsyncClient, app: FastAPI, emails: Emails
) -> None:
    user = await sign_up(client)
    old_refresh = client.cookies[REFRESH]
    async with browser(app) as thief, browser(app) as phone:
        await sign_in(phone, user["email"])
        thief.cookies.set(REFRESH, old_refresh)
        assert (await change(client)).status_code == 204
        assert client.cookies[REFRESH] != old_refresh
        assert not await is_signed_in(phone)
        assert (await phone.post("/api/auth/refresh")).status_code == 401
        assert (await thief.post("/api/auth/refresh")).status_code == 401
    assert await is_signed_in(client)
    assert (await client.post("/api/auth/refresh")).status_code == 200
    assert (await sign_in(client, user["email"])).status_code == 401
    assert (await sign_in(client, user["email"], NEW_PASSWORD)).status_code == 200
    assert "Your password was changed" in await emails.subjects_to(user["email"])


async def test_a_program_keeps_its_token_and_gets_no_cookies(client: httpx.AsyncClient, app: FastAPI) -> None:
    user = await sign_up(client)
    async with browser(app) as program:
        token = await program.post("/api/auth/token", data={"username": user["email"], "password": PASSWORD})
        program.headers["Authorization"] = f"Bearer {token.json()['access_token']}"
        response = await change(program)
        assert response.status_code == 204
        assert "set-cookie" not in response.headers
        assert await is_signed_in(program)
    assert not await is_signed_in(client)


@pytest.mark.parametrize("current", ["wrong password", None, ""])
async def test_the_current_password_is_needed(
    client: httpx.AsyncClient, connection: AsyncConnection, current: str | None
) -> None:
    user = await sign_up(client)
    response = await change(client, current_password=current)
    assert (response.status_code, error_of(response)["internal_code"]) == (400, 40002)
    assert (await sign_in(client, user["email"])).status_code == 200


async def test_changing_a_password_needs_a_session(client: httpx.AsyncClient) -> None:
    assert (await change(client)).status_code == 401


@pytest.mark.race
async def test_of_many_changes_at_once_from_one_password_exactly_one_succeeds(committing_app: FastAPI) -> None:
    async with browser(committing_app) as client:
        user = await sign_up(client)
        cookies = dict(client.cookies)

        async def attempt(number: int) -> int:
            async with browser(committing_app) as tab:
                tab.cookies.update(cookies)
                return (await change(tab, f"{NEW_PASSWORD} {number}")).status_code

        async with asyncio.TaskGroup() as group:
            attempts = [group.create_task(attempt(number)) for number in range(10)]
        answers = [attempt.result() for attempt in attempts]
        assert sorted(answers) == [204] + [400] * 9
        winner = f"{NEW_PASSWORD} {answers.index(204)}"
        assert (await sign_in(client, user["email"], winner)).status_code == 200


@pytest.mark.race
async def test_a_sign_in_that_replaces_a_session_waits_for_a_change_of_the_password_and_holds_nothing(
    committing_app: FastAPI, engine: AsyncEngine
) -> None:
    async with browser(committing_app) as client:
        user = await sign_up(client)
        async with engine.connect() as changing:  # does what a change does, one step at a time
            await changing.execute(text("UPDATE users SET name = 'Ada'"))
            async with asyncio.TaskGroup() as group:
                signing_in = group.create_task(sign_in(client, user["email"]))
                await until_a_lock_is_awaited(engine)
                await changing.execute(text("UPDATE sessions SET revoked_at = now()"))
                await changing.commit()
        assert signing_in.result().status_code == 200


@pytest.mark.race
async def test_a_session_that_has_just_ended_changes_no_password(committing_app: FastAPI, engine: AsyncEngine) -> None:
    async with browser(committing_app) as client:
        user = await sign_up(client)
        assert (await meet(engine, END_OF_SESSIONS, change(client))).status_code == 401
        assert (await sign_in(client, user["email"])).status_code == 200


async def test_the_first_password_needs_a_recent_proof_and_no_other(
    client: httpx.AsyncClient, connection: AsyncConnection
) -> None:
    user = await sign_up(client)
    await connection.execute(text("UPDATE users SET password_hash = NULL"))
    assert (await sign_in(client, user["email"])).status_code == 401
    await grow_old(connection)
    refused = await change(client, current_password=None)
    assert (refused.status_code, error_of(refused)["internal_code"]) == (403, 40202)
    await connection.execute(text("UPDATE sessions SET authenticated_at = now()"))
    assert (await change(client, current_password=None)).status_code == 204
    assert (await sign_in(client, user["email"], NEW_PASSWORD)).status_code == 200


# Which passwords are refused


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("password", 40003),
        ("PassWord1", 40003),
        ("iloveyou", 40003),
        ("qwertyuiop", 40003),
        ("1234567890", 40003),
        ("trustno1", 40003),
        (f"{product.SLUG}-{product.SLUG}2026", 40004),
        (f"{product.NAME}-{product.NAME}", 40004),
        ("grace.hopper", 40004),
        ("hopper1906", 40004),
    ],
)
async def test_what_attackers_try_first_is_refused_at_sign_up_change_and_reset(
    client: httpx.AsyncClient, emails: Emails, password: str, code: int
) -> None:
    user = await sign_up(client, email="grace.hopper@example.com")
    await forget(client, user["email"])
    token = await emails.token(user["email"], TokenPurpose.RESET_PASSWORD)
    body = {"email": "grace.hopper@example.org", "password": password}
    answers = {
        "password": await client.post("/api/auth/signup", json=body),
        "new_password": await change(client, password),
    }
    for field, response in {**answers, "password ": await reset(client, token, password)}.items():
        error = error_of(response)
        assert (response.status_code, error["internal_code"]) == (400, code), field
        assert error["details"] == [{"field": field.strip(), "message": error["message"]}]
    assert (await sign_in(client, user["email"])).status_code == 200


@pytest.mark.parametrize(
    "password", [f"{product.SLUG} is what I build on, all day long", "grace under pressure", "qzjxwvbkgpfmyud"]
)
async def test_a_word_that_is_known_may_be_part_of_a_long_password(client: httpx.AsyncClient, password: str) -> None:
    await sign_up(client, email="grace.hopper@example.com", password=password)
