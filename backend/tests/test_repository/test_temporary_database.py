"""Models and migrations are compared in a database that is made for it, and the database in use stays as it is."""

import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from core import product
from core.database_url import with_database
from core.settings import child_environment
from embedded.services import Urls
from repository.operations.revision import MigrationError
from repository.operations.temporary_database import PREFIX, temporary_database
from tests.support.databases import create_database, run_sql

BACKEND = Path(__file__).parents[2]
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
WAITING = """
import asyncio
import sys
from core.db import connect
from repository.operations.temporary_database import temporary_database

async def wait(url):
    connection = await connect(url)
    print(url, flush=True)
    await connection.execute("SELECT pg_sleep(600)")

with temporary_database(sys.argv[1]) as url:
    asyncio.run(wait(url))
"""


@pytest.fixture
def database_in_use(services: Urls, process_number: int) -> str:
    return create_database(services.database_url, f"in_use_{process_number}")


@pytest.fixture
def limited_url(services: Urls, database_in_use: str, process_number: int) -> Iterator[str]:
    """The database in use, for a user who may create tables in it and no databases."""
    role = f"without_databases_{process_number}"
    run_sql(services.database_url, f"DROP ROLE IF EXISTS {role}")  # of a run that was killed
    run_sql(services.database_url, f"CREATE ROLE {role} LOGIN")
    yield database_in_use.replace(f"{product.IDENTIFIER}@", f"{role}@")
    run_sql(services.database_url, f"DROP ROLE {role}")


def _exists(server_url: str, name: str) -> bool:
    return bool(run_sql(server_url, f"SELECT 1 FROM pg_database WHERE datname = '{name}'"))


def _name(url: str) -> str:
    return urlsplit(url).path.removeprefix("/")


def _run(*command: str, url: str, backend: Path = BACKEND) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "main.py", *command],
        cwd=backend,
        env=child_environment(DATABASE_URL=url, REDIS_URL="redis://127.0.0.1:1"),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def backend(tmp_path: Path) -> Path:
    """A copy of the backend, to be changed."""
    ignored = shutil.ignore_patterns("tests", "__pycache__", ".*")
    return Path(shutil.copytree(BACKEND, tmp_path / "backend", ignore=ignored))


@pytest.fixture
def waiting(database_in_use: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A program in the middle of a statement in a temporary database, and the name of that."""
    command = [sys.executable, "-c", WAITING, database_in_use]
    with subprocess.Popen(
        command, cwd=BACKEND, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as program:
        assert program.stdout is not None
        yield program, _name(program.stdout.readline().strip())
        program.kill()


def test_a_temporary_database_is_empty_and_is_dropped_whatever_happens(database_in_use: str) -> None:
    found = []
    with suppress(ZeroDivisionError), temporary_database(database_in_use) as url:
        found += [_name(url).startswith(PREFIX), run_sql(url, TABLES) == []]
        raise ZeroDivisionError
    assert found == [True, True]
    assert not _exists(database_in_use, _name(url))


def test_commands_at_once_have_a_database_each(database_in_use: str) -> None:
    with temporary_database(database_in_use) as first, temporary_database(database_in_use) as second:
        assert first != second
        assert run_sql(first, TABLES) == run_sql(second, TABLES) == []


@pytest.mark.process
def test_an_interrupt_drops_the_temporary_database(
    database_in_use: str, waiting: tuple[subprocess.Popen[str], str]
) -> None:
    program, name = waiting
    assert _exists(database_in_use, name)
    program.send_signal(signal.SIGINT)
    program.wait(30)
    assert not _exists(database_in_use, name)


@pytest.mark.process
def test_the_next_command_drops_what_a_killed_one_left_behind(
    database_in_use: str, waiting: tuple[subprocess.Popen[str], str]
) -> None:
    program, name = waiting
    with temporary_database(database_in_use):
        assert _exists(database_in_use, name), "it is in use"
    program.kill()
    program.wait(30)
    deadline = time.monotonic() + 30
    while run_sql(database_in_use, f"SELECT FROM pg_stat_activity WHERE application_name = '{name}'"):
        assert time.monotonic() < deadline
    assert _exists(database_in_use, name)
    with temporary_database(database_in_use):
        assert not _exists(database_in_use, name)


def test_a_user_who_may_not_create_databases_reads_what_to_do(limited_url: str) -> None:
    with pytest.raises(MigrationError, match=r"ALTER ROLE … CREATEDB") as refusal, temporary_database(limited_url):
        pass
    assert str(refusal.value).count(". ") == 0
    assert "\n" not in str(refusal.value)


@pytest.mark.process
def test_a_check_leaves_the_database_in_use_as_it_is(database_in_use: str) -> None:
    checked = _run("check-migrations", url=database_in_use)
    assert (checked.returncode, checked.stderr) == (0, "")
    assert run_sql(database_in_use, TABLES) == []


@pytest.mark.process
def test_a_database_of_another_branch_or_release_is_no_reason_to_fail_a_check(database_in_use: str) -> None:
    run_sql(database_in_use, "CREATE TABLE alembic_version (version_num text)")
    run_sql(database_in_use, "INSERT INTO alembic_version VALUES ('ffff')")
    checked = _run("check-migrations", url=database_in_use)
    assert (checked.returncode, checked.stderr) == (0, "")


@pytest.mark.process
def test_a_migration_is_written_and_rewritten_without_the_database_in_use(backend: Path, database_in_use: str) -> None:
    model = backend / "repository" / "models" / "report.py"
    model.write_text(model.read_text() + "    place: Mapped[str | None]\n")
    generated = _run("generate-migration", "--message", "add places", url=database_in_use, backend=backend)
    assert generated.returncode == 0, generated.stderr
    migration = Path(generated.stdout.splitlines()[-1])
    assert migration.is_relative_to(backend)
    assert _run("check-migrations", url=database_in_use, backend=backend).returncode == 0
    for file in (model, migration):
        file.write_text(re.sub(r"\bplace\b", "room", file.read_text()))
    checked = _run("check-migrations", url=database_in_use, backend=backend)
    assert (checked.returncode, checked.stderr) == (0, "")
    migration.unlink()
    refused = _run("check-migrations", url=database_in_use, backend=backend)
    assert "reports.room: the model has it, the migrations do not" in refused.stderr
    assert run_sql(database_in_use, TABLES) == []


def test_the_url_of_another_database_keeps_hosts_and_options() -> None:
    url = "postgresql+asyncpg://app:p%40ss@a:1,b:2/app?sslmode=require&host=%2Ftmp"
    assert with_database(url, "b/c") == "postgresql+asyncpg://app:p%40ss@a:1,b:2/b%2Fc?sslmode=require&host=%2Ftmp"
