"""The guide to a new feature still fits the code: its blocks are applied to a copy, in order."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.settings import REPOSITORY_ROOT
from tests.test_architecture.source import BACKEND, tool

GUIDE = REPOSITORY_ROOT / "docs" / "guides" / "add-an-entity.md"
BLOCK = re.compile(r"^`([\w/.-]+)`\n\n```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SHOW_ROUTES = """
from api.app import create_app
from api.documentation import api_routes
from core.settings import Settings
from sqlalchemy.orm import configure_mappers

configure_mappers()
app = create_app(Settings(_env_file=None, environment="test", database_url="postgresql://a:b@h/d", redis_url="redis://h"))
app.openapi()
print(*sorted({route.path for route in api_routes(app)}))
"""


class DoesNotFit(Exception):
    """The unchanged lines of a diff are not in the file, or are there more than once.

    Bring the guide up to date, or delete it together with this test once your product has features of its own.
    """


def blocks(guide: str) -> Iterator[tuple[str, str, str]]:
    """Yield path, language and text of each block that belongs to a file."""
    for block in BLOCK.finditer(guide):
        yield block[1], block[2], block[3]


def changed(text: str, diff: str) -> str:
    """Return `text` with the hunks of a unified diff applied."""
    for hunk in re.split(r"^@@.*\n", diff, flags=re.MULTILINE)[1:]:
        lines = [line or " " for line in hunk.splitlines()]
        old = "".join(f"{line[1:]}\n" for line in lines if line[0] != "+")
        new = "".join(f"{line[1:]}\n" for line in lines if line[0] != "-")
        if text.count(old) != 1:
            raise DoesNotFit(old)
        text = text.replace(old, new)
    return text


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the code with the guide's feature."""
    if (BACKEND / "domain" / "note.py").exists():
        pytest.skip("the guide was followed in this very code")
    root = tmp_path_factory.mktemp("product")
    shutil.copytree(BACKEND, root / "backend", ignore=shutil.ignore_patterns("__pycache__", ".*_cache"))
    for path, language, text in blocks(GUIDE.read_text(encoding="utf-8")):
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(changed(file.read_text(), text) if language == "diff" else text, encoding="utf-8")
    # The guide leaves the order of imports to `make format`.
    sort = [tool("ruff"), "check", "--quiet", "--select", "I", "--fix"]
    subprocess.run(sort, cwd=root / "backend", check=True)
    return root


def test_the_guides_feature_can_be_added_and_served(product: Path) -> None:
    run = [sys.executable, "-c", SHOW_ROUTES]
    done = subprocess.run(run, cwd=product / "backend", capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert {"/api/notes", "/api/notes/{note_id}"} <= set(done.stdout.split())


@pytest.mark.parametrize("command", [("ruff", "check", "--quiet"), ("ruff", "format", "--check"), ("lint-imports",)])
def test_the_guides_feature_passes_the_checks(product: Path, command: tuple[str, ...]) -> None:
    run = [tool(command[0]), *command[1:]]
    done = subprocess.run(run, cwd=product / "backend", capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_diff_that_does_not_fit_is_found() -> None:
    assert changed("a\nb\n", "@@ -1 +1,2 @@\n a\n+c\n") == "a\nc\nb\n"
    with pytest.raises(DoesNotFit):
        changed("b\n", "@@ -1 +1,2 @@\n a\n+c\n")
