"""`main.py create-admin` asks for the password or makes one up; an account that exists is promoted and keeps its own."""

from pathlib import Path
from unittest.mock import ANY

import asyncpg
import pytest
from sqlalchemy.engine import make_url
from typer.testing import CliRunner

from main import cli
from tests.helpers import PASSWORD


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
def test_an_account_is_created_once_and_promoted_again(run: CliRunner, database_url: str) -> None:
    import asyncio

    asked = run.invoke(cli, ["create-admin", "root@example.com"], input=f"short\nshort\n{PASSWORD}\n{PASSWORD}\n")
    assert asked.exit_code == 0, asked.output
    assert PASSWORD not in asked.output
    again = run.invoke(cli, ["create-admin", "Root@example.com"])
    assert "may do everything" in again.output
    made_up = run.invoke(cli, ["create-admin", "other@example.com", "--generate"])
    assert "Password: " in made_up.output
    assert run.invoke(cli, ["create-admin", "nonsense"]).exit_code == 2
    assert run.invoke(cli, ["create-admin", "x@example.com", "--password", PASSWORD]).exit_code == 2
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
