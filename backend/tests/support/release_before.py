"""The release before the newest migration, taken from the history."""

import subprocess
import sys
from pathlib import Path

import httpx2 as httpx
import pytest

from repository.operations.revision import MIGRATIONS, read_history

BACKEND = Path(__file__).parents[2]


def release_before(directory: Path) -> Path:
    """Take the last commit without the newest migration to a directory, and return its `main.py`."""
    newest = read_history().head
    [file] = [
        file for file in (MIGRATIONS / "versions").glob("*.py") if f'revision: str = "{newest}"' in file.read_text()
    ]
    added = _git("log", "--diff-filter=A", "--format=%H", "-1", "--", str(file))
    commit = f"{added}^" if added else "HEAD"
    archive = directory / "release.tar"
    if not _git("archive", "--format=tar", f"--output={archive}", commit, "."):
        subprocess.run(["tar", "-x", "-f", archive, "-C", directory], check=True)
    imports = [sys.executable, "-c", "import api.app, domain.tasks, main"]
    if subprocess.run(imports, cwd=directory, capture_output=True, check=False).returncode != 0:
        pytest.skip("the release before needs other packages than those that are installed")
    return directory / "main.py"


def _git(*command: str) -> str:
    run = subprocess.run(["git", *command], cwd=BACKEND, capture_output=True, text=True, check=False)
    if run.returncode != 0:
        pytest.skip("there is no history to take the release before from")
    return run.stdout.strip()


def send(browser: httpx.Client, method: str, path: str, body: object = None) -> dict[str, str]:
    response = browser.request(method, path, json=body)
    assert response.is_success, f"{method} {path}: {response.status_code} {response.text}"
    data: dict[str, str] = response.json()["data"] if response.content else {}
    return data
