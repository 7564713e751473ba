"""Two-factor authentication: codes of an app, recovery codes, and the sign-ins that ask for them."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import UUID, uuid4

import httpx2 as httpx
import pytest
from fastapi import FastAPI, Response
from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from api.app import create_app
from api.cookies import SessionCookies
from core import product
from core.email import Mailbox
from core.settings import Environment, Settings
from domain.identity.mfa import MfaNotEnabled, SealedSeed
from domain.permissions import SYSTEM, Role
from domain.session import InvalidCredentials
from domain.tasks import CleanUp, clean_up
from domain.user import UserNotFound
from service.factory import Factory
from service.identity.totp import TotpCodes
from tests.conftest import HeldTransport, RolledBackDatabase, browser, opened_factory, run_due_jobs
from tests.support.authenticators import AuthenticatorApp
from tests.support.cookies import ACCESS, DEVICE, PENDING, REFRESH
from tests.support.helpers import PASSWORD, error_of, sign_up_proved
from tests.support.second_factors import (
    FORGOT_WHO_IT_IS,
    add_passkey,
    begin_sign_in,
    enable_mfa,
    sign_in_options,
    verify,
)


async def _status(client: httpx.AsyncClient) -> dict[str, Any]:
    response = await client.get("/api/auth/mfa")
    assert response.status_code == 200, response.text
    status: dict[str, Any] = response.json()["data"]
    return status


async def _audited(connection: AsyncConnection) -> list[str]:
    return list((await connection.execute(text("SELECT kind FROM security_events ORDER BY id"))).scalars())


def _code(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, error_of(response)["code"]


# Turning it on and off


async def test_an_app_is_enrolled_with_a_picture_and_counts_once_a_code_was_confirmed(
    client: httpx.AsyncClient,
) -> None:
    user = await sign_up_proved(client)
    enrolled = (await client.post("/api/auth/mfa/enroll")).json()["data"]
    uri = urlsplit(enrolled["otpauth_uri"])
    assert (uri.scheme, uri.netloc, unquote(uri.path)) == ("otpauth", "totp", f"/{product.NAME}:{user['email']}")
    assert parse_qs(uri.query) == {"secret": [enrolled["secret"]], "issuer": [product.NAME]}
    assert enrolled["qr_svg"].startswith("data:image/svg+xml;charset=utf-8,%3Csvg")
    assert await _status(client) == {"totp_enabled": False, "recovery_codes_left": 0, "passkeys": 0}
    code = await AuthenticatorApp(enrolled["secret"]).next_code()
    confirmed = await client.post("/api/auth/mfa/confirm", json={"code": f"{code[:3]} {code[3:]}"})
    assert len(confirmed.json()["data"]["recovery_codes"]) == 10
    assert await _status(client) == {"totp_enabled": True, "recovery_codes_left": 10, "passkeys": 0}


async def test_the_database_holds_neither_seeds_nor_recovery_codes_in_clear(
    client: httpx.AsyncClient, connection: AsyncConnection
) -> None:
    await sign_up_proved(client)
    app, codes = await enable_mfa(client)
    tables = ("totp_seeds", "recovery_codes", "security_events", "jobs")
    rows = [(await connection.execute(text(f"SELECT * FROM {table}"))).all() for table in tables]
    stored = str(rows).lower()
    sealed = (await connection.execute(text("SELECT sealed FROM totp_seeds"))).scalar_one()
    assert app.secret.encode() not in sealed
    assert app.secret.lower() not in stored
    assert not [code for code in codes if code in stored or code.replace("-", "") in stored]


async def test_a_wrong_code_confirms_nothing(client: httpx.AsyncClient) -> None:
    await sign_up_proved(client)
    assert _code(await client.post("/api/auth/mfa/confirm", json={"code": "000000"})) == (409, "MFA_NOT_ENABLED")
    secret = (await client.post("/api/auth/mfa/enroll")).json()["data"]["secret"]
    wrong = await client.post("/api/auth/mfa/confirm", json={"code": AuthenticatorApp(secret).wrong_code()})
    assert _code(wrong) == (400, "WRONG_SECOND_FACTOR")
    assert (await _status(client))["totp_enabled"] is False


async def test_enrolling_again_replaces_a_seed_only_until_it_is_confirmed(client: httpx.AsyncClient) -> None:
    await sign_up_proved(client)
    first = (await client.post("/api/auth/mfa/enroll")).json()["data"]["secret"]
    await enable_mfa(client)
    stale = await client.post("/api/auth/mfa/confirm", json={"code": AuthenticatorApp(first).code()})
    assert _code(stale) == (409, "MFA_NOT_ENABLED")
    assert _code(await client.post("/api/auth/mfa/enroll")) == (409, "MFA_ALREADY_ENABLED")


async def test_turned_off_the_password_is_enough_again(client: httpx.AsyncClient) -> None:
    user = await sign_up_proved(client)
    await enable_mfa(client)
    assert (await client.post("/api/auth/mfa/disable")).status_code == 204
    assert await _status(client) == {"totp_enabled": False, "recovery_codes_left": 0, "passkeys": 0}
    again = await client.post("/api/auth/signin", json={"email": user["email"], "password": PASSWORD})
    assert again.status_code == 200
    for path in ("disable", "recovery-codes"):
        assert _code(await client.post(f"/api/auth/mfa/{path}")) == (409, "MFA_NOT_ENABLED")


SENSITIVE = [
    ("POST", "/api/auth/mfa/enroll"),
    ("POST", "/api/auth/mfa/recovery-codes"),
    ("POST", "/api/auth/mfa/disable"),
    ("POST", "/api/auth/passkeys/registration-options"),
    ("DELETE", f"/api/auth/passkeys/{UUID(int=1)}"),
]


@pytest.mark.parametrize(("method", "path"), SENSITIVE)
async def test_changing_a_factor_needs_a_recent_proof_of_identity(
    client: httpx.AsyncClient, app: FastAPI, connection: AsyncConnection, method: str, path: str
) -> None:
    await sign_up_proved(client)
    await enable_mfa(client)
    before = await _status(client)
    await connection.execute(text(FORGOT_WHO_IT_IS))
    assert _code(await client.request(method, path)) == (403, "REAUTHENTICATION_REQUIRED")
    assert await _status(client) == before
    async with browser(app) as stranger:
        assert (await stranger.request(method, path)).status_code == 401


async def test_nobody_has_no_factors(client: httpx.AsyncClient) -> None:
    for path in ("/api/auth/mfa", "/api/auth/passkeys"):
        assert (await client.get(path)).status_code == 401
    assert (await client.post("/api/auth/mfa/confirm", json={"code": "123456"})).status_code == 401


# Signing in


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
        assert set(phone.cookies) == {ACCESS, DEVICE, REFRESH}
        assert "token" not in response.text
        assert (await phone.get("/api/users/me")).json()["data"] == user
    sessions = await connection.execute(text("SELECT count(DISTINCT id) FROM sessions"))
    assert sessions.scalar_one() == 2
    assert (await _audited(connection))[-2:] == ["second_factor_asked", "signed_in"]


async def test_a_code_works_once_and_none_before_it_works_later(client: httpx.AsyncClient) -> None:
    user = await sign_up_proved(client)
    authenticator, _ = await enable_mfa(client)
    earlier, later = await authenticator.next_code(), await authenticator.next_code()
    await begin_sign_in(client, user)
    assert (await verify(client, code=later)).status_code == 200
    await begin_sign_in(client, user)
    for used in (later, earlier):
        assert _code(await verify(client, code=used)) == (401, "INVALID_SECOND_FACTOR")


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
            assert _code(wrong) == (401, "INVALID_SECOND_FACTOR")
        assert _code(await verify(client, recovery_code=codes[0])) == (401, "SIGN_IN_ENDED")
        assert _code(await verify(client, code=await authenticator.next_code())) == (401, "SIGN_IN_ENDED")


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
    assert _code(await verify(client, code=await authenticator.next_code())) == (403, "TOO_MANY_CODES")
    proof = await client.post("/api/auth/reauthenticate", json={"code": authenticator.code()})
    assert _code(proof) == (403, "TOO_MANY_CODES")
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
    assert _code(await verify(client, recovery_code=codes[0])) == (401, "SIGN_IN_ENDED")
    assert (await _status(client))["recovery_codes_left"] == 10


async def test_without_a_begun_sign_in_no_factor_is_worth_anything(client: httpx.AsyncClient, app: FastAPI) -> None:
    user = await sign_up_proved(client)
    _, codes = await enable_mfa(client)
    assert _code(await verify(client, recovery_code=codes[0])) == (401, "SIGN_IN_ENDED")
    async with browser(app) as stranger:
        stranger.cookies.set(PENDING, "made-up")
        assert _code(await verify(stranger, recovery_code=codes[0])) == (401, "SIGN_IN_ENDED")
    await begin_sign_in(client, user)
    await sign_in_options(client)  # asks for a challenge within the same sign-in, and does not end it
    assert (await verify(client, recovery_code=codes[0])).status_code == 200


async def test_signing_out_everywhere_ends_begun_sign_ins_too(client: httpx.AsyncClient, app: FastAPI) -> None:
    user = await sign_up_proved(client)
    _, codes = await enable_mfa(client)
    async with browser(app) as thief:
        await begin_sign_in(thief, user)
        assert (await client.delete("/api/auth/sessions")).status_code == 204
        assert _code(await verify(thief, recovery_code=codes[0])) == (401, "SIGN_IN_ENDED")


async def test_a_deactivated_user_does_not_complete_a_sign_in(
    client: httpx.AsyncClient, connection: AsyncConnection
) -> None:
    user = await sign_up_proved(client)
    _, codes = await enable_mfa(client)
    await begin_sign_in(client, user)
    await connection.execute(text("UPDATE users SET is_active = false"))
    assert _code(await verify(client, recovery_code=codes[0])) == (401, "SIGN_IN_ENDED")


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
        assert (await _status(client))["recovery_codes_left"] == 9


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
        assert (await _status(client))["recovery_codes_left"] == 9
        assert len((await client.get("/api/auth/sessions")).json()["data"]) == 2


SOMEBODY_WAITS = text("SELECT count(*) FROM pg_locks WHERE NOT granted AND pid <> pg_backend_pid()")


async def _until_somebody_waits(engine: AsyncEngine) -> None:
    async with asyncio.timeout(10), engine.connect() as connection:
        while not (await connection.execute(SOMEBODY_WAITS)).scalar_one():  # noqa: ASYNC110  (PostgreSQL tells nobody)
            await asyncio.sleep(0.02)


@pytest.mark.race
async def test_turning_it_off_waits_for_a_factor_that_is_being_judged_and_not_the_other_way_round(
    committing_app: FastAPI, engine: AsyncEngine
) -> None:
    async with browser(committing_app) as client, browser(committing_app) as phone:
        user = await sign_up_proved(client)
        await enable_mfa(client)
        await begin_sign_in(phone, user)
        async with engine.connect() as judging:  # does what `verify` does, one step at a time
            await judging.execute(text("UPDATE pending_sign_ins SET tries = tries + 1"))
            disabling = asyncio.create_task(client.post("/api/auth/mfa/disable"))
            await _until_somebody_waits(engine)
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
        assert _code(await verify(client, **body)) == (422, "VALIDATION_FAILED")
    assert (await verify(client, recovery_code=codes[0])).status_code == 200


async def test_a_program_cannot_skip_the_second_factor_with_the_password_form(
    client: httpx.AsyncClient, connection: AsyncConnection
) -> None:
    user = await sign_up_proved(client)
    await enable_mfa(client)
    response = await client.post("/api/auth/token", data={"username": user["email"], "password": PASSWORD})
    assert _code(response) == (401, "MFA_REQUIRED")
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
    assert _code(wrong) == (401, "INVALID_CREDENTIALS")
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
        assert _code(await verify(thief, recovery_code=codes[0])) == (401, "SIGN_IN_ENDED")
    assert (await client.get("/api/users/me")).status_code == 401
    anew = {"email": user["email"], "password": "another good password"}
    assert _code(await client.post("/api/auth/signin", json=anew)) == (401, "MFA_REQUIRED")
    assert (await verify(client, code=await authenticator.next_code())).status_code == 200


# Recovery codes


async def test_recovery_codes_hold_120_bits_and_work_however_they_are_typed(
    client: httpx.AsyncClient, factory: Factory, mailbox: Mailbox
) -> None:
    user = await sign_up_proved(client)
    _, codes = await enable_mfa(client)
    assert len(set(codes)) == 10
    for code in codes:
        assert [len(group) for group in code.split("-")] == [4] * 6  # 24 characters of 5 bits
        assert set(code) <= set("abcdefghijklmnopqrstuvwxyz234567-")
    await begin_sign_in(client, user)
    assert (await verify(client, recovery_code=f" {codes[3].upper().replace('-', ' ')} ")).status_code == 200
    assert (await _status(client))["recovery_codes_left"] == 9
    await begin_sign_in(client, user)
    assert _code(await verify(client, recovery_code=codes[3])) == (401, "INVALID_SECOND_FACTOR")
    await run_due_jobs(factory)
    assert "A recovery code was used" in [mail.message["Subject"] for mail in await mailbox.newest_first()]


async def test_fresh_recovery_codes_replace_the_old_ones(client: httpx.AsyncClient) -> None:
    user = await sign_up_proved(client)
    _, old = await enable_mfa(client)
    new = (await client.post("/api/auth/mfa/recovery-codes")).json()["data"]["recovery_codes"]
    assert len(new) == 10
    assert not set(new) & set(old)
    await begin_sign_in(client, user)
    assert (await verify(client, recovery_code=old[0])).status_code == 401
    assert (await verify(client, recovery_code=new[0])).status_code == 200


async def test_nobody_signs_in_with_somebody_elses_recovery_code(client: httpx.AsyncClient, app: FastAPI) -> None:
    user = await sign_up_proved(client)
    await enable_mfa(client)
    async with browser(app) as stranger:
        await sign_up_proved(stranger)
        _, codes = await enable_mfa(stranger)
        await begin_sign_in(stranger, user)
        assert (await verify(stranger, recovery_code=codes[0])).status_code == 401


# What a change brings with it


Step = Callable[[httpx.AsyncClient], Awaitable[None]]


async def _enable(client: httpx.AsyncClient) -> None:
    await enable_mfa(client)


async def _replace_codes(client: httpx.AsyncClient) -> None:
    assert (await client.post("/api/auth/mfa/recovery-codes")).status_code == 200


async def _disable(client: httpx.AsyncClient) -> None:
    assert (await client.post("/api/auth/mfa/disable")).status_code == 204


async def _add_passkey(client: httpx.AsyncClient) -> None:
    await add_passkey(client)


async def _remove_passkey(client: httpx.AsyncClient) -> None:
    (passkey,) = (await client.get("/api/auth/passkeys")).json()["data"]
    assert (await client.delete(f"/api/auth/passkeys/{passkey['id']}")).status_code == 204


@dataclass(frozen=True)
class Change:
    """A change, what has to be there before, and how the audit log and the mail call it."""

    make: Step
    kind: str
    subject: str
    prepare: Step | None = None


CHANGES = [
    Change(_enable, "mfa_enabled", "Two-factor authentication was turned on"),
    Change(_replace_codes, "recovery_codes_replaced", "Your recovery codes were replaced", prepare=_enable),
    Change(_disable, "mfa_disabled", "Two-factor authentication was turned off", prepare=_enable),
    Change(_add_passkey, "passkey_added", "A passkey was added"),
    Change(_remove_passkey, "passkey_removed", "A passkey was removed", prepare=_add_passkey),
]


@asynccontextmanager
async def _signed_in_elsewhere(
    app: FastAPI, factory: Factory, user: dict[str, Any]
) -> AsyncIterator[httpx.AsyncClient]:
    """Yield another browser of the user's, signed in as if all had been proved."""
    async with factory.unit_of_work() as work:
        owner = await work.identity.user_repository.get(UUID(user["id"]))
        assert owner is not None
        tokens = (await work.identity.sign_in_completion.open_session(owner)).tokens
    async with browser(app) as elsewhere:
        elsewhere.cookies.set(ACCESS, tokens.access_token)
        elsewhere.cookies.set(REFRESH, tokens.refresh_token)
        assert (await elsewhere.get("/api/users/me")).status_code == 200
        yield elsewhere


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.kind)
async def test_a_change_ends_every_other_session_and_is_audited(
    client: httpx.AsyncClient, app: FastAPI, factory: Factory, connection: AsyncConnection, change: Change
) -> None:
    user = await sign_up_proved(client)
    if change.prepare:
        await change.prepare(client)
    async with _signed_in_elsewhere(app, factory, user) as thief:
        await change.make(client)
        assert (await thief.get("/api/users/me")).status_code == 401
        assert (await thief.post("/api/auth/refresh")).status_code == 401
    assert (await client.get("/api/users/me")).status_code == 200
    assert (await _audited(connection))[-1] == change.kind


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.kind)
async def test_the_owner_is_told_of_a_change_by_mail(
    client: httpx.AsyncClient, factory: Factory, mailbox: Mailbox, change: Change
) -> None:
    user = await sign_up_proved(client)
    if change.prepare:
        await change.prepare(client)
    await change.make(client)
    await run_due_jobs(factory)
    mail = next(mail for mail in await mailbox.newest_first() if mail.message["Subject"] == change.subject)
    assert mail.message["To"] == user["email"]


@dataclass
class Helpdesk:
    """An administrator, and a user who is locked out."""

    admin: httpx.AsyncClient
    locked_out: httpx.AsyncClient
    user: dict[str, Any]

    @property
    def path(self) -> str:
        return f"/api/users/{self.user['id']}/second-factors"


@pytest.fixture
async def helpdesk(app: FastAPI, factory: Factory) -> AsyncIterator[Helpdesk]:
    async with browser(app) as admin, browser(app) as locked_out:
        administrator = await sign_up_proved(admin)
        async with factory.unit_of_work() as work:
            await work.identity.user_repository.grant(administrator["id"], [Role.MEMBER, Role.ADMIN])
        helpdesk = Helpdesk(admin, locked_out, await sign_up_proved(locked_out))
        await enable_mfa(locked_out)
        await add_passkey(locked_out)
        yield helpdesk


async def test_an_administrator_removes_the_factors_of_a_user_who_lost_them(
    helpdesk: Helpdesk, factory: Factory, mailbox: Mailbox, connection: AsyncConnection
) -> None:
    shown = (await helpdesk.admin.get(helpdesk.path)).json()["data"]
    assert shown == {"totp_enabled": True, "recovery_codes_left": 10, "passkeys": 1}
    assert (await helpdesk.admin.delete(helpdesk.path)).status_code == 204
    client, user = helpdesk.locked_out, helpdesk.user
    assert (await client.get("/api/users/me")).status_code == 401
    again = await client.post("/api/auth/signin", json={"email": user["email"], "password": PASSWORD})
    assert again.status_code == 200
    assert await _status(client) == {"totp_enabled": False, "recovery_codes_left": 0, "passkeys": 0}
    query = "SELECT user_id, actor_id IS NOT NULL, details FROM security_events WHERE kind = 'mfa_reset'"
    ((user_id, has_actor, details),) = await connection.execute(text(query))
    assert (str(user_id), has_actor, details) == (user["id"], True, {"totp": True, "passkeys": 1})
    await run_due_jobs(factory)
    to = {mail.message["Subject"]: mail.message["To"] for mail in await mailbox.newest_first()}
    assert to["Your second factors were removed"] == user["email"]
    nothing_left = await helpdesk.admin.delete(helpdesk.path)
    assert _code(nothing_left) == (409, "MFA_NOT_ENABLED")


async def test_removing_factors_needs_the_permission_a_recent_proof_and_another_account(
    helpdesk: Helpdesk, connection: AsyncConnection, factory: Factory
) -> None:
    assert _code(await helpdesk.locked_out.delete(helpdesk.path)) == (403, "PERMISSION_DENIED")
    assert _code(await helpdesk.locked_out.get(helpdesk.path)) == (403, "PERMISSION_DENIED")
    own = (await helpdesk.admin.get("/api/users/me")).json()["data"]["id"]
    assert _code(await helpdesk.admin.delete(f"/api/users/{own}/second-factors")) == (403, "OWN_ACCOUNT")
    assert _code(await helpdesk.admin.delete(f"/api/users/{uuid4()}/second-factors")) == (404, "USER_NOT_FOUND")
    await connection.execute(text(FORGOT_WHO_IT_IS))
    assert _code(await helpdesk.admin.delete(helpdesk.path)) == (403, "REAUTHENTICATION_REQUIRED")
    assert (await helpdesk.admin.get(helpdesk.path)).json()["data"]["totp_enabled"]


async def test_an_operator_removes_the_factors_of_a_user_by_address(
    helpdesk: Helpdesk, factory: Factory, mailbox: Mailbox
) -> None:
    async with factory.unit_of_work(SYSTEM) as work:
        await work.identity.second_factor_removal.remove_by_email(helpdesk.user["email"].upper())
    body = {"email": helpdesk.user["email"], "password": PASSWORD}
    assert (await helpdesk.locked_out.post("/api/auth/signin", json=body)).status_code == 200
    await run_due_jobs(factory)
    assert "Your second factors were removed" in [mail.message["Subject"] for mail in await mailbox.newest_first()]
    for email, error in ((helpdesk.user["email"], MfaNotEnabled), ("nobody@example.com", UserNotFound)):
        with pytest.raises(error):
            async with factory.unit_of_work(SYSTEM) as work:
                await work.identity.second_factor_removal.remove_by_email(email)


# Proving again who one is


async def test_a_code_proves_again_who_somebody_is(client: httpx.AsyncClient, connection: AsyncConnection) -> None:
    await sign_up_proved(client)
    authenticator, _ = await enable_mfa(client)
    await connection.execute(text(FORGOT_WHO_IT_IS))
    wrong = await client.post("/api/auth/reauthenticate", json={"code": authenticator.wrong_code()})
    assert _code(wrong) == (400, "WRONG_SECOND_FACTOR")
    assert (await client.post("/api/auth/mfa/disable")).status_code == 403
    code = await authenticator.next_code()
    assert (await client.post("/api/auth/reauthenticate", json={"code": code})).status_code == 204
    assert (await client.post("/api/auth/reauthenticate", json={"code": code})).status_code == 400
    assert (await client.post("/api/auth/mfa/disable")).status_code == 204


async def test_without_an_app_no_code_proves_anything(client: httpx.AsyncClient) -> None:
    await sign_up_proved(client)
    for _ in range(7):
        response = await client.post("/api/auth/reauthenticate", json={"code": "123456"})
        assert _code(response) == (400, "WRONG_SECOND_FACTOR")


@pytest.mark.parametrize("body", [{}, {"password": PASSWORD, "code": "123456"}, {"recovery_code": "a"}])
async def test_one_proof_is_needed(client: httpx.AsyncClient, body: dict[str, str]) -> None:
    await sign_up_proved(client)
    assert (await client.post("/api/auth/reauthenticate", json=body)).status_code == 422


# Keys and clean-up


async def test_seeds_outlive_the_key_that_sealed_them_and_are_sealed_anew_when_used(
    client: httpx.AsyncClient,
    settings: Settings,
    connection: AsyncConnection,
    transport: HeldTransport,
    mailbox: Mailbox,
) -> None:
    @asynccontextmanager
    async def restarted(key: str, previous: str) -> AsyncIterator[httpx.AsyncClient]:
        keys = {"jwt_secret_key": SecretStr(key), "jwt_previous_secret_keys": SecretStr(previous)}
        changed = settings.model_copy(update=keys)
        database = RolledBackDatabase(connection)
        async with (
            opened_factory(changed, database, transport, mailbox) as factory,
            browser(create_app(changed, factory=factory)) as anew,
        ):
            yield anew

    user = await sign_up_proved(client)
    authenticator, _ = await enable_mfa(client)
    first, second = settings.jwt_secret_key.get_secret_value(), "2" * 32
    async with restarted("3" * 32, "") as stranger:
        await begin_sign_in(stranger, user)
        assert _code(await verify(stranger, code=authenticator.code())) == (401, "INVALID_SECOND_FACTOR")
    async with restarted(second, first) as rotated:
        await begin_sign_in(rotated, user)
        assert (await verify(rotated, code=await authenticator.next_code())).status_code == 200
    async with restarted(second, "") as later:
        await begin_sign_in(later, user)
        assert (await verify(later, code=await authenticator.next_code())).status_code == 200


async def test_the_nightly_job_deletes_expired_sign_ins_and_challenges_in_batches(
    client: httpx.AsyncClient, factory: Factory, connection: AsyncConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = await sign_up_proved(client)
    await enable_mfa(client)
    for _ in range(5):
        await begin_sign_in(client, user)
        await sign_in_options(client)
    tables = ("pending_sign_ins", "passkey_challenges")
    for table in tables:
        await connection.execute(
            text(
                f"UPDATE {table} SET expires_at = now() - interval '1 second'"
                f" WHERE id IN (SELECT id FROM {table} ORDER BY id LIMIT 4)"
            )
        )
    monkeypatch.setattr("service.identity.sign_in_service.CLEAN_UP_BATCH", 3)
    for left in ([2, 2], [1, 1], [1, 1]):
        async with factory.unit_of_work(SYSTEM) as work:
            await clean_up(work, CleanUp())
            assert work.outbox.is_empty is (left == [1, 1])
        counts = [(await connection.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one() for table in tables]
        assert counts == left
