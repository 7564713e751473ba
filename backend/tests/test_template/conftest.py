"""The template as `make new` sees it, with what is not committed yet."""

import importlib
import sys
from pathlib import Path
from typing import Any

import pytest

from core.settings import REPOSITORY_ROOT

SCRIPTS = REPOSITORY_ROOT / "scripts"
# They are no packages.
sys.path += [str(SCRIPTS), str(SCRIPTS / "project")]


def script(name: str) -> Any:
    """Import a module of a folder of scripts."""
    return importlib.import_module(name)


@pytest.fixture(scope="session")
def project() -> Any:
    """The module with the rules that make a product."""
    return script("derivation")


@pytest.fixture(scope="session")
def answering() -> Any:
    """The module with the rules of names."""
    return script("answers")


@pytest.fixture(scope="session")
def release(project: Any) -> Any:
    """The template as it lies here."""
    files = {path: REPOSITORY_ROOT / path for path in script("feature_mentions").tracked_files()}
    tree = {path: project.File(file.read_bytes(), bool(file.stat().st_mode & 0o100)) for path, file in files.items()}
    return project.Release(tree=tree, source="https://example.com/template", commit="c" * 40)


def put(tree: Any, folder: Path) -> Path:
    """Write the files of a tree."""
    for path, file in tree.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(file.content)
        place.chmod(0o755 if file.executable else 0o644)
    return folder
