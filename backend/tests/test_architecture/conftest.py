"""What several tests of the architecture start from."""

import shutil
import sys
from pathlib import Path

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
