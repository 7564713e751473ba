"""What several tests of the architecture start from."""

import shutil
import sys
from pathlib import Path
from typing import NoReturn

import pytest

from tests.test_architecture.import_graph import PACKAGES
from tests.test_architecture.source import BACKEND


@pytest.fixture
def copied_tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the code, found in place of the real one when a package is looked up."""
    for package in PACKAGES:
        shutil.copytree(BACKEND / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
        monkeypatch.delitem(sys.modules, package, raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


@pytest.fixture(scope="session")
def services() -> NoReturn:
    """Refuse to start a server: `make check` runs these tests, and is fast."""
    pytest.fail("The tests of the architecture start no server. Move this test to the folder of its layer.")
