"""Two-factor authentication: turning it on and off, recovery codes, keys and clean-up."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import UUID

import httpx2 as httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from api.app import create_app
from core import product
from core.email import Mailbox
from core.settings import Settings
from domain.permissions import SYSTEM
from domain.tasks import delete_old_sign_ins
from service.factory import Factory
from tests.conftest import HeldTransport, RolledBackDatabase, browser, opened_factory, run_due_jobs
from tests.support.authenticators import AuthenticatorApp
from tests.support.helpers import PASSWORD, refusal_of, sign_up_proved
from tests.support.resource import SIGNED_IN, Access
from tests.support.second_factors import (
    FORGOT_WHO_IT_IS,
    begin_sign_in,
    enable_mfa,
    mfa_status,
    sign_in_options,
    verify,
)

# Turning it on and off


ACCESS = {
    ("GET", "/api/auth/mfa"): Access(SIGNED_IN),
    ("POST", "/api/auth/mfa/enroll"): Access(SIGNED_IN),
    ("POST", "/api/auth/mfa/confirm"): Access(SIGNED_IN, {"code": "000000"}),
    ("POST", "/api/auth/mfa/disable"): Access(SIGNED_IN),
    ("POST", "/api/auth/mfa/recovery-codes"): Access(SIGNED_IN),
}


async def test_an_app_is_enrolled_with_a_picture_and_counts_once_a_code_was_confirmed(
    client: httpx.AsyncClient,
) -> None:
    user = await sign_up_proved(client)
    enrolled = (await client.post("/api/auth/mfa/enroll")).json()["data"]
    uri = urlsplit(enrolled["otpauth_uri"])
    assert (uri.scheme, uri.netloc, unquote(uri.path)) == ("otpauth", "totp", f"/{product.NAME}:{user['email']}")
    assert parse_qs(uri.query) == {"secret": [enrolled["secret"]], "issuer": [product.NAME]}
    assert enrolled["qr_svg"].startswith("data:image/svg+xml;charset=utf-8,%3Csvg")
    assert await mfa_status(client) == {"totp_enabled": False, "recovery_codes_left": 0, "passkeys": 0}
    code = await AuthenticatorApp(enrolled["secret"]).next_code()
    confirmed = await client.post("/api/auth/mfa/confirm", json={"code": f"{code[:3]} {code[3:]}"})
    assert len(confirmed.json()["data"]["recovery_codes"]) == 10
    assert await mfa_status(client) == {"totp_enabled": True, "recovery_codes_left": 10, "passkeys": 0}


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
    assert refusal_of(await client.post("/api/auth/mfa/confirm", json={"code": "000000"})) == (409, "MFA_NOT_ENABLED")
    secret = (await client.post("/api/auth/mfa/enroll")).json()["data"]["secret"]
    wrong = await client.post("/api/auth/mfa/confirm", json={"code": AuthenticatorApp(secret).wrong_code()})
    assert refusal_of(wrong) == (400, "WRONG_SECOND_FACTOR")
    assert (await mfa_status(client))["totp_enabled"] is False


async def test_enrolling_again_replaces_a_seed_only_until_it_is_confirmed(client: httpx.AsyncClient) -> None:
    await sign_up_proved(client)
    first = (await client.post("/api/auth/mfa/enroll")).json()["data"]["secret"]
    await enable_mfa(client)
    stale = await client.post("/api/auth/mfa/confirm", json={"code": AuthenticatorApp(first).code()})
    assert refusal_of(stale) == (409, "MFA_NOT_ENABLED")
    assert refusal_of(await client.post("/api/auth/mfa/enroll")) == (409, "MFA_ALREADY_ENABLED")


async def test_turned_off_the_password_is_enough_again(client: httpx.AsyncClient) -> None:
    user = await sign_up_proved(client)
    await enable_mfa(client)
    assert (await client.post("/api/auth/mfa/disable")).status_code == 204
    assert await mfa_status(client) == {"totp_enabled": False, "recovery_codes_left": 0, "passkeys": 0}
    again = await client.post("/api/auth/signin", json={"email": user["email"], "password": PASSWORD})
    assert again.status_code == 200
    for path in ("disable", "recovery-codes"):
        assert refusal_of(await client.post(f"/api/auth/mfa/{path}")) == (409, "MFA_NOT_ENABLED")


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
    before = await mfa_status(client)
    await connection.execute(text(FORGOT_WHO_IT_IS))
    assert refusal_of(await client.request(method, path)) == (403, "REAUTHENTICATION_REQUIRED")
    assert await mfa_status(client) == before
    async with browser(app) as stranger:
        assert (await stranger.request(method, path)).status_code == 401


async def test_a_guest_cannot_reach_second_factors(client: httpx.AsyncClient) -> None:
    for path in ("/api/auth/mfa", "/api/auth/passkeys"):
        assert (await client.get(path)).status_code == 401
    assert (await client.post("/api/auth/mfa/confirm", json={"code": "123456"})).status_code == 401


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
    assert (await mfa_status(client))["recovery_codes_left"] == 9
    await begin_sign_in(client, user)
    assert refusal_of(await verify(client, recovery_code=codes[3])) == (401, "INVALID_SECOND_FACTOR")
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


async def test_a_recovery_code_of_another_user_is_refused(client: httpx.AsyncClient, app: FastAPI) -> None:
    user = await sign_up_proved(client)
    await enable_mfa(client)
    async with browser(app) as stranger:
        await sign_up_proved(stranger)
        _, codes = await enable_mfa(stranger)
        await begin_sign_in(stranger, user)
        assert (await verify(stranger, recovery_code=codes[0])).status_code == 401


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
        assert refusal_of(await verify(stranger, code=authenticator.code())) == (401, "INVALID_SECOND_FACTOR")
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
            assert bool(await delete_old_sign_ins(work)) is (left != [1, 1])
        counts = [(await connection.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one() for table in tables]
        assert counts == left
