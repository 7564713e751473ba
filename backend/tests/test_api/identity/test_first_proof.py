"""The first proof of an address hands the account over; until then nothing that lasts can be put on it.

Anyone can sign up with the address of another person, prepare the account, and wait until its owner moves in.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any
from unittest.mock import patch

import httpx2 as httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from api.app import create_app
from core.email import Mailbox
from core.settings import Settings
from domain.identity.one_time_token import TokenPurpose
from domain.permissions import SYSTEM, Role
from domain.tasks import CleanUp, clean_up
from repository.base_model import BaseTableModel
from repository.identity.credential_repository import CredentialRepository
from service.factory import Factory
from service.identity import registration
from service.security import PasswordHasher
from tests.conftest import HeldTransport, RolledBackDatabase, browser, opened_factory
from tests.support.authenticators import PasskeyAuthenticator
from tests.support.cookies import DEVICE
from tests.support.helpers import PASSWORD, error_of, prove_address, sign_up, sign_up_proved
from tests.support.openid_provider import Provider, configured, running_provider
from tests.support.second_factors import add_passkey, begin_sign_in, enable_mfa, sign_in_with
from tests.test_api.identity.test_credentials import NEW_PASSWORD, Mails, change, forget, is_signed_in, reset, sign_in
from tests.test_api.identity.test_identities import link
from tests.test_api.identity.test_identities import sign_in as sign_in_at_provider
from tests.test_api.identity.test_tokens import create_token, program

OWNER = "ada@example.com"
MAKE_UNPROVED = "UPDATE users SET is_verified = false, proved_at = NULL"


@pytest.fixture(scope="module")
def running() -> Iterator[Provider]:
    with running_provider() as provider:
        yield provider


@pytest.fixture
def provider(running: Provider) -> Provider:
    running.reset()
    running.user = {"sub": "mallory", "email": "mallory@example.com", "email_verified": True}
    return running


@pytest.fixture
async def factory(
    settings: Settings, connection: AsyncConnection, transport: HeldTransport, mailbox: Mailbox, provider: Provider
) -> AsyncIterator[Factory]:
    known = settings.model_copy(update={"oidc_providers": (configured("truth", provider.issuer),)})
    async with opened_factory(known, RolledBackDatabase(connection), transport, mailbox) as factory:
        yield factory


@pytest.fixture
def app(factory: Factory) -> FastAPI:
    return create_app(factory.resources.settings, factory=factory)


@pytest.fixture
def mails(factory: Factory, mailbox: Mailbox) -> Mails:
    return Mails(factory, mailbox)


@pytest.fixture
async def mallory(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A browser that is signed in to an account with the address of somebody else."""
    async with browser(app) as mallory:
        await sign_up(mallory, email=OWNER)
        yield mallory


@pytest.fixture
async def ada(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """The browser of the person who reads the mail to that address."""
    async with browser(app) as ada:
        yield ada


async def verify_by_link(ada: httpx.AsyncClient, mails: Mails, **body: str) -> httpx.Response:
    token = await mails.token(OWNER, TokenPurpose.VERIFY_EMAIL)
    return await ada.post("/api/auth/verify-email", json={"token": token, **body})


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


# The first proof, by every way


async def by_reset(ada: httpx.AsyncClient, mails: Mails, _: Provider) -> None:
    await forget(ada, OWNER)
    assert (await reset(ada, await mails.token(OWNER, TokenPurpose.RESET_PASSWORD))).status_code == 204


async def by_welcome_link(ada: httpx.AsyncClient, mails: Mails, _: Provider) -> None:
    assert (await verify_by_link(ada, mails)).status_code == 204


async def by_provider(ada: httpx.AsyncClient, _: Mails, provider: Provider) -> None:
    provider.user = {"sub": "ada", "email": OWNER, "email_verified": True}
    assert (await sign_in_at_provider(ada, provider)).headers["Location"] == "/dashboard"
    account = (await ada.get("/api/users/me")).json()["data"]
    assert (account["email"], account["is_verified"]) == (OWNER, True)


async def by_change_of_address(ada: httpx.AsyncClient, mails: Mails, _: Provider) -> None:
    token = await mails.token("next@example.com", TokenPurpose.CHANGE_EMAIL)
    assert (await ada.post("/api/auth/confirm-email-change", json={"token": token})).status_code == 204


Proof = Callable[[httpx.AsyncClient, Mails, Provider], Awaitable[None]]
WAYS: list[Proof] = [by_reset, by_welcome_link, by_provider, by_change_of_address]


async def left(connection: AsyncConnection) -> dict[str, int]:
    """Return how many rows each table of credentials has, if it has any; that of links in any case."""
    tables = [table.__tablename__ for table in CredentialRepository.tables]
    counts = {name: (await connection.execute(text(f"SELECT count(*) FROM {name}"))).scalar_one() for name in tables}
    return {name: number for name, number in counts.items() if number or name == "one_time_tokens"}


async def leave_credentials(mallory: httpx.AsyncClient, mails: Mails, provider: Provider) -> tuple[str, Any]:
    """Put everything on the account that lets a person in, as an older release allowed; return a token and a passkey."""
    await prove_address(mallory)
    token = (await create_token(mallory, "read"))["token"]
    passkey, _ = await add_passkey(mallory, PasskeyAuthenticator())
    await link(mallory, provider)
    await enable_mfa(mallory)
    await mallory.post("/api/auth/change-email", json={"email": "next@example.com"})
    await mails.to(OWNER)
    return token, passkey


@pytest.mark.parametrize("prove", WAYS, ids=lambda prove: prove.__name__)
async def test_a_proved_address_removes_older_credentials(
    app: FastAPI,
    mallory: httpx.AsyncClient,
    ada: httpx.AsyncClient,
    mails: Mails,
    provider: Provider,
    connection: AsyncConnection,
    prove: Proof,
) -> None:
    await mails.to(OWNER)  # the welcome mail and its link, before anything is verified
    token, passkey = await leave_credentials(mallory, mails, provider)
    async with browser(app) as pending:
        await begin_sign_in(pending, {"email": OWNER})
    await connection.execute(text(MAKE_UNPROVED))

    await prove(ada, mails, provider)

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
    mallory: httpx.AsyncClient, ada: httpx.AsyncClient, mails: Mails, provider: Provider, prove: Proof
) -> None:
    await mallory.post("/api/auth/change-email", json={"email": "mallory@example.com"})
    token = await mails.token("mallory@example.com", TokenPurpose.CHANGE_EMAIL)
    await prove(ada, mails, provider)
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
    mails: Mails,
    provider: Provider,
    connection: AsyncConnection,
    prove: Proof,
) -> None:
    await mails.to(OWNER)
    await connection.execute(text("UPDATE users SET is_verified = true"))
    token = (await create_token(mallory))["token"]
    await prove(ada, mails, provider)
    async with program(ada._transport.app, token) as script:  # type: ignore[attr-defined]
        assert not await is_signed_in(script)
    assert not await is_signed_in(mallory)


# What stays: whoever proves the address of an account that they hold keeps the account


async def test_the_welcome_link_keeps_the_session_and_the_password_that_it_is_followed_with(
    app: FastAPI, client: httpx.AsyncClient, mails: Mails
) -> None:
    await sign_up(client, email=OWNER)
    async with browser(app) as other:
        assert (await sign_in(other, OWNER)).status_code == 200
        assert (await verify_by_link(client, mails)).status_code == 204
        assert await is_signed_in(client)
        assert not await is_signed_in(other)
        assert (await sign_in(other, OWNER)).status_code == 200


async def test_the_password_proves_on_another_device_that_the_account_is_held(
    client: httpx.AsyncClient, ada: httpx.AsyncClient, mails: Mails
) -> None:
    await sign_up(client, email=OWNER)
    wrong = await verify_by_link(ada, mails, password="not the password")
    assert (wrong.status_code, error_of(wrong)["code"]) == (400, "WRONG_PASSWORD")
    assert await is_signed_in(client)
    assert (await verify_by_link(ada, mails, password=PASSWORD)).status_code == 204
    signed_in = await sign_in(ada, OWNER)
    assert signed_in.json()["data"]["is_verified"] is True


async def test_a_session_of_another_account_proves_nothing_about_this_one(
    mallory: httpx.AsyncClient, ada: httpx.AsyncClient, mails: Mails
) -> None:
    await sign_up(ada, email="ada.at.work@example.com")
    assert (await verify_by_link(ada, mails)).status_code == 204
    assert not await is_signed_in(mallory)
    assert await is_signed_in(ada)


@pytest.mark.parametrize("signed_in_elsewhere", [False, True])
async def test_a_proof_that_is_good_for_the_holder_only_removes_nothing(
    client: httpx.AsyncClient, ada: httpx.AsyncClient, mails: Mails, *, signed_in_elsewhere: bool
) -> None:
    await sign_up(client, email=OWNER)
    if signed_in_elsewhere:
        await sign_up(ada, email="ada.at.work@example.com")
    token = await mails.token(OWNER, TokenPurpose.VERIFY_EMAIL)
    await client.post("/api/auth/change-email", json={"email": "next@example.com"})
    changing = await mails.token("next@example.com", TokenPurpose.CHANGE_EMAIL)
    proof = {"token": token, "only_as_holder": True}
    for path, body in (("verify-email", proof), ("confirm-email-change", {**proof, "token": changing})):
        refused = await ada.post(f"/api/auth/{path}", json=body)
        assert (refused.status_code, error_of(refused)["code"]) == (403, "HOLDER_REQUIRED")
    assert await is_signed_in(client)
    allowed = await ada.post("/api/auth/verify-email", json={**proof, "password": PASSWORD})
    assert allowed.status_code == 204


async def test_passwords_tried_with_a_link_are_limited(
    mallory: httpx.AsyncClient, ada: httpx.AsyncClient, mails: Mails, factory: Factory
) -> None:
    token = await mails.token(OWNER, TokenPurpose.VERIFY_EMAIL)
    resources = factory.resources.identity
    resources.settings = resources.settings.model_copy(update={"rate_limits_enabled": True})
    statuses = []
    for number in range(6):
        answer = await ada.post("/api/auth/verify-email", json={"token": token, "password": f"guess {number}"})
        statuses.append(answer.status_code)
    assert statuses == [400] * 5 + [429]


async def test_a_later_proof_removes_nothing(
    client: httpx.AsyncClient, ada: httpx.AsyncClient, mails: Mails, provider: Provider, connection: AsyncConnection
) -> None:
    user = await sign_up_proved(client, email=OWNER)
    token = (await create_token(client))["token"]
    await enable_mfa(client)
    await by_reset(ada, mails, provider)
    async with program(ada._transport.app, token) as script:  # type: ignore[attr-defined]
        assert await is_signed_in(script)
    assert error_of(await sign_in(ada, user["email"], NEW_PASSWORD))["code"] == "MFA_REQUIRED"
    assert (await left(connection))["recovery_codes"] == 10


@pytest.mark.parametrize("with_password", [False, True])
async def test_a_new_address_that_the_holder_confirms_leaves_everything_as_it_is(
    client: httpx.AsyncClient, ada: httpx.AsyncClient, mails: Mails, *, with_password: bool
) -> None:
    await sign_up_proved(client, email=OWNER)
    await create_token(client)
    await client.post("/api/auth/change-email", json={"email": "next@example.com"})
    token = await mails.token("next@example.com", TokenPurpose.CHANGE_EMAIL)
    body = {"token": token, **({"password": PASSWORD} if with_password else {})}
    answer = await (ada if with_password else client).post("/api/auth/confirm-email-change", json=body)
    assert answer.status_code == 204
    assert await is_signed_in(client)
    assert len((await client.get("/api/auth/tokens")).json()["data"]) == 1


async def test_an_account_is_not_moved_to_the_address_of_a_person_who_does_not_hold_it(
    app: FastAPI, mallory: httpx.AsyncClient, ada: httpx.AsyncClient, mails: Mails
) -> None:
    await prove_address(mallory)
    token = (await create_token(mallory))["token"]
    await mallory.post("/api/auth/change-email", json={"email": "next@example.com"})
    link_token = await mails.token("next@example.com", TokenPurpose.CHANGE_EMAIL)
    assert (await ada.post("/api/auth/confirm-email-change", json={"token": link_token})).status_code == 204
    assert not await is_signed_in(mallory)
    async with program(app, token) as script:
        assert not await is_signed_in(script)
    assert (await sign_in(mallory, "next@example.com")).status_code == 401


# Sign-ins that are under way


async def test_a_password_that_is_replaced_while_it_is_checked_opens_no_session(
    client: httpx.AsyncClient,
    ada: httpx.AsyncClient,
    mails: Mails,
    provider: Provider,
    connection: AsyncConnection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await sign_up(client, email=OWNER)
    check = PasswordHasher.verify

    async def slow_check(hasher: PasswordHasher, password: str, password_hash: str | None) -> bool:
        is_right = await check(hasher, password, password_hash)
        monkeypatch.setattr(PasswordHasher, "verify", check)
        await by_reset(ada, mails, provider)
        return is_right

    monkeypatch.setattr(PasswordHasher, "verify", slow_check)
    assert (await sign_in(client, OWNER)).status_code == 401
    open_sessions = "SELECT count(*) FROM sessions WHERE revoked_at IS NULL"
    assert (await connection.execute(text(open_sessions))).scalar_one() == 0


async def test_a_password_that_is_replaced_while_it_is_checked_does_not_come_back_with_new_parameters(
    client: httpx.AsyncClient,
    ada: httpx.AsyncClient,
    mails: Mails,
    provider: Provider,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await sign_up(client, email=OWNER)
    hash_again = PasswordHasher.hash

    async def slow_hash(hasher: PasswordHasher, password: str) -> str:
        monkeypatch.setattr(PasswordHasher, "hash", hash_again)
        await by_reset(ada, mails, provider)
        return await hash_again(hasher, password)

    monkeypatch.setattr(PasswordHasher, "is_outdated", lambda *_: True)
    monkeypatch.setattr(PasswordHasher, "hash", slow_hash)
    assert (await sign_in(client, OWNER)).status_code == 401
    monkeypatch.undo()
    assert (await sign_in(client, OWNER)).status_code == 401
    assert (await sign_in(ada, OWNER, NEW_PASSWORD)).status_code == 200


async def test_a_changed_password_leaves_no_sign_in_behind_either(
    client: httpx.AsyncClient, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sign_up_proved(client, email=OWNER)
    check = PasswordHasher.verify

    async def slow_check(hasher: PasswordHasher, password: str, password_hash: str | None) -> bool:
        monkeypatch.setattr(PasswordHasher, "verify", check)
        assert (await change(client)).status_code == 204
        return await check(hasher, password, password_hash)

    monkeypatch.setattr(PasswordHasher, "verify", slow_check)
    async with browser(app) as thief:
        assert (await sign_in(thief, OWNER)).status_code == 401


# Every table


# What belongs to a user and lets nobody in. Sessions and begun sign-ins are ended by the session repository.
NO_CREDENTIALS = {
    "audit": {"security_events"},
    "content": {"posts", "comments", "notifications", "reports", "idempotency_keys"},
    "sessions": {"sessions", "pending_sign_ins"},
}


def test_every_table_of_credentials_is_emptied_by_the_first_proof() -> None:
    tables = BaseTableModel.metadata.tables.values()
    of_users = {
        table.name
        for table in tables
        if "user_id" in table.c or any(key.column.table.name == "users" for key in table.foreign_keys)
    }
    emptied = {table.__tablename__ for table in CredentialRepository.tables}
    assert of_users - emptied == {name for names in NO_CREDENTIALS.values() for name in names} & of_users


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
        await clean_up(work, CleanUp())
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
            await clean_up(work, CleanUp())
            again = not work.outbox.is_empty
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
