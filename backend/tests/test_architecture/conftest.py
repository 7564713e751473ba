"""Fixtures of several tests of the architecture."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest

from tests.test_architecture.import_graph import PACKAGES
from tests.test_architecture.source import BACKEND, source_files


@pytest.fixture(scope="session")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the code, for all tests that change it."""
    copy = tmp_path_factory.mktemp("tree")
    for package in PACKAGES:
        shutil.copytree(BACKEND / package, copy / package, ignore=shutil.ignore_patterns("__pycache__"))
    return copy


@pytest.fixture
def copied_tree(tree: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The copy of the code, found in place of the real one when a package is looked up; what a test appends goes."""
    for package in PACKAGES:
        monkeypatch.delitem(sys.modules, package, raising=False)
    monkeypatch.syspath_prepend(tree)
    yield tree
    for file in source_files(*PACKAGES):
        if (tree / file).stat().st_size != (BACKEND / file).stat().st_size:
            shutil.copy2(BACKEND / file, tree / file)


@pytest.fixture(scope="session")
def services() -> NoReturn:
    """Refuse to start a server: `make check` runs these tests, and is fast."""
    pytest.fail("The tests of the architecture start no server. Move this test to the folder of its layer.")
