"""Migrations agree with the models, go up, down and up again, and several instances may apply them at once."""

import asyncio
import re
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy.engine import make_url

from core.db import open_database
from core.settings import Settings, child_environment
from embedded.services import Urls
from repository.connection import Connection
from repository.operations import migrate
from repository.operations.health_repository import HealthRepository
from repository.operations.revision import MigrationError, is_current, read_history
from tests.support.databases import create_database, create_migrated_database, run_sql
from tests.support.migrations import copy_migrations, ruff

BACKEND = Path(__file__).parents[2]
NEW_MODEL = '''"""A gadget."""

from sqlalchemy.orm import Mapped

from repository.base_model import BaseTableModel


class Gadget(BaseTableModel):
    """A gadget."""

    __tablename__ = "gadgets"

    title: Mapped[str]
'''


@pytest.fixture
def empty_database_url(services: Urls, process_number: int) -> str:
    return create_database(services.database_url, f"migrations_{process_number}")


@pytest.fixture
def migrated_database_url(services: Urls, process_number: int) -> str:
    return create_migrated_database(services.database_url, f"migrations_{process_number}")


def test_models_and_migrations_agree(database_url: str) -> None:
    assert migrate.differences(database_url) == []


# Each change of a migrated database, and how it is told.
DIFFERENCES = {
    "ALTER TABLE users DROP COLUMN proved_at": "users.proved_at: the model has it, the migrations do not",
    "ALTER TABLE users ADD COLUMN age int": "users.age: the migrations have it, the model does not",
    "ALTER TABLE users ALTER COLUMN name TYPE varchar(50)": (
        "users.name: the model says VARCHAR(100), the migrations VARCHAR(50)"
    ),
    "ALTER TABLE users ALTER COLUMN email DROP NOT NULL": (
        "users.email: the model says VARCHAR(254) NOT NULL, the migrations VARCHAR(254)"
    ),
    "ALTER TABLE users ALTER COLUMN version SET DEFAULT 2": (
        "users.version: the model says INTEGER DEFAULT 1 NOT NULL, the migrations INTEGER DEFAULT 2 NOT NULL"
    ),
    "DROP TABLE cron_ticks": "cron_ticks: the model has it, the migrations do not",
    "CREATE TABLE gadgets (id int)": "gadgets: the migrations have it, the model does not",
    "DROP INDEX ix_users_created_at_id": (
        "users, index ix_users_created_at_id: the model has it, the migrations do not"
    ),
    "DO $$ BEGIN DROP INDEX ix_users_avatar_id; CREATE INDEX ix_users_avatar_id ON users (name); END $$": (
        "users, index ix_users_avatar_id: the model says CREATE INDEX ix_users_avatar_id ON users"
        " (avatar_id), the migrations CREATE INDEX ix_users_avatar_id ON users USING btree (name)"
    ),
    "ALTER TABLE users DROP CONSTRAINT uq_users_email": (
        "users, constraint uq_users_email: the model has it, the migrations do not"
    ),
    "ALTER TABLE sessions DROP CONSTRAINT fk_sessions_user_id": (
        "sessions, constraint fk_sessions_user_id: the model has it, the migrations do not"
    ),
}


def test_each_difference_names_table_and_column(migrated_database_url: str) -> None:
    run_sql(migrated_database_url, *DIFFERENCES)
    assert sorted(migrate.differences(migrated_database_url)) == sorted(DIFFERENCES.values())
    with pytest.raises(MigrationError, match=r"differ\.\n(  .*\n)+  Write it down: make migration") as refusal:
        migrate.check(migrated_database_url)
    assert {f"  {difference}" for difference in DIFFERENCES.values()} <= set(str(refusal.value).splitlines())


@pytest.mark.process
def test_a_model_file_that_no_module_imports_is_seen(migrated_database_url: str, tmp_path: Path) -> None:
    for package in ("core", "domain", "repository"):
        shutil.copytree(BACKEND / package, tmp_path / package)
    (tmp_path / "repository" / "models" / "gadget.py").write_text(NEW_MODEL)
    code = f"from repository.operations import migrate; print(migrate.differences({migrated_database_url!r}))"
    run = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "'gadgets: the model has it, the migrations do not'" in run.stdout


def test_every_migration_goes_up_down_and_up_again(empty_database_url: str) -> None:
    for _ in range(2):
        migrate.upgrade(empty_database_url)
        assert migrate.differences(empty_database_url) == []
        migrate.downgrade(empty_database_url, revision="base")
    tables = run_sql(empty_database_url, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    assert tables == [("alembic_version",)]


def test_a_database_is_current_with_exactly_our_migrations(empty_database_url: str) -> None:
    assert not is_current(empty_database_url)
    migrate.upgrade(empty_database_url)
    assert is_current(empty_database_url)
    run_sql(empty_database_url, "UPDATE alembic_version SET version_num = 'of_a_newer_release'")
    assert not is_current(empty_database_url)


def test_a_database_that_does_not_answer_is_not_current() -> None:
    assert not is_current("postgresql://reader@127.0.0.1:1/nothing")


def test_generating_without_a_difference_writes_nothing(migrated_database_url: str) -> None:
    with pytest.raises(MigrationError, match="nothing to migrate"):
        migrate.generate(migrated_database_url, message="nothing")


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
    assert run_sql(empty_database_url, "SELECT version_num FROM alembic_version") == [(read_history().head,)]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return copy_migrations(tmp_path, monkeypatch)


@pytest.mark.process
def test_a_migration_of_every_table_is_generated_as_make_check_wants_it_and_applies(
    project: Path, empty_database_url: str
) -> None:
    for file in project.glob("*.py"):
        file.unlink()
    # Alembic sees neither extensions nor what an operator class belongs to.
    for statement in (
        "CREATE EXTENSION pg_trgm",
        "CREATE FUNCTION sort_key(text) RETURNS text IMMUTABLE RETURN $1",
        "CREATE FUNCTION search_text(text) RETURNS text IMMUTABLE RETURN $1",
    ):
        run_sql(empty_database_url, statement)
    (project / "20260101_nothing.py").write_text("revision = 'a'\ndown_revision = None\ndef upgrade(): ...\n")
    migrate.upgrade(empty_database_url)
    files = migrate.generate(empty_database_url, message="everything")
    assert len(files) == len(set(migrate.features_of_tables().values()))
    for file in files:
        assert ruff("check", file=file) == ""
        assert ruff("format", "--check", file=file) == ""
    migrate.upgrade(empty_database_url)
    assert migrate.differences(empty_database_url) == []
    assert run_sql(empty_database_url, "SELECT version_num FROM alembic_version") == [(read_history(project).head,)]


@pytest.mark.process
@pytest.mark.parametrize(
    ("message", "docstring"),
    [
        ("add a name", "Add a name."),
        ("Add names.", "Add names."),
        ('say "name" in C:\\', "Say 'name' in C:/."),
        ("two\nlines", "Two lines."),
        ("имя – ‘name’", "Имя – ‘name’."),  # noqa: RUF001
        ("100 %(name)s", "100 %(name)s."),
    ],
)
def test_whatever_a_migration_is_called_it_passes_the_linters(
    project: Path, migrated_database_url: str, message: str, docstring: str
) -> None:
    run_sql(migrated_database_url, "ALTER TABLE users DROP COLUMN name")
    [file] = migrate.generate(migrated_database_url, message=message)
    assert file.read_text().startswith(f'"""{docstring}"""\n')
    assert ruff("check", file=file) == ""
    assert ruff("format", "--check", file=file) == ""


def test_a_migration_needs_a_message(empty_database_url: str) -> None:
    with pytest.raises(MigrationError, match="Say what the migration changes"):
        migrate.generate(empty_database_url, message=" .")


def test_two_migrations_with_one_message_on_one_day_are_two_files(project: Path, empty_database_url: str) -> None:
    files = []
    for column in ("name", "locale"):
        migrate.upgrade(empty_database_url)
        run_sql(empty_database_url, f"ALTER TABLE users DROP COLUMN IF EXISTS {column}")
        run_sql(empty_database_url, f"ALTER TABLE users ADD COLUMN {column}_before text")
        files += migrate.generate(empty_database_url, message="change users")
    assert len(set(files)) == 2
    assert all('feature: str = "user"' in file.read_text() for file in files)
    assert read_history(project).head in files[1].read_text()
    with pytest.raises(MigrationError, match="not up to date"):
        migrate.generate(empty_database_url, message="change users")


def test_tables_are_dropped_before_those_that_their_foreign_keys_lead_to(
    project: Path, migrated_database_url: str
) -> None:
    chain = ["gadgets", "cogs", "teeth", "atoms", "quarks"]
    run_sql(migrated_database_url, "CREATE TABLE gadgets (id integer PRIMARY KEY, inner_id integer REFERENCES gadgets)")
    for whole, part in pairwise(chain):
        columns = f"id integer PRIMARY KEY, {whole}_id integer REFERENCES {whole}"
        run_sql(migrated_database_url, f"CREATE TABLE {part} ({columns})")
        run_sql(migrated_database_url, f"CREATE INDEX ON {part} ({whole}_id)")
    files = migrate.generate(migrated_database_url, message="remove gadgets")
    assert [re.findall(r'op.drop_table\("(\w+)"\)', file.read_text()) for file in files] == [
        [name] for name in reversed(chain)
    ]
    migrate.upgrade(migrated_database_url)
    assert migrate.differences(migrated_database_url) == []


@pytest.fixture
def two_newest(project: Path) -> str:
    """Two migrations that follow the head of `project`, which is returned."""
    head = read_history(project).head
    for revision in ("bbbb", "cccc"):
        text = f"revision = {revision!r}\ndown_revision = {head!r}\ndef upgrade(): ...\ndef downgrade(): ...\n"
        (project / f"{revision}.py").write_text(text)
    return head


def test_two_newest_migrations_are_refused_and_a_merge_joins_them(
    project: Path, two_newest: str, empty_database_url: str
) -> None:
    with pytest.raises(MigrationError, match=r"join them with `main\.py merge-migrations`"):
        migrate.upgrade(empty_database_url)
    file = migrate.merge()
    assert ruff("check", file=file) == ""
    assert ruff("format", "--check", file=file) == ""
    migrate.upgrade(empty_database_url)
    assert run_sql(empty_database_url, "SELECT version_num FROM alembic_version") == [(read_history(project).head,)]
    with pytest.raises(MigrationError, match="nothing to merge"):
        migrate.merge()


def test_the_later_of_two_newest_migrations_follows_the_other(
    project: Path, two_newest: str, empty_database_url: str
) -> None:
    migrate.upgrade(empty_database_url, revision=two_newest)
    with pytest.raises(MigrationError, match=r"`main\.py move-migration cccc --after bbbb`"):
        migrate.upgrade(empty_database_url)
    assert migrate.move(empty_database_url, "cccc", after="bbbb") == project / "cccc.py"
    migrate.upgrade(empty_database_url)
    assert run_sql(empty_database_url, "SELECT version_num FROM alembic_version") == [("cccc",)]
    with pytest.raises(MigrationError, match=r"They are: cccc\."):
        migrate.move(empty_database_url, "cccc", after="bbbb")


def test_a_migration_that_the_database_has_had_moves_only_after_it_is_reverted(
    project: Path, two_newest: str, empty_database_url: str
) -> None:
    migrate.upgrade(empty_database_url, revision="cccc")
    with pytest.raises(MigrationError, match=f"`main.py downgrade-database --revision {two_newest}`"):
        migrate.move(empty_database_url, "cccc", after="bbbb")
    migrate.downgrade(empty_database_url, revision=two_newest)
    migrate.move(empty_database_url, "cccc", after="bbbb")
    migrate.upgrade(empty_database_url)
    assert read_history(project).head == "cccc"


def test_a_branch_of_several_migrations_moves_as_a_whole(
    project: Path, two_newest: str, empty_database_url: str
) -> None:
    (project / "dddd.py").write_text("revision = 'dddd'\ndown_revision = 'cccc'\ndef upgrade(): ...\n")
    assert migrate.move(empty_database_url, "dddd", after="bbbb") == project / "cccc.py"
    assert read_history(project).head == "dddd"
    (project / "eeee.py").write_text("revision = 'eeee'\ndown_revision = 'bbbb'\ndef upgrade(): ...\n")
    (project / "ffff.py").write_text("revision = 'ffff'\ndown_revision = ('dddd', 'eeee')\ndef upgrade(): ...\n")
    (project / "gggg.py").write_text("revision = 'gggg'\ndown_revision = 'bbbb'\ndef upgrade(): ...\n")
    with pytest.raises(MigrationError, match="follows a merge"):
        migrate.move(empty_database_url, "ffff", after="gggg")


def test_a_database_of_another_branch_is_explained_whatever_is_done_with_it(migrated_database_url: str) -> None:
    run_sql(migrated_database_url, "UPDATE alembic_version SET version_num = 'ffff'")
    for act in (
        migrate.upgrade,
        migrate.differences,
        lambda url: migrate.downgrade(url, revision="-1"),
        lambda url: migrate.generate(url, message="add names"),
    ):
        with pytest.raises(migrate.UnknownRevision, match="a newer release or another branch"):
            act(migrated_database_url)


def test_a_revision_that_does_not_exist_is_told_as_such(empty_database_url: str) -> None:
    with pytest.raises(MigrationError, match="Can't locate revision identified by 'ffff'") as refusal:
        migrate.upgrade(empty_database_url, revision="ffff")
    assert not isinstance(refusal.value, migrate.UnknownRevision)


async def test_a_table_that_stays_locked_is_told_with_how_to_find_the_transaction(
    migrated_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrate, "LOCK_ATTEMPTS", 1)
    monkeypatch.setattr(migrate, "LOCK_TIMEOUT", "100ms")
    await asyncio.to_thread(migrate.downgrade, migrated_database_url, revision="-1")
    address = make_url(migrated_database_url).set(drivername="postgresql").render_as_string(False)
    blocking = await asyncpg.connect(address)
    async with blocking.transaction():
        await blocking.execute("LOCK TABLE alembic_version")
        with pytest.raises(migrate.TableLocked, match="pg_stat_activity"):
            await asyncio.to_thread(migrate.upgrade, migrated_database_url)
    await blocking.close()


async def test_a_database_without_any_migration_is_at_no_revision(settings: Settings, services: Urls) -> None:
    database = open_database(settings, application_name="tests", url=services.database_url)
    assert await HealthRepository(Connection(database.acquire)).applied_revisions() == frozenset()
    await database.close()
