"""A migration holds no lock on a table in use for long, and takes nothing away that the release before needs.

squawk finds both.
"""

import json
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from alembic.script import Script

from tests.test_architecture.findings import Finding, assert_none, found_at
from tests.test_architecture.source import tool
from tests.test_architecture.test_migrations import MIGRATIONS_OF_FEATURES, sql_of

# Lengths are limits of the product, counters of attempts fit into 32 bits, and the release before reads a null password
# as one that never fits.
EXCLUDED = "prefer-text-field,prefer-bigint-over-int,ban-drop-not-null"
TIMEOUTS = "SET lock_timeout = '3s'; SET statement_timeout = '3s';"


def complaints(statements: Mapping[str, str], directory: Path) -> Iterator[tuple[str, str, str, str]]:
    """Yield what squawk says against running `statements` on tables in use: name, rule, fault and help."""
    files = {str(directory / f"{name}.sql"): name for name in statements}
    for file, name in files.items():
        Path(file).write_text(statements[name], encoding="utf-8")
    command = [tool("squawk"), "--pg-version=18", f"--exclude={EXCLUDED}", "--reporter=json", *files]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode in {0, 1}, run.stderr
    for found in json.loads(run.stdout or "[]"):
        yield files[found["file"]], found["rule_name"], found["message"].rstrip("."), found["help"] or ""


def locking(scripts: Mapping[str, Script], directory: Path) -> Iterator[Finding]:
    """Yield what is wrong with migrations by their revisions."""
    statements = {revision: sql_of(script) for revision, script in scripts.items()}
    for revision, rule, wrong, advice in complaints(statements, directory):
        instead = f"{advice.rstrip('.') or 'Take several steps, one for each release'}. If it is meant, write `-- squawk-ignore {rule}` and why."
        yield found_at(scripts[revision].module.upgrade, "migration-locks", f"{wrong} ({rule})", instead)


def test_every_migration_is_safe_on_tables_in_use(tmp_path: Path) -> None:
    assert_none(locking({script.revision: script for script in MIGRATIONS_OF_FEATURES}, tmp_path))


def rules_broken(sql: str, directory: Path) -> set[str]:
    return {rule for _, rule, _, _ in complaints({"migration": sql}, directory)}


def test_a_migration_that_would_lock_a_live_table_is_noticed(tmp_path: Path) -> None:
    assert "require-concurrent-index-creation" in rules_broken("CREATE INDEX a ON users (email);", tmp_path)
    assert rules_broken(f"{TIMEOUTS} SELECT 1;", tmp_path) == set()


@pytest.mark.parametrize(
    ("sql", "rule"),
    [
        ("ALTER TABLE notes DROP COLUMN subtitle;", "ban-drop-column"),
        ("DROP TABLE notes;", "ban-drop-table"),
        ("ALTER TABLE notes RENAME COLUMN title TO headline;", "renaming-column"),
        ("ALTER TABLE notes RENAME TO articles;", "renaming-table"),
        ("ALTER TABLE notes ADD COLUMN kind text NOT NULL;", "adding-required-field"),
        ("ALTER TABLE notes ALTER COLUMN version TYPE text;", "changing-column-type"),
        ("ALTER TABLE notes ALTER COLUMN subtitle SET NOT NULL;", "adding-not-nullable-field"),
    ],
)
def test_a_migration_that_takes_something_away_is_noticed(tmp_path: Path, sql: str, rule: str) -> None:
    assert rule in rules_broken(sql, tmp_path)
    # As the release says that needs it no more.
    assert rule not in rules_broken(f"-- squawk-ignore {rule}\n{sql}", tmp_path)
