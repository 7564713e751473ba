"""Credentials that an account cannot have before its address is proved, and when the account expires."""

from typing import Any

import httpx2 as httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.permissions import SYSTEM, Role
from domain.tasks import delete_abandoned_accounts
from service.factory import Factory
from service.identity import registration
from tests.conftest import browser
from tests.support.cookies import DEVICE
from tests.support.credentials import (
    sign_in,
)
from tests.support.first_proof import (
    MAKE_UNPROVED,
    OWNER,
    left,
)
from tests.support.helpers import PASSWORD, error_of, prove_address, sign_up
from tests.support.openid_provider import Provider

# Nothing that lasts


LASTING: list[tuple[str, dict[str, Any]]] = [
    ("/api/auth/tokens", {"name": "A", "scopes": ["read"], "expires_in_days": 1}),
    ("/api/auth/mfa/enroll", {}),
    ("/api/auth/mfa/confirm", {"code": "123456"}),
    ("/api/auth/mfa/recovery-codes", {}),
    ("/api/auth/passkeys/registration-options", {}),
    ("/api/auth/passkeys", {"name": "A", "credential": {}}),
    ("/api/auth/oidc/truth/link", {"redirect": "/account"}),
]


@pytest.mark.parametrize(("path", "body"), LASTING, ids=[path for path, _ in LASTING])
async def test_nothing_that_lasts_is_put_on_an_account_before_its_address_is_proved(
    mallory: httpx.AsyncClient, path: str, body: dict[str, Any]
) -> None:
    refused = await mallory.post(path, json=body)
    assert (refused.status_code, error_of(refused)["code"]) == (403, "EMAIL_UNVERIFIED")
    assert error_of(refused)["message"] == "Confirm your email address first."
    await prove_address(mallory)
    allowed = await mallory.post(path, json=body)
    assert allowed.status_code < 400 or error_of(allowed)["code"] != "EMAIL_UNVERIFIED"


async def test_an_identity_is_not_linked_when_the_address_is_unproved_by_then(
    mallory: httpx.AsyncClient, provider: Provider, connection: AsyncConnection
) -> None:
    await prove_address(mallory)
    started = await mallory.post("/api/auth/oidc/truth/link", json={"redirect": "/account"})
    code, state = provider.approve(started.json()["data"]["location"])
    await connection.execute(text(MAKE_UNPROVED))
    answer = await mallory.get("/api/auth/oidc/truth/callback", params={"code": code, "state": state})
    assert "error=" in answer.headers["Location"]
    assert await left(connection) == {"one_time_tokens": 0}


async def test_a_browser_becomes_known_once_the_address_is_proved(mallory: httpx.AsyncClient) -> None:
    assert DEVICE not in mallory.cookies
    assert (await sign_in(mallory, OWNER)).status_code == 200
    assert DEVICE not in mallory.cookies
    await prove_address(mallory)
    assert (await sign_in(mallory, OWNER)).status_code == 200
    assert DEVICE in mallory.cookies


# Accounts that are never proved


async def test_an_account_that_is_never_proved_expires(factory: Factory, connection: AsyncConnection) -> None:
    assert await expired(factory, connection, age="30 days 1 second") == {"ada@example.com"}


@pytest.mark.parametrize(
    "kept",
    [
        {"age": "29 days 23:59:59"},
        {"is_verified": True},
        {"proved_at": "2026-01-01"},  # proved once, and marked unverified by an administrator
        {"roles": "{member,admin}"},
        {"roles": "{member,moderator}"},
    ],
    ids=str,
)
async def test_no_other_account_expires(factory: Factory, connection: AsyncConnection, kept: dict[str, Any]) -> None:
    assert await expired(factory, connection, **kept) == set()


async def expired(
    factory: Factory,
    connection: AsyncConnection,
    *,
    age: str = "400 days",
    is_verified: bool = False,
    proved_at: str | None = None,
    roles: str = "{member}",
) -> set[str]:
    """Return who is deleted at night when there is one account like this."""
    await connection.execute(
        text(
            "INSERT INTO users (email, created_at, is_verified, proved_at, roles) VALUES ('ada@example.com', "
            "now() - CAST(CAST(:age AS text) AS interval), :is_verified, "
            "CAST(CAST(:proved_at AS text) AS timestamptz), CAST(CAST(:roles AS text) AS varchar[]))"
        ),
        {"age": age, "is_verified": is_verified, "proved_at": proved_at, "roles": roles},
    )
    before = set((await connection.execute(text("SELECT email FROM users"))).scalars())
    async with factory.unit_of_work(SYSTEM) as work:
        await delete_abandoned_accounts(work)
    return before - set((await connection.execute(text("SELECT email FROM users"))).scalars())


async def test_unproved_accounts_go_in_batches_with_all_that_they_have_and_into_the_audit_log(
    factory: Factory, connection: AsyncConnection, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registration, "CLEAN_UP_BATCH", 2)
    for _ in range(3):
        async with browser(app) as squatter:
            await sign_up(squatter)
    await connection.execute(text("UPDATE users SET created_at = now() - interval '31 days'"))
    left = []
    for _ in range(3):
        async with factory.unit_of_work(SYSTEM) as work:
            again = bool(await delete_abandoned_accounts(work))
        left.append(((await connection.execute(text("SELECT count(*) FROM users"))).scalar_one(), again))
    assert left[-1] == (0, False)
    assert left[0] == (1, True)
    assert (await connection.execute(text("SELECT count(*) FROM refresh_tokens"))).scalar_one() == 0
    details = "SELECT details->>'reason' FROM security_events WHERE kind = 'account_deleted'"
    assert list((await connection.execute(text(details))).scalars()) == ["unverified"] * 3


async def test_accounts_that_operators_make_are_proved(factory: Factory, connection: AsyncConnection) -> None:
    async with factory.unit_of_work(SYSTEM) as work:
        await work.identity.admin_bootstrap.create_admin("root@example.com", password=PASSWORD, name=None)
        await work.identity.admin_bootstrap.ensure_demo_account("demo@example.com", password=PASSWORD)
    rows = await connection.execute(text("SELECT is_verified, proved_at IS NOT NULL, roles FROM users"))
    assert [tuple(row) for row in rows] == [(True, True, [Role.MEMBER, Role.ADMIN])] * 2
