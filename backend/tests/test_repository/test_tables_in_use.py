"""Migrations of tables in use that `make migration` writes pass `make check`, and can be repeated and taken back."""

from pathlib import Path

import pytest

from embedded.services import Urls
from repository.operations import migrate
from repository.operations.revision import read_history
from tests.support.databases import create_migrated_database, run_sql
from tests.support.migrations import copy_migrations, ruff
from tests.test_architecture.test_migration_locks import rules_broken

LOST = (
    "ALTER TABLE users DROP COLUMN invited_at",
    "ALTER TABLE users DROP CONSTRAINT uq_users_email",
    "CREATE INDEX ix_users_version ON users (version)",
)
REFERENCE_LOST = ("ALTER TABLE sessions DROP CONSTRAINT fk_sessions_user_id", "DROP INDEX ix_sessions_user_id")
CHANGED = (
    "ALTER TABLE jobs DROP CONSTRAINT ck_jobs_state",
    "DROP INDEX ix_jobs_dead",
    "CREATE INDEX ix_jobs_dead ON jobs (id)",
)
PARTS = """
SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT conname || pg_get_constraintdef(oid) || convalidated FROM pg_constraint
"""
# A feature whose model is gone.
MIGRATION_OF_GADGETS = '''"""Gadgets."""

from alembic import op

feature: str = "gadget"
revision: str = "aaaaaaaaaaaa"
down_revision: str = "{head}"


def upgrade() -> None:
    op.execute("CREATE TABLE gadgets (id int)")
    op.execute("CREATE INDEX ix_gadgets_id ON gadgets (id)")


def downgrade() -> None:
    op.execute("DROP TABLE gadgets")
'''

pytestmark = pytest.mark.process


@pytest.fixture
def migrated_url(services: Urls, process_number: int) -> str:
    return create_migrated_database(services.database_url, f"in_use_{process_number}")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return copy_migrations(tmp_path, monkeypatch)


def _parts(url: str) -> list[str]:
    return sorted(part for (part,) in run_sql(url, PARTS))


@pytest.mark.parametrize("lost", [LOST, REFERENCE_LOST, CHANGED], ids=["columns", "foreign keys", "definitions"])
def test_the_migration_of_a_table_in_use_locks_nothing_and_has_a_way_back(
    project: Path, migrated_url: str, tmp_path: Path, lost: tuple[str, ...]
) -> None:
    before = read_history(project).head
    complete = _parts(migrated_url)
    run_sql(migrated_url, *lost)
    reduced = _parts(migrated_url)
    [file] = migrate.generate(migrated_url, message="add parts")
    assert ruff("check", file=file) == ""
    assert ruff("format", "--check", file=file) == ""
    assert rules_broken(migrate.as_sql(f"{before}:head"), tmp_path) == set()
    for _ in range(2):
        migrate.upgrade(migrated_url)
        assert migrate.differences(migrated_url) == []
        assert set(_parts(migrated_url)) == set(complete) - {part for part in reduced if "ix_users_version" in part}
        migrate.downgrade(migrated_url, revision="-1")
        assert _parts(migrated_url) == reduced


def test_a_migration_that_was_interrupted_after_an_index_can_be_applied_again(project: Path, migrated_url: str) -> None:
    before = read_history(project).head
    run_sql(migrated_url, "ALTER TABLE users DROP COLUMN invited_at", *REFERENCE_LOST)
    migrate.generate(migrated_url, message="add parts")
    migrate.upgrade(migrated_url)
    run_sql(migrated_url, f"UPDATE alembic_version SET version_num = '{before}'")
    migrate.upgrade(migrated_url)
    assert migrate.differences(migrated_url) == []


def test_a_table_whose_model_is_gone_goes_with_its_indexes_in_a_migration_of_its_feature(
    project: Path, migrated_url: str, tmp_path: Path
) -> None:
    head = read_history(project).head
    (project / "20260101_gadgets.py").write_text(MIGRATION_OF_GADGETS.format(head=head))
    migrate.upgrade(migrated_url)
    [file] = migrate.generate(migrated_url, message="remove gadgets")
    assert 'feature: str = "gadget"' in file.read_text()
    # The author says that no release in service reads it.
    assert rules_broken(migrate.as_sql("aaaaaaaaaaaa:head"), tmp_path) == {"ban-drop-table"}
    parts = _parts(migrated_url)
    for _ in range(2):
        migrate.upgrade(migrated_url)
        assert migrate.differences(migrated_url) == []
        migrate.downgrade(migrated_url, revision="-1")
        assert _parts(migrated_url) == parts
