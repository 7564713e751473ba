"""The revisions that are read from the files of the migrations are those that Alembic finds in them."""

from pathlib import Path

import pytest
from alembic.script import ScriptDirectory

from repository.operations.revision import MIGRATIONS, MigrationError, MigrationHistory, read_history, rewrite_parent


def write(versions: Path, revision: str, parents: object, *, quote: str = '"', name: str = "") -> None:
    text = f"revision: str = {quote}{revision}{quote}\ndown_revision: str | None = {parents!r}\n\n\ndef upgrade(): ..."
    (versions / f"{name or revision}.py").write_text(text)


def test_the_newest_migration_and_all_others_are_those_that_alembic_names() -> None:
    script = ScriptDirectory(str(MIGRATIONS))
    revisions = {migration.revision for migration in script.walk_revisions()}
    assert script.get_heads() == [read_history().head]
    assert revisions == read_history().revisions


@pytest.mark.parametrize("quote", ["'", '"'])
def test_a_migration_is_read_however_it_is_quoted(tmp_path: Path, quote: str) -> None:
    write(tmp_path, "a", None, quote=quote)
    (tmp_path / "b.py").write_text(f"revision = {quote}b{quote}\ndown_revision = {quote}a{quote}\n")
    assert read_history(tmp_path).head == "b"


def test_a_merge_follows_all_that_it_merges(tmp_path: Path) -> None:
    for revision, parents in {"a": None, "b": "a", "c": "a", "d": ("b", "c")}.items():
        write(tmp_path, revision, parents)
    assert read_history(tmp_path) == MigrationHistory("d", frozenset("abcd"))


def test_two_newest_migrations_are_named_with_the_command_that_puts_one_behind_the_other(tmp_path: Path) -> None:
    for revision, parents in {"a": None, "b": "a", "c": "a"}.items():
        write(tmp_path, revision, parents)
    with pytest.raises(MigrationError, match=r"b\.py and c\.py are 2 newest .* `main\.py move-migration c --after b`"):
        read_history(tmp_path)


@pytest.mark.parametrize("quote", ["'", '"'])
def test_a_parent_is_rewritten_and_nothing_else(tmp_path: Path, quote: str) -> None:
    write(tmp_path, "b", "a", quote=quote)
    before = (tmp_path / "b.py").read_text()
    (tmp_path / "b.py").write_text(f'"""Accents, café."""\n{before}')
    rewrite_parent(tmp_path / "b.py", "c")
    assert (tmp_path / "b.py").read_text() == f'"""Accents, café."""\n{before}'.replace("'a'", '"c"')


def test_what_is_wrong_with_the_files_is_told_in_a_sentence(tmp_path: Path) -> None:
    write(tmp_path, "b", "a")
    with pytest.raises(MigrationError, match="follows revision a, which is not there"):
        read_history(tmp_path)
    write(tmp_path, "b", None, name="again")
    with pytest.raises(MigrationError, match=r"again\.py and b\.py are both revision b"):
        read_history(tmp_path)
    (tmp_path / "b.py").write_text("revision: str = 'b'\n")
    with pytest.raises(MigrationError, match=r"b\.py is no migration: it has no down_revision"):
        read_history(tmp_path)
    (tmp_path / "again.py").write_text("<<<<<<< HEAD\n")
    with pytest.raises(MigrationError, match=r"again\.py is no migration: invalid syntax"):
        read_history(tmp_path)


def test_a_database_is_up_to_date_when_it_has_the_newest_migration_or_one_of_a_newer_release() -> None:
    history = MigrationHistory("b", frozenset("ab"))
    assert history.is_applied({"b"})
    assert history.is_applied({"c"})
    assert not history.is_applied({"a"})
    assert not history.is_applied(set())
