"""Migrations agree with the models, go up, down and up again, and several instances may apply them at once."""

import asyncio
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import asyncpg
import pytest
from alembic.script import ScriptDirectory
from sqlalchemy.engine import make_url

from core.settings import child_environment
from embedded.services import Urls
from repository import migrate
from repository.revision import MIGRATIONS, MigrationError, head_revision
from tests.conftest import create_database

BACKEND = Path(__file__).parents[2]
REVISIONS = [script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()][::-1]


@pytest.fixture
def empty_database_url(services: Urls, worker_number: int) -> str:
    return create_database(services.database_url, f"migrations_{worker_number}")


def _query(url: str, sql: str) -> list[tuple[object, ...]]:
    async def run() -> list[tuple[object, ...]]:
        connection = await asyncpg.connect(make_url(url).set(drivername="postgresql").render_as_string(False))
        rows = await connection.fetch(sql)
        await connection.close()
        return [tuple(row) for row in rows]

    return asyncio.run(run())


def test_models_and_migrations_agree(database_url: str) -> None:
    assert migrate.agrees_with_models(database_url)


def test_a_changed_model_is_noticed(empty_database_url: str) -> None:
    migrate.upgrade(empty_database_url)
    _query(empty_database_url, "ALTER TABLE users DROP COLUMN name")
    assert not migrate.agrees_with_models(empty_database_url)


def test_every_migration_goes_up_down_and_up_again(empty_database_url: str) -> None:
    for revision in REVISIONS:
        migrate.upgrade(empty_database_url, revision=revision)
        migrate.downgrade(empty_database_url, revision="-1")
        migrate.upgrade(empty_database_url, revision=revision)
    assert migrate.agrees_with_models(empty_database_url)
    migrate.downgrade(empty_database_url, revision="base")
    tables = _query(empty_database_url, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    assert tables == [("alembic_version",)]


def test_generating_without_a_difference_writes_nothing(empty_database_url: str) -> None:
    migrate.upgrade(empty_database_url)
    with pytest.raises(MigrationError, match="nothing to migrate"):
        migrate.generate(empty_database_url, message="nothing")


@pytest.mark.process
def test_five_upgrades_at_once_on_an_empty_database_all_succeed_and_apply_once(empty_database_url: str) -> None:
    environment = child_environment(DATABASE_URL=empty_database_url, REDIS_URL="redis://127.0.0.1:1")
    command = [sys.executable, str(BACKEND / "main.py"), "upgrade-database"]
    upgrades = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for _ in range(5)
    ]
    outputs = [upgrade.communicate(timeout=60)[0] for upgrade in upgrades]
    assert [upgrade.returncode for upgrade in upgrades] == [0] * 5, outputs
    assert _query(empty_database_url, "SELECT version_num FROM alembic_version") == [(head_revision(),)]


def _complaints(sql: str) -> str:
    """Return what squawk says against running `sql` on tables in use."""
    squawk = Path(sys.executable).parent / "squawk"
    # Lengths are limits of the product, counters of attempts fit into 32 bits, and the release before reads a null
    # password as one that never fits.
    excluded = "prefer-text-field,prefer-bigint-over-int,ban-drop-not-null"
    command = [str(squawk), "--pg-version=18", f"--exclude={excluded}"]
    run = subprocess.run(command, input=sql, capture_output=True, text=True, check=False)
    return "" if run.returncode == 0 else run.stdout + run.stderr


@pytest.mark.parametrize(("before", "after"), list(pairwise(["base", *REVISIONS])))
def test_every_migration_is_safe_on_tables_in_use(before: str, after: str) -> None:
    assert _complaints(migrate.as_sql(f"{before}:{after}")) == ""


def test_a_migration_that_would_lock_a_live_table_is_noticed() -> None:
    assert "require-concurrent-index-creation" in _complaints("CREATE INDEX a ON users (email);")
    assert _complaints("SET lock_timeout = '3s'; SET statement_timeout = '3s'; SELECT 1;") == ""
