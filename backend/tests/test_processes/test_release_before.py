"""The release before the newest migration works on the schema that the migration leaves, so it may serve meanwhile."""

import subprocess
import sys
from pathlib import Path

import httpx2 as httpx
import pytest

from repository.operations.revision import MIGRATIONS, read_history
from tests.support.helpers import PASSWORD
from tests.test_processes.conftest import Stack, eventually

pytestmark = pytest.mark.process

BACKEND = Path(__file__).parents[2]


@pytest.fixture
def release_before(tmp_path: Path) -> Path:
    """The `main.py` of the last commit without the newest migration."""
    newest = read_history().head
    [file] = [
        file for file in (MIGRATIONS / "versions").glob("*.py") if f'revision: str = "{newest}"' in file.read_text()
    ]
    added = _git("log", "--diff-filter=A", "--format=%H", "-1", "--", str(file))
    commit = f"{added}^" if added else "HEAD"
    archive = tmp_path / "release.tar"
    if not _git("archive", "--format=tar", f"--output={archive}", commit, "."):
        subprocess.run(["tar", "-x", "-f", archive, "-C", tmp_path], check=True)
    imports = [sys.executable, "-c", "import api.app, domain.tasks, main"]
    if subprocess.run(imports, cwd=tmp_path, capture_output=True, check=False).returncode != 0:
        pytest.skip("the release before needs other packages than those that are installed")
    return tmp_path / "main.py"


def _git(*command: str) -> str:
    run = subprocess.run(["git", *command], cwd=BACKEND, capture_output=True, text=True, check=False)
    if run.returncode != 0:
        pytest.skip("there is no history to take the release before from")
    return run.stdout.strip()


def test_the_release_before_the_newest_migration_works_on_its_schema(stack: Stack, release_before: Path) -> None:
    stack.main = release_before
    stack.start("serve")
    stack.start("worker")
    with httpx.Client(base_url=stack.address, headers={"Sec-Fetch-Site": "same-origin"}, timeout=15) as browser:
        account = {"email": "reader@example.com", "password": PASSWORD}
        _send(browser, "POST", "/api/auth/signup", account)
        _send(browser, "POST", "/api/auth/signout")
        _send(browser, "POST", "/api/auth/signin", account)
        post = _send(browser, "POST", "/api/posts", {"title": "A title", "content": "Some content.", "published": True})
        _send(browser, "PATCH", f"/api/posts/{post['id']}", {"title": "Another title"})
        _send(browser, "POST", f"/api/posts/{post['id']}/comments", {"content": "Well said."})
        report = _send(browser, "POST", "/api/reports", {"kind": "activity"})
        for path in (
            "/api/posts?q=content",
            "/api/users/me",
            "/api/dashboard",
            "/api/auth/sessions",
            "/api/notifications",
        ):
            _send(browser, "GET", path)
        eventually(lambda: _send(browser, "GET", f"/api/reports/{report['id']}")["state"] == "done", within=30)
        eventually(lambda: stack.mails_to(account["email"]), within=15)
        _send(browser, "DELETE", f"/api/posts/{post['id']}")


def _send(browser: httpx.Client, method: str, path: str, body: object = None) -> dict[str, str]:
    response = browser.request(method, path, json=body)
    assert response.is_success, f"{method} {path}: {response.status_code} {response.text}"
    data: dict[str, str] = response.json()["data"] if response.content else {}
    return data
