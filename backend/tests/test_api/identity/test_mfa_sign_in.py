"""Signing in with a second factor: what the password opens, and how codes are judged."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any
from uuid import uuid4

import httpx2 as httpx
import pytest
from fastapi import FastAPI, Response
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from api.cookies import SessionCookies
from core.email import Mailbox
from core.settings import Environment, Settings
from domain.identity.mfa import SealedSeed
from domain.session import InvalidCredentials
from service.factory import Factory
from service.identity.totp import TotpCodes
from tests.conftest import browser, run_due_jobs
from tests.support.authenticators import AuthenticatorApp
from tests.support.cookies import ACCESS_COOKIE, DEVICE, PENDING, REFRESH, SESSION_MARK
from tests.support.credentials import kinds_of_events
from tests.support.helpers import PASSWORD, error_of, refusal_of, sign_up_proved
from tests.support.locks import until_a_lock_is_awaited
from tests.support.resource import PUBLIC, Access
from tests.support.second_factors import (
    add_passkey,
    begin_sign_in,
    enable_mfa,
    mfa_status,
    sign_in_options,
    verify,
)

# Signing in


ACCESS = {
    ("POST", "/api/auth/mfa/verify"): Access(PUBLIC, {"code": "000000"}),
}


async def test_the_right_password_opens_no_session_but_names_the_methods(
    client: httpx.AsyncClient, app: FastAPI, connection: AsyncConnection
) -> None:
    user = await sign_up_proved(client)
    await enable_mfa(client)
    async with browser(app) as phone:
        response = await begin_sign_in(phone, user)
        assert (error_of(response)["code"], error_of(response)["internal_code"]) == ("MFA_REQUIRED", 40110)
        assert [detail["field"] for detail in error_of(response)["details"]] == ["totp", "recovery_code"]
        (cookie,) = response.headers.get_list("set-cookie")
        assert cookie.startswith(f"{PENDING}=")
        for attribute in ("HttpOnly", "SameSite=lax", "Path=/", "Max-Age=300"):
            assert attribute in cookie
        assert "Domain" not in cookie
        assert phone.cookies[PENDING] not in response.text
        assert (await phone.get("/api/users/me")).status_code == 401
        assert (await phone.post("/api/auth/refresh")).status_code == 401
    await add_passkey(client)
    response = await begin_sign_in(client, user)
    assert [detail["field"] for detail in error_of(response)["details"]] == ["totp", "recovery_code", "passkey"]
    assert (await connection.execute(text("SELECT count(*) FROM sessions"))).scalar_one() == 1


def test_in_production_the_cookie_of_a_begun_sign_in_belongs_to_this_host(settings: Settings) -> None:
    response = Response()
    cookies = SessionCookies.from_settings(settings.model_copy(update={"environment": Environment.PRODUCTION}))
    cookies.set_pending(response, "token")
    cookies.clear_pending(response)
    for cookie in response.headers.getlist("set-cookie"):
        assert cookie.startswith("__Host-mfa=")
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=lax"} <= set(cookie.split("; "))


async def test_a_code_completes_the_sign_in_with_a_session_of_its_own(
    client: httpx.AsyncClient, app: FastAPI, connection: AsyncConnection
) -> None:
    user = await sign_up_proved(client)
    authenticator, _ = await enable_mfa(client)
    async with browser(app) as phone:
        await begin_sign_in(phone, user)
        response = await verify(phone, code=await authenticator.next_code())
        assert response.status_code == 200, response.text
        assert response.json()["data"] == user
        assert set(phone.cookies) == {ACCESS_COOKIE, DEVICE, REFRESH, SESSION_MARK}
        assert "token" not in response.text
        assert (await phone.get("/api/users/me")).json()["data"] == user
    sessions = await connection.execute(text("SELECT count(DISTINCT id) FROM sessions"))
    assert sessions.scalar_one() == 2
    assert (await kinds_of_events(connection))[-2:] == ["second_factor_asked", "signed_in"]


async def test_a_code_works_once_and_none_before_it_works_later(client: httpx.AsyncClient) -> None:
    user = await sign_up_proved(client)
    authenticator, _ = await enable_mfa(client)
    earlier, later = await authenticator.next_code(), await authenticator.next_code()
    await begin_sign_in(client, user)
    assert (await verify(client, code=later)).status_code == 200
    await begin_sign_in(client, user)
    for used in (later, earlier):
        assert refusal_of(await verify(client, code=used)) == (401, "INVALID_SECOND_FACTOR")


def test_codes_of_one_step_before_and_after_are_good_and_no_others(settings: Settings) -> None:
    totp, now = TotpCodes(settings), 1_800_000_015.0
    enrollment, sealed = totp.enroll("ada@example.com")
    seed, app = SealedSeed(uuid4(), sealed), AuthenticatorApp(enrollment.secret)
    found = {step: totp.matching_step(seed, app.code(at=now + step * 30), at=now) for step in range(-4, 5)}
    this_step = int(now // 30)
    expected = {step: this_step + step if abs(step) <= 1 else None for step in range(-4, 5)}
    assert found == expected


@pytest.mark.race
async def test_after_five_tries_a_sign_in_is_over_although_every_answer_was_a_refusal(committing_app: FastAPI) -> None:
    async with browser(committing_app) as client:
        user = await sign_up_proved(client)
        authenticator, codes = await enable_mfa(client)
        await begin_sign_in(client, user)
        for _ in range(5):
            wrong = await verify(client, code=authenticator.wrong_code())
            assert refusal_of(wrong) == (401, "INVALID_SECOND_FACTOR")
        assert refusal_of(await verify(client, recovery_code=codes[0])) == (401, "SIGN_IN_ENDED")
        assert refusal_of(await verify(client, code=await authenticator.next_code())) == (401, "SIGN_IN_ENDED")


@pytest.mark.race
async def test_of_many_wrong_guesses_at_once_five_are_judged(committing_app: FastAPI, engine: AsyncEngine) -> None:
    async with browser(committing_app) as client:
        user = await sign_up_proved(client)
        await enable_mfa(client)
        await begin_sign_in(client, user)
        async with asyncio.TaskGroup() as group:
            attempts = [group.create_task(verify(client, recovery_code=f"guess {n}")) for n in range(40)]
    answers = [error_of(attempt.result())["code"] for attempt in attempts]
    assert sorted(answers) == ["INVALID_SECOND_FACTOR"] * 5 + ["SIGN_IN_ENDED"] * 35
    async with engine.connect() as connection:
        failed = "SELECT (details->>'times')::int FROM security_events WHERE kind = 'second_factor_failed'"
        assert (await connection.execute(text(failed))).scalars().all() == [5]


async def test_wrong_codes_in_a_row_make_the_next_one_wait_whichever_sign_in_it_is_for(
    client: httpx.AsyncClient, connection: AsyncConnection
) -> None:
    user = await sign_up_proved(client)
    authenticator, codes = await enable_mfa(client)
    await begin_sign_in(client, user)
    for _ in range(5):
        await verify(client, code=authenticator.wrong_code())
    await begin_sign_in(client, user)
    assert refusal_of(await verify(client, code=await authenticator.next_code())) == (403, "TOO_MANY_CODES")
    proof = await client.post("/api/auth/reauthenticate", json={"code": authenticator.code()})
    assert refusal_of(proof) == (403, "TOO_MANY_CODES")
    assert (await verify(client, recovery_code=codes[0])).status_code == 200


PAUSE = text("SELECT failures, extract(epoch FROM paused_until - now())::int FROM totp_seeds")
PAUSE_OVER = text("UPDATE totp_seeds SET paused_until = now()")


async def test_each_pause_is_twice_as_long_up_to_an_hour_and_a_right_code_ends_them(
    client: httpx.AsyncClient, connection: AsyncConnection
) -> None:
    await sign_up_proved(client)
    authenticator, _ = await enable_mfa(client)
    pauses = []
    for _ in range(14):
        await connection.execute(PAUSE_OVER)
        await client.post("/api/auth/reauthenticate", json={"code": authenticator.wrong_code()})
        pauses.append((await connection.execute(PAUSE)).one()[1])
    assert pauses == [None] * 4 + [30, 60, 120, 240, 480, 960, 1920, 3840, 3840, 3840]
    await connection.execute(PAUSE_OVER)
    right = await client.post("/api/auth/reauthenticate", json={"code": await authenticator.next_code()})
    assert right.status_code == 204
    assert (await connection.execute(PAUSE)).one() == (0, None)


async def test_a_begun_sign_in_is_over_after_five_minutes(
    client: httpx.AsyncClient, connection: AsyncConnection
) -> None:
    user = await sign_up_proved(client)
    _, codes = await enable_mfa(client)
    await begin_sign_in(client, user)
    await connection.execute(
        text("UPDATE pending_sign_ins SET expires_at = expires_at - interval '5 minutes 1 second'")
    )
    assert refusal_of(await verify(client, recovery_code=codes[0])) == (401, "SIGN_IN_ENDED")
    assert (await mfa_status(client))["recovery_codes_left"] == 10


async def test_without_a_begun_sign_in_no_factor_is_worth_anything(client: httpx.AsyncClient, app: FastAPI) -> None:
    user = await sign_up_proved(client)
    _, codes = await enable_mfa(client)
    assert refusal_of(await verify(client, recovery_code=codes[0])) == (401, "SIGN_IN_ENDED")
    async with browser(app) as stranger:
        stranger.cookies.set(PENDING, "made-up")
        assert refusal_of(await verify(stranger, recovery_code=codes[0])) == (401, "SIGN_IN_ENDED")
    await begin_sign_in(client, user)
    await sign_in_options(client)  # asks for a challenge within the same sign-in, and does not end it
    assert (await verify(client, recovery_code=codes[0])).status_code == 200


async def test_signing_out_everywhere_ends_begun_sign_ins_too(client: httpx.AsyncClient, app: FastAPI) -> None:
    user = await sign_up_proved(client)
    _, codes = await enable_mfa(client)
    async with browser(app) as thief:
        await begin_sign_in(thief, user)
        assert (await client.delete("/api/auth/sessions")).status_code == 204
        assert refusal_of(await verify(thief, recovery_code=codes[0])) == (401, "SIGN_IN_ENDED")


async def test_a_deactivated_user_does_not_complete_a_sign_in(
    client: httpx.AsyncClient, connection: AsyncConnection
) -> None:
    user = await sign_up_proved(client)
    _, codes = await enable_mfa(client)
    await begin_sign_in(client, user)
    await connection.execute(text("UPDATE users SET is_active = false"))
    assert refusal_of(await verify(client, recovery_code=codes[0])) == (401, "SIGN_IN_ENDED")


@asynccontextmanager
async def _begun_sign_ins(app: FastAPI, user: dict[str, Any], number: int) -> AsyncIterator[list[httpx.AsyncClient]]:
    async with AsyncExitStack() as stack:
        browsers = [await stack.enter_async_context(browser(app)) for _ in range(number)]
        async with asyncio.TaskGroup() as group:
            for one in browsers:
                group.create_task(begin_sign_in(one, user))
        yield browsers


@pytest.mark.race
async def test_of_twenty_uses_of_one_code_at_once_exactly_one_succeeds(committing_app: FastAPI) -> None:
    async with browser(committing_app) as client:
        user = await sign_up_proved(client)
        authenticator, _ = await enable_mfa(client)
    async with _begun_sign_ins(committing_app, user, 20) as browsers:
        code = await authenticator.next_code()
        async with asyncio.TaskGroup() as group:
            attempts = [group.create_task(verify(one, code=code)) for one in browsers]
    statuses = sorted(attempt.result().status_code for attempt in attempts)
    assert statuses.count(200) == 1, statuses
    assert set(statuses) <= {200, 401, 403}


@pytest.mark.race
async def test_of_twenty_uses_of_one_recovery_code_at_once_exactly_one_succeeds(committing_app: FastAPI) -> None:
    async with browser(committing_app) as client:
        user = await sign_up_proved(client)
        _, codes = await enable_mfa(client)
        async with _begun_sign_ins(committing_app, user, 20) as browsers, asyncio.TaskGroup() as group:
            attempts = [group.create_task(verify(one, recovery_code=codes[0])) for one in browsers]
        assert sorted(attempt.result().status_code for attempt in attempts) == [200] + [401] * 19
        assert (await mfa_status(client))["recovery_codes_left"] == 9


@pytest.mark.race
async def test_of_many_right_factors_for_one_sign_in_at_once_one_is_used(committing_app: FastAPI) -> None:
    async with browser(committing_app) as client:
        user = await sign_up_proved(client)
        _, codes = await enable_mfa(client)
        async with browser(committing_app) as phone:
            await begin_sign_in(phone, user)
            async with asyncio.TaskGroup() as group:
                attempts = [group.create_task(verify(phone, recovery_code=code)) for code in codes]
        assert sorted(attempt.result().status_code for attempt in attempts) == [200] + [401] * 9
        assert (await mfa_status(client))["recovery_codes_left"] == 9
        assert len((await client.get("/api/auth/sessions")).json()["data"]) == 2


@pytest.mark.race
async def test_turning_it_off_waits_for_a_factor_that_is_being_judged_and_not_the_other_way_round(
    committing_app: FastAPI, engine: AsyncEngine
) -> None:
    async with browser(committing_app) as client, browser(committing_app) as phone:
        user = await sign_up_proved(client)
        await enable_mfa(client)
        await begin_sign_in(phone, user)
        async with engine.connect() as judging:  # does what `verify` does, one step at a time
            await judging.execute(text("SELECT id FROM users FOR KEY SHARE"))
            await judging.execute(text("UPDATE pending_sign_ins SET tries = tries + 1"))
            disabling = asyncio.create_task(client.post("/api/auth/mfa/disable"))
            await until_a_lock_is_awaited(engine)
            await judging.execute(text("DELETE FROM recovery_codes"))
            await judging.execute(text("UPDATE totp_seeds SET failures = failures + 1"))
            await judging.commit()
        assert (await disabling).status_code == 204


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"code": "12345"},
        {"code": "\uff11\uff12\uff13\uff14\uff15\uff16"},
        {"code": "123456", "recovery_code": "a"},
        {"code": None},
        {"recovery_code": "a\x00b"},
        {"credential": "text"},
        {"code": "123456", "user_id": "1"},
    ],
)
async def test_a_malformed_factor_is_no_try(client: httpx.AsyncClient, body: dict[str, Any]) -> None:
    user = await sign_up_proved(client)
    _, codes = await enable_mfa(client)
    await begin_sign_in(client, user)
    for _ in range(6):
        assert refusal_of(await verify(client, **body)) == (422, "VALIDATION_FAILED")
    assert (await verify(client, recovery_code=codes[0])).status_code == 200


async def test_a_program_cannot_skip_the_second_factor_with_the_password_form(
    client: httpx.AsyncClient, connection: AsyncConnection
) -> None:
    user = await sign_up_proved(client)
    await enable_mfa(client)
    response = await client.post("/api/auth/token", data={"username": user["email"], "password": PASSWORD})
    assert refusal_of(response) == (401, "MFA_REQUIRED")
    assert "set-cookie" not in response.headers
    assert (await connection.execute(text("SELECT count(*) FROM pending_sign_ins"))).scalar_one() == 0


async def test_an_account_that_is_deleted_while_it_signs_in_is_answered_like_a_wrong_password(factory: Factory) -> None:
    with pytest.raises(InvalidCredentials):
        async with factory.unit_of_work() as work:
            await work.identity.pending_sign_in_repository.add(uuid4(), b"a hash")


async def test_a_wrong_password_is_answered_the_same_with_a_second_factor(client: httpx.AsyncClient) -> None:
    user = await sign_up_proved(client)
    await enable_mfa(client)
    wrong = await client.post("/api/auth/signin", json={"email": user["email"], "password": "wrong password"})
    assert refusal_of(wrong) == (401, "INVALID_CREDENTIALS")
    assert error_of(wrong)["details"] == []


async def test_a_password_reset_ends_begun_sign_ins_and_does_not_skip_the_second_factor(
    client: httpx.AsyncClient, app: FastAPI, factory: Factory, mailbox: Mailbox
) -> None:
    user = await sign_up_proved(client)
    authenticator, codes = await enable_mfa(client)
    async with browser(app) as thief:
        await begin_sign_in(thief, user)  # with the old password
        await client.post("/api/auth/forgot-password", json={"email": user["email"]})
        for _ in range(2):  # the request, and the mail that it leads to
            await run_due_jobs(factory)
        (mail,) = [mail for mail in await mailbox.newest_first() if "Reset your password" in mail.message["Subject"]]
        body = mail.message.get_body(("plain",))
        assert body is not None
        (token,) = re.findall(r"/reset-password#token=(\S+)", body.get_content())
        new = {"token": token, "password": "another good password"}
        assert (await client.post("/api/auth/reset-password", json=new)).status_code == 204
        assert refusal_of(await verify(thief, recovery_code=codes[0])) == (401, "SIGN_IN_ENDED")
    assert (await client.get("/api/users/me")).status_code == 401
    anew = {"email": user["email"], "password": "another good password"}
    assert refusal_of(await client.post("/api/auth/signin", json=anew)) == (401, "MFA_REQUIRED")
    assert (await verify(client, code=await authenticator.next_code())).status_code == 200


async def test_a_recovery_code_opens_a_session_although_a_thief_caused_many_notices(
    limited: FastAPI, browsing: httpx.AsyncClient
) -> None:
    user = await sign_up_proved(browsing)
    _, codes = await enable_mfa(browsing)
    body = {"name": "token", "scopes": ["read"], "expires_in_days": 1}
    while (await browsing.post("/api/auth/tokens", json=body)).status_code == 201:
        pass
    async with browser(limited) as phone:
        await begin_sign_in(phone, user)
        assert (await verify(phone, recovery_code=codes[0])).status_code == 200
        assert (await phone.get("/api/users/me")).status_code == 200


async def test_a_recovery_code_is_kept_if_no_session_is_opened(
    client: httpx.AsyncClient, app: FastAPI, connection: AsyncConnection
) -> None:
    user = await sign_up_proved(client)
    _, codes = await enable_mfa(client)
    async with browser(app) as phone:
        await begin_sign_in(phone, user)
        await connection.execute(text("ALTER TABLE sessions ADD CONSTRAINT none_new CHECK (false) NOT VALID"))
        assert (await verify(phone, recovery_code=codes[0])).status_code == 500
        await connection.execute(text("ALTER TABLE sessions DROP CONSTRAINT none_new"))
    left = await connection.execute(text("SELECT count(*) FROM recovery_codes"))
    assert left.scalar_one() == len(codes)
