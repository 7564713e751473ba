"""Migrations to write beside those of the product, and the linters that they must pass."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from core.settings import REPOSITORY_ROOT
from repository.operations import migrate
from repository.operations.revision import MIGRATIONS


def copy_migrations(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the directory of a copy of the migrations, beside the settings of the linters."""
    (tmp_path / "pyproject.toml").write_text((REPOSITORY_ROOT / "backend" / "pyproject.toml").read_text())
    copy = tmp_path / "repository" / "migrations"
    shutil.copytree(MIGRATIONS, copy, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(migrate, "MIGRATIONS", copy)
    return copy / "versions"


def ruff(*command: str, file: Path) -> str:
    """Return what Ruff complains of in `file`."""
    run = subprocess.run(
        [sys.executable, "-m", "ruff", *command, str(file)],
        capture_output=True,
        text=True,
        cwd=file.parent,
        check=False,
    )
    return "" if run.returncode == 0 else run.stdout + run.stderr
