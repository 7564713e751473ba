"""Constraints, computed columns and indexes are compared in PostgreSQL's words, and migrations change them.

The examples are the tables of reports and posts.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import CheckConstraint, Index, Table, text

from domain.report import ReportState
from embedded.services import Urls
from repository import models
from repository.operations import migrate
from repository.operations.revision import MigrationError, read_history
from tests.support.databases import create_migrated_database, run_sql
from tests.support.migrations import copy_migrations, ruff
from tests.test_architecture.test_migration_locks import rules_broken

STATES = ", ".join(f"'{state}'" for state in ReportState)
STATE = f"CHECK (state IN ({STATES}))"
DEFINITIONS = """
SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT conname || pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'c'
UNION ALL SELECT generation_expression FROM information_schema.columns WHERE is_generated = 'ALWAYS'
"""
ONE_STATE = "CHECK (state = 'pending')"
REPORTS: Table = models.Report.__table__  # type: ignore[assignment]


@pytest.fixture
def migrated_url(services: Urls, process_number: int) -> str:
    return create_migrated_database(services.database_url, f"definitions_{process_number}")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return copy_migrations(tmp_path, monkeypatch)


def _definitions(url: str) -> list[str]:
    return sorted(definition for (definition,) in run_sql(url, DEFINITIONS))


@contextmanager
def _constraint(expression: str) -> Iterator[None]:
    """Give the model of reports one more constraint."""
    constraint = CheckConstraint(expression, name="more")
    REPORTS.append_constraint(constraint)
    try:
        yield
    finally:
        REPORTS.constraints.remove(constraint)


CHANGES = [
    pytest.param(
        [
            "ALTER TABLE reports DROP CONSTRAINT ck_reports_state",
            f"ALTER TABLE reports ADD CONSTRAINT ck_reports_state {ONE_STATE}",
        ],
        f"reports, constraint ck_reports_state: the model says {STATE}, the migrations CHECK (state::text = 'pending'",
        id="a changed constraint",
    ),
    pytest.param(
        ["ALTER TABLE reports DROP CONSTRAINT ck_reports_state"],
        "reports, constraint ck_reports_state: the model has it, the migrations do not",
        id="a new constraint",
    ),
    pytest.param(
        ["ALTER TABLE reports ADD CONSTRAINT ck_reports_more CHECK (kind <> ':kind')"],
        "reports, constraint ck_reports_more: the migrations have it, the model does not",
        id="a constraint that goes",
    ),
    pytest.param(
        [
            "DROP INDEX uq_reports_user_id_kind",
            "CREATE UNIQUE INDEX uq_reports_user_id_kind ON reports (user_id, kind) WHERE state = 'pending'",
        ],
        "reports, index uq_reports_user_id_kind: the model says CREATE UNIQUE INDEX",
        id="a predicate",
    ),
    pytest.param(
        ["DROP INDEX ix_jobs_dead", "CREATE INDEX ix_jobs_dead ON jobs (id)"],
        "jobs, index ix_jobs_dead: the model says CREATE INDEX ix_jobs_dead ON jobs (id) WHERE state = 'dead', the migr",
        id="a new predicate",
    ),
    pytest.param(
        [
            "DROP INDEX ix_jobs_due_by_task",
            "CREATE INDEX ix_jobs_due_by_task ON jobs (available_at, task) WHERE state = 'pending'",
        ],
        "jobs, index ix_jobs_due_by_task: the model says CREATE INDEX",
        id="an order",
    ),
    pytest.param(
        [
            "DROP INDEX ix_posts_search_text",
            "CREATE INDEX ix_posts_search_text ON posts USING gin (search_text(title) gin_trgm_ops)",
        ],
        "posts, index ix_posts_search_text: the model says CREATE INDEX",
        id="an expression",
    ),
    pytest.param(
        ["ALTER TABLE posts ALTER COLUMN search SET EXPRESSION AS (to_tsvector('simple', title))"],
        "posts.search: the model says GENERATED ALWAYS AS (to_tsvector('english', title",
        id="a computed column",
    ),
]


@pytest.mark.parametrize(("changes", "difference"), CHANGES)
def test_a_changed_definition_is_a_difference(migrated_url: str, changes: list[str], difference: str) -> None:
    run_sql(migrated_url, *changes)
    [found] = migrate.differences(migrated_url)
    assert found.startswith(difference)


@pytest.mark.process
@pytest.mark.parametrize("changes", [pytest.param(change.values[0], id=change.id) for change in CHANGES])
def test_the_migration_of_a_changed_definition_is_safe_and_has_a_way_back(
    project: Path, migrated_url: str, tmp_path: Path, changes: list[str]
) -> None:
    before = read_history(project).head
    run_sql(migrated_url, *changes)
    definitions = _definitions(migrated_url)
    [file] = migrate.generate(migrated_url, message="change definitions")
    assert ruff("check", file=file) == ""
    assert ruff("format", "--check", file=file) == ""
    for _ in range(2):
        migrate.upgrade(migrated_url)
        assert migrate.differences(migrated_url) == []
        migrate.downgrade(migrated_url, revision="-1")
        assert _definitions(migrated_url) == definitions
    broken = rules_broken(migrate.as_sql(f"{before}:head"), tmp_path)
    assert broken == ({"ban-drop-constraint"} if "ck_reports_more" in changes[0] else set())


@pytest.mark.process
def test_a_constraint_that_only_the_model_has_is_written(project: Path, migrated_url: str) -> None:
    with _constraint("kind <> 'a :b' AND kind <> 'c'"):
        [file] = migrate.generate(migrated_url, message="add a constraint")
        migrate.upgrade(migrated_url)
        assert migrate.differences(migrated_url) == []
    assert 'feature: str = "report"' in file.read_text()


# SQLAlchemy reads of such a constraint what it does not understand itself.
@pytest.mark.filterwarnings("ignore:Can't validate argument 'dialect_options'")
def test_a_constraint_that_is_not_validated_yet_is_the_same(migrated_url: str) -> None:
    run_sql(
        migrated_url,
        "ALTER TABLE reports DROP CONSTRAINT ck_reports_state",
        f"ALTER TABLE reports ADD CONSTRAINT ck_reports_state {STATE} NOT VALID",
    )
    assert migrate.differences(migrated_url) == []


@pytest.mark.parametrize(
    "changes",
    [
        ["ALTER TABLE posts ALTER COLUMN search DROP EXPRESSION"],
        [
            "ALTER TABLE posts DROP COLUMN search",
            "ALTER TABLE posts ADD COLUMN search tsvector GENERATED ALWAYS AS (NULL::tsvector) VIRTUAL",
        ],
    ],
    ids=["a column that becomes computed", "a column that becomes stored"],
)
def test_what_no_statement_changes_is_told_and_not_written(
    project: Path, migrated_url: str, changes: list[str]
) -> None:
    run_sql(migrated_url, *changes)
    assert any(line.startswith("posts.search: the model says GENERATED") for line in migrate.differences(migrated_url))
    files = set(project.iterdir())
    with pytest.raises(MigrationError, match=r"posts\.search: .* Give the column another name in the model"):
        migrate.generate(migrated_url, message="change a column")
    assert set(project.iterdir()) == files


def test_a_function_that_the_database_lacks_is_told(migrated_url: str) -> None:
    with _constraint("fold(kind) = kind"), pytest.raises(MigrationError) as refusal:
        migrate.differences(migrated_url)
    assert str(refusal.value) == (
        "reports: PostgreSQL does not take what the model says (function fold(character varying) does not exist). If it"
        " needs a function or an extension, write by hand a migration that makes it."
    )


@pytest.mark.process
def test_an_index_by_code_point_is_written_and_seen(project: Path, migrated_url: str) -> None:
    index = Index("ix_reports_kind_key_id", text('sort_key(kind) COLLATE "C"'), REPORTS.c.id)
    try:
        [file] = migrate.generate(migrated_url, message="sort by kind")
        migrate.upgrade(migrated_url)
        assert migrate.differences(migrated_url) == []
        assert ruff("check", file=file) == ""
        [written] = [line for line in _definitions(migrated_url) if "ix_reports_kind_key_id" in line]
        assert written.endswith('(sort_key((kind)::text) COLLATE "C", id)')
        run_sql(
            migrated_url,
            "DROP INDEX ix_reports_kind_key_id",
            "CREATE INDEX ix_reports_kind_key_id ON reports (sort_key(kind), id)",
        )
        [difference] = migrate.differences(migrated_url)
        assert difference.startswith("reports, index ix_reports_kind_key_id: the model says")
    finally:
        REPORTS.indexes.remove(index)
