"""Runs of the tests at once share servers, and take no database of each other."""

import shutil
from contextlib import ExitStack
from pathlib import Path

import pytest

from repository.operations import migrate
from tests.support import databases
from tests.support.databases import claimed_number


def test_a_number_is_taken_once_and_is_free_again(tmp_path: Path) -> None:
    with ExitStack() as first:
        assert [first.enter_context(claimed_number(tmp_path)) for _ in range(3)] == [0, 1, 2]
    with claimed_number(tmp_path) as number:
        assert number == 0


def test_a_copy_of_the_template_has_every_migration(database_url: str) -> None:
    assert migrate.differences(database_url) == []


@pytest.mark.parametrize("folder", ["migrations/versions", "models"])
def test_an_edited_migration_or_model_makes_a_new_template(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    before = databases.template_name()
    copied = tmp_path / "repository"
    shutil.copytree(databases.REPOSITORY, copied)
    monkeypatch.setattr(databases, "REPOSITORY", copied)
    assert databases.template_name() == before
    file = next((copied / folder).glob("*.py"))
    file.write_text(file.read_text() + "# edited\n")
    assert databases.template_name() != before
