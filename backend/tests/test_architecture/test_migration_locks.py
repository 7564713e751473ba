"""A migration holds no lock on a table in use for long, and takes nothing away that the release before needs.

squawk finds both.
"""

import json
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest
from alembic.script import Script

from tests.test_architecture.findings import Finding, assert_none, found_at
from tests.test_architecture.source import tool
from tests.test_architecture.test_migrations import MIGRATIONS_OF_FEATURES, sql_of

# Lengths are limits of the product, counters of attempts fit into 32 bits, and the release before reads a null password
# as one that never fits.
EXCLUDED = "prefer-text-field,prefer-bigint-over-int,ban-drop-not-null"
TIMEOUTS = "SET lock_timeout = '3s'; SET statement_timeout = '3s';"


# The statements of `make migration` about an index.
CONCURRENTLY = (
    "Write `with op.get_context().autocommit_block():`, and in it the operation with `postgresql_concurrently=True` and"
    " `{again}=True`"
)
IDIOMS = {
    "require-concurrent-index-creation": CONCURRENTLY.format(again="if_not_exists"),
    "require-concurrent-index-deletion": CONCURRENTLY.format(again="if_exists"),
}


class Complaint(NamedTuple):
    """The objections of squawk to a statement on a table in use. `name` is that of the group of statements."""

    name: str
    rule: str
    wrong: str
    help: str
    statement: str


def complaints(statements: Mapping[str, str], directory: Path) -> Iterator[Complaint]:
    """Yield what squawk says against running `statements` on tables in use."""
    files = {str(directory / f"{name}.sql"): name for name in statements}
    for file, name in files.items():
        Path(file).write_text(statements[name], encoding="utf-8")
    command = [tool("squawk"), "--pg-version=18", f"--exclude={EXCLUDED}", "--reporter=json", *files]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode in {0, 1}, run.stderr
    for found in json.loads(run.stdout or "[]"):
        name = files[found["file"]]
        statement, _, _ = "".join(statements[name].splitlines(keepends=True)[found["line"] :]).partition(";")
        yield Complaint(name, found["rule_name"], found["message"].rstrip("."), found["help"] or "", statement)


def locking(scripts: Mapping[str, Script], directory: Path) -> Iterator[Finding]:
    """Yield what is wrong with migrations by their revisions."""
    statements = {revision: sql_of(script) for revision, script in scripts.items()}
    for complaint in complaints(statements, directory):
        upgrade = scripts[complaint.name].module.upgrade
        yield found_at(upgrade, "migration-locks", f"{complaint.wrong} ({complaint.rule})", instead(complaint))


def instead(complaint: Complaint) -> str:
    """Return what to write in place of the statement."""
    steps = IDIOMS.get(complaint.rule) or complaint.help.rstrip(".") or "Take several steps, one for each release"
    line = json.dumps(f"-- squawk-ignore {complaint.rule}\n{complaint.statement.strip()}", ensure_ascii=False)
    return f"{steps}. If it is meant, write the reason, and `op.execute({line})`."


def test_every_migration_is_safe_on_tables_in_use(tmp_path: Path) -> None:
    assert_none(locking({script.revision: script for script in MIGRATIONS_OF_FEATURES}, tmp_path))


def rules_broken(sql: str, directory: Path) -> set[str]:
    return {complaint.rule for complaint in complaints({"migration": sql}, directory)}


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


def test_a_removal_is_answered_with_the_line_that_permits_it(tmp_path: Path) -> None:
    [complaint] = complaints({"migration": f"{TIMEOUTS}\nBEGIN;\n\nDROP TABLE notes;\nCOMMIT;\n"}, tmp_path)
    permitted = 'op.execute("-- squawk-ignore ban-drop-table\\nDROP TABLE notes")'
    assert f"If it is meant, write the reason, and `{permitted}`." in instead(complaint)


def test_an_index_that_locks_is_answered_with_what_make_migration_writes(tmp_path: Path) -> None:
    [complaint] = complaints({"migration": f"{TIMEOUTS} BEGIN;\nCREATE INDEX a ON users (email);\nCOMMIT;"}, tmp_path)
    assert instead(complaint).startswith("Write `with op.get_context().autocommit_block():`")
