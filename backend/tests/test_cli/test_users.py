"""The first admin: `create-admin` makes one and never promotes a stranger; production has no demo account."""

import asyncio
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from unittest.mock import ANY

import asyncpg
import pytest
from sqlalchemy.engine import make_url
from typer.testing import CliRunner

from cli.app import app
from core import demo_account
from core.settings import SettingsError
from domain.errors import AppError
from domain.identity.invitation import EmailHasAccount
from domain.user import AddressNotProved
from tests.support.helpers import PASSWORD


@pytest.fixture
def run(database_url: str, redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("REDIS_URL", redis_url)
    monkeypatch.setenv("ENVIRONMENT", "test")
    return CliRunner()


async def _rows(database_url: str, query: str) -> list[tuple[object, ...]]:
    url = make_url(database_url).set(drivername="postgresql").render_as_string(hide_password=False)
    connection = await asyncpg.connect(url)
    try:
        return [tuple(row) for row in await connection.fetch(query)]
    finally:
        await connection.close()


@pytest.mark.race
def test_an_invited_account_has_no_password_until_its_user_accepts(run: CliRunner, database_url: str) -> None:
    invited = run.invoke(app, ["invite", "Ada@example.com", "--name", "Ada", "--role", "admin", "--role", "member"])
    assert invited.exit_code == 0, invited.output
    again = run.invoke(app, ["invite", "ada@example.com"])
    assert isinstance(again.exception, EmailHasAccount)
    assert run.invoke(app, ["invite", "bob@example.com", "--role", "owner"]).exit_code == 2
    assert run.invoke(app, ["invite", "nonsense"]).exit_code == 2
    try:
        users = asyncio.run(_rows(database_url, "SELECT email, name, roles, password_hash, is_verified FROM users"))
        assert users == [("ada@example.com", "Ada", ["member", "admin"], None, False)]
        jobs = asyncio.run(_rows(database_url, "SELECT task FROM jobs"))
        assert jobs == [("send_one_time_link",)]
    finally:
        asyncio.run(_rows(database_url, "TRUNCATE users, security_events, jobs CASCADE"))


@pytest.mark.race
def test_an_account_is_created_once_and_promoted_again(run: CliRunner, database_url: str) -> None:
    asked = run.invoke(app, ["create-admin", "root@example.com"], input=f"short\nshort\n{PASSWORD}\n{PASSWORD}\n")
    assert asked.exit_code == 0, asked.output
    assert PASSWORD not in asked.output
    again = run.invoke(app, ["create-admin", "Root@example.com"])
    assert "is an admin" in again.output
    made_up = run.invoke(app, ["create-admin", "other@example.com", "--generate"])
    account, password = made_up.output.splitlines()[-2:]  # the password is shown once there is an account
    assert (account, password[:10]) == ("other@example.com is an admin.", "Password: ")
    assert run.invoke(app, ["create-admin", "nonsense"]).exit_code == 2
    assert run.invoke(app, ["create-admin", "x@example.com", "--password", PASSWORD]).exit_code == 2
    try:
        users = asyncio.run(_rows(database_url, "SELECT email, roles, password_hash FROM users ORDER BY created_at"))
        assert users == [
            ("root@example.com", ["member", "admin"], ANY),
            ("other@example.com", ["member", "admin"], ANY),
        ]
        events = asyncio.run(_rows(database_url, "SELECT kind FROM security_events"))
        assert events == [("admin_created",)] * 3
    finally:
        asyncio.run(_rows(database_url, "TRUNCATE users, security_events CASCADE"))


async def _sign_up(database_url: str, email: str, **values: bool) -> None:
    flags = {"is_verified": False, "is_active": True} | values
    await _rows(
        database_url,
        "INSERT INTO users (email, name, password_hash, roles, is_verified, is_active) "
        f"VALUES ('{email}', 'Mallory', 'a stranger''s', ARRAY['member'], {flags['is_verified']}, {flags['is_active']})",
    )


def _users(database_url: str) -> list[tuple[object, ...]]:
    return asyncio.run(_rows(database_url, "SELECT email, roles, is_verified, password_hash FROM users"))


@pytest.fixture
def emptied(database_url: str) -> Iterator[None]:
    yield
    asyncio.run(_rows(database_url, "TRUNCATE users, security_events CASCADE"))


@pytest.mark.race
@pytest.mark.usefixtures("emptied")
def test_an_account_whose_address_was_never_confirmed_is_not_promoted(run: CliRunner, database_url: str) -> None:
    asyncio.run(_sign_up(database_url, "root@example.com"))
    refused = run.invoke(app, ["create-admin", "Root@example.com", "--generate"])
    assert isinstance(refused.exception, AddressNotProved)
    assert "--replace" in str(refused.exception)
    assert _users(database_url) == [("root@example.com", ["member"], False, "a stranger's")]
    replaced = run.invoke(app, ["create-admin", "Root@example.com", "--generate", "--replace"])
    assert replaced.exit_code == 0, replaced.output
    ((email, roles, is_verified, password_hash),) = _users(database_url)
    assert (email, roles, is_verified) == ("root@example.com", ["member", "admin"], True)
    assert password_hash != "a stranger's"


@pytest.mark.race
@pytest.mark.usefixtures("emptied")
@pytest.mark.parametrize(
    ("options", "account"),
    [(["--replace"], {"is_verified": True}), ([], {"is_verified": True, "is_active": False})],
)
def test_a_confirmed_account_is_not_replaced_and_a_deactivated_one_not_promoted(
    run: CliRunner, database_url: str, options: list[str], account: dict[str, bool]
) -> None:
    asyncio.run(_sign_up(database_url, "root@example.com", **account))
    refused = run.invoke(app, ["create-admin", "root@example.com", "--generate", *options])
    assert isinstance(refused.exception, AppError)
    assert _users(database_url) == [("root@example.com", ["member"], True, "a stranger's")]


@pytest.mark.race
@pytest.mark.usefixtures("emptied")
def test_production_has_no_demo_account(run: CliRunner, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEMO_CONTENT", "false")
    made = run.invoke(app, ["demo-data"])
    assert made.exit_code == 0, made.output
    assert [email for email, *_ in _users(database_url)] == [demo_account.EMAIL]
    asyncio.run(_rows(database_url, "TRUNCATE users CASCADE"))
    for name, value in PRODUCTION.items():
        monkeypatch.setenv(name, value)
    refused = run.invoke(app, ["demo-data"])
    assert isinstance(refused.exception, SettingsError)
    assert "demo account" in str(refused.exception)
    assert _users(database_url) == []


PRODUCTION = {
    "ENVIRONMENT": "production",
    "TRUSTED_PROXIES": "none",
    "JWT_SECRET_KEY": sha256(b"a key of the tests").hexdigest(),
    "PUBLIC_URL": "https://app.example.com",
    "SMTP_URL": "smtps://mail.example.com",
    "MAIL_FROM": "Product <no-reply@app.example.com>",
}
