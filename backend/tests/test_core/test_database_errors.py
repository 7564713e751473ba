"""Every command says in one sentence what is wrong with the database."""

import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import unquote

import pytest

from core import db, product
from core.database_errors import explain, is_permanent
from core.pool import NoConnection
from core.settings import REFUSED_EXIT_CODE, REPOSITORY_ROOT, child_environment
from embedded.postgres import SOCKET
from embedded.services import Urls
from repository.operations import migrate
from repository.operations.revision import MigrationError
from tests.support.databases import create_database, run_sql
from tests.support.tls_proxy import tls_proxy


@pytest.fixture
def empty_database_url(services: Urls, process_number: int) -> str:
    return create_database(services.database_url, f"errors_{process_number}")


@pytest.fixture
def limited_url(services: Urls, empty_database_url: str, process_number: int) -> Iterator[str]:
    """The empty database for a user without any rights to it."""
    role = f"limited_{process_number}"
    run_sql(services.database_url, f"DROP ROLE IF EXISTS {role}")  # of a run that was killed
    run_sql(services.database_url, f"CREATE ROLE {role} LOGIN")
    yield empty_database_url.replace(f"{product.IDENTIFIER}@", f"{role}@")
    create_database(services.database_url, f"errors_{process_number}")
    run_sql(services.database_url, f"DROP ROLE {role}")


def _run(*command: str, url: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(REPOSITORY_ROOT / "backend" / "main.py"), *command],
        env=child_environment(DATABASE_URL=url, REDIS_URL="redis://127.0.0.1:1"),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.process
@pytest.mark.parametrize(
    "command",
    [
        ["upgrade-database"],
        ["check-migrations"],
        ["jobs", "stats"],
        ["create-admin", "admin@example.com", "--generate"],
        ["worker"],
        ["scheduler"],
    ],
    ids=" ".join,
)
@pytest.mark.parametrize(
    ("change", "reason", "remedy"),
    [
        (
            (f"{product.IDENTIFIER}@", "stranger@"),
            'role "stranger" does not exist',
            "check the user and the password in DATABASE_URL",
        ),
        (
            (f"/{product.IDENTIFIER}?", "/nothing?"),
            'database "nothing" does not exist',
            "correct its name in DATABASE_URL",
        ),
    ],
)
def test_every_command_says_why_the_database_refuses_it(
    services: Urls, command: list[str], change: tuple[str, str], reason: str, remedy: str
) -> None:
    refused = _run(*command, url=services.database_url.replace(*change))
    assert refused.returncode == (REFUSED_EXIT_CODE if command[0] in {"worker", "scheduler"} else 1)
    assert "Traceback" not in refused.stderr
    last = refused.stderr.splitlines()[-1]
    assert last.startswith(f"{product.SLUG}: ")
    assert reason in last
    assert remedy in last


@pytest.mark.process
def test_a_command_on_a_database_without_tables_asks_for_the_migrations(empty_database_url: str) -> None:
    refused = _run("jobs", "stats", url=empty_database_url)
    assert refused.returncode == 1
    assert refused.stderr.splitlines()[-1] == (
        f'{product.SLUG}: PostgreSQL reports: relation "jobs" does not exist; apply the migrations first:'
        " `main.py upgrade-database`."
    )


@pytest.mark.process
def test_a_command_says_that_nothing_answers() -> None:
    refused = _run("jobs", "stats", url="postgresql://user@127.0.0.1:1/name")
    assert "DATABASE_URL: PostgreSQL cannot be reached (" in refused.stderr.splitlines()[-1]


def test_missing_rights_are_told_with_what_helps(limited_url: str) -> None:
    with pytest.raises(MigrationError, match=r"permission denied for schema public; grant the right to the user"):
        migrate.upgrade(limited_url)


def test_a_missing_extension_is_told_with_what_helps(limited_url: str, empty_database_url: str) -> None:
    role = limited_url.partition("//")[2].partition("@")[0]
    run_sql(empty_database_url, f"ALTER SCHEMA public OWNER TO {role}")
    with pytest.raises(MigrationError) as refusal:
        migrate.upgrade(limited_url)
    assert str(refusal.value) == (
        'PostgreSQL reports: permission denied to create extension "pg_trgm"; have a superuser run CREATE EXTENSION'
        " pg_trgm in the database."
    )


def test_another_encoding_is_told_with_what_helps(services: Urls, process_number: int) -> None:
    url = create_database(services.database_url, f"errors_{process_number}")
    name = f"latin_{process_number}"
    run_sql(services.database_url, f"DROP DATABASE IF EXISTS {name}")
    run_sql(services.database_url, f"CREATE DATABASE {name} ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0")
    with pytest.raises(MigrationError, match="create the database anew with ENCODING 'UTF8'"):
        migrate.upgrade(url.replace(f"errors_{process_number}", name))
    run_sql(services.database_url, f"DROP DATABASE {name}")


async def test_tls_that_the_server_does_not_have_is_told_and_permanent(services: Urls) -> None:
    target = unquote(services.database_url.partition("?host=")[2])
    with tls_proxy(f"{target}/{SOCKET}", None) as proxy, pytest.raises(NoConnection) as refusal:
        await db.connect(f"postgresql://app@127.0.0.1:{proxy.port}/app?sslmode=require")
    assert is_permanent(refusal.value)
    assert explain(refusal.value) == (
        "DATABASE_URL: PostgreSQL cannot be reached (it has no TLS, which sslmode demands; set ssl=on there, or"
        " sslmode=prefer)."
    )


def test_an_older_postgresql_is_refused_with_its_version(
    empty_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "OLDEST_MAJOR_VERSION", 99)
    with pytest.raises(
        MigrationError, match="DATABASE_URL: PostgreSQL 99 or newer is needed, and this is PostgreSQL 18"
    ):
        migrate.upgrade(empty_database_url)


def test_what_has_nothing_to_do_with_the_database_is_not_explained() -> None:
    assert explain(ValueError("no")) is None
    assert explain(PermissionError(13, "Permission denied")) is None
