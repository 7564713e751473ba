"""The promises of a version: its part of the changelog, and a record of the names it published."""

import hashlib
import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from core import product
from core.settings import REPOSITORY_ROOT
from tests.test_architecture.test_published_migrations import PUBLISHED, VERSIONS
from tests.test_template.conftest import script


@pytest.fixture
def releasing() -> Any:
    return script("release")


def _git(*arguments: str, cwd: Path = REPOSITORY_ROOT) -> str:
    return subprocess.run(["git", *arguments], cwd=cwd, capture_output=True, text=True, check=True).stdout


def test_the_newest_part_of_the_changelog_is_about_this_version() -> None:
    headings = re.findall(r"^## (\S+)", (REPOSITORY_ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert headings[0] == product.VERSION, f"begin CHANGELOG.md with a part called {product.VERSION}"


def test_every_migration_of_the_last_tag_is_recorded() -> None:
    tags = _git("tag", "--list", "v*", "--merged", "HEAD", "--sort=-version:refname").split()
    if not tags:
        pytest.skip("there is no release yet")
    folder = str(VERSIONS.relative_to(REPOSITORY_ROOT))
    names = {Path(path).name for path in _git("ls-tree", "--name-only", tags[0], f"{folder}/").split()}
    lost = {name for name in names if name[0].isdigit()} - PUBLISHED.keys()
    assert lost == set(), f"{tags[0]} published them: add them to published_migrations.json with `make release`"


def test_a_release_adds_its_migrations_and_keeps_the_record_of_older_ones(releasing: Any, tmp_path: Path) -> None:
    (tmp_path / "20260101_old.py").write_text("# edited since")
    (tmp_path / "20260102_new.py").write_text("")
    (tmp_path / "__init__.py").write_text("")
    record = json.loads(releasing.record({"20260101_old.py": "its hash"}, tmp_path))
    assert record == {"20260101_old.py": "its hash", "20260102_new.py": hashlib.sha256(b"").hexdigest()}


def test_what_is_missing_before_a_tag_is_said(releasing: Any, tmp_path: Path) -> None:
    _git("init", "--quiet", cwd=tmp_path)
    changelog = tmp_path / "CHANGELOG.md"
    changelog.write_text("# Changes\n\n## 0.1.0\n")
    assert [line.split(";")[0] for line in releasing.missing(tmp_path, "0.2.0")] == [
        'CHANGELOG.md has no heading "## 0.2.0 · DATE"',
        "there are uncommitted changes",
    ]
    _git("add", ".", cwd=tmp_path)
    author = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com")
    _git(*author, "commit", "--quiet", "--message", "All", cwd=tmp_path)
    assert list(releasing.missing(tmp_path, "0.1.0")) == []
    _git(*author, "tag", "--annotate", "v0.1.0", "--message", "Version 0.1.0", cwd=tmp_path)
    assert [line.split(",")[0] for line in releasing.missing(tmp_path, "0.1.0")] == ["v0.1.0 is a tag already"]
