"""The template as `make new` sees it, with what is not committed yet."""

import importlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.settings import REPOSITORY_ROOT

SCRIPTS = REPOSITORY_ROOT / "scripts"


@pytest.fixture(scope="session")
def project() -> Iterator[Any]:
    """The module with the rules that make a product."""
    sys.path.insert(0, str(SCRIPTS / "project"))
    yield importlib.import_module("derivation")
    sys.path.remove(str(SCRIPTS / "project"))


@pytest.fixture(scope="session")
def answering(project: Any) -> Any:
    """The module with the rules of names."""
    return importlib.import_module("answers")


@pytest.fixture(scope="session")
def release(project: Any) -> Any:
    """The template as it lies here."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=REPOSITORY_ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    paths = [path for path in listed.stdout.split("\0") if path and (REPOSITORY_ROOT / path).is_file()]
    files = {path: REPOSITORY_ROOT / path for path in paths}
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
