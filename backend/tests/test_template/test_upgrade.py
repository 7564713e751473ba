"""A product takes a later release by the steps of docs/guides/upgrade.md."""

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from core.settings import REPOSITORY_ROOT
from tests.support.documents import Document
from tests.test_template.conftest import put

pytestmark = pytest.mark.process

GUIDE = "docs/guides/upgrade.md"
ANSWERS = ("NAME=Acme Billing", "SLUG=acme-billing", "DESCRIPTION=What it is.", "LICENSE=proprietary")
AUTHOR = {f"GIT_{who}_{what}": "ada@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
FEATURE = "backend/domain/invoice.py"
CHANGED_BY_BOTH = "backend/domain/permissions.py"
DELETED = "docs/robustness.md"


def _run(*command: str, cwd: Path) -> str:
    inherited = {key: value for key, value in os.environ.items() if not key.startswith(("GIT_", "PROJECT_", "MAKE"))}
    environment = inherited | AUTHOR | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _commit(root: Path, message: str) -> None:
    _run("git", "add", "--all", cwd=root)
    _run("git", "commit", "--quiet", "--message", message, cwd=root)


def _add_line(file: Path, line: str, *, after: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.count(after) == 1
    file.write_text(text.replace(after, f"{after}{line}"), encoding="utf-8")


@pytest.fixture
def product(release: Any, tmp_path: Path) -> Path:
    """A product of the first release with a feature of its own, and a clone of the template that has a second one."""
    origin, template, product = tmp_path / "origin", tmp_path / "template", tmp_path / "acme-billing"
    put(release.tree, origin)
    _run("git", "init", "--quiet", cwd=origin)
    _commit(origin, "The first release")
    _run("git", "clone", "--quiet", str(origin), str(template), cwd=tmp_path)
    _run("make", "--silent", "new", *ANSWERS, f"TO={product}", cwd=template)

    (product / FEATURE).write_text('"""Invoices."""\n')
    _add_line(product / CHANGED_BY_BOTH, '\n    WRITE_INVOICES = "write:invoices"', after='WRITE_JOBS = "write:jobs"')
    (product / "README.md").write_text("# Acme Billing\n")
    _commit(product, "Add invoices")

    _add_line(origin / CHANGED_BY_BOTH, "who asks, ", after='"""Authorisation: ')
    (origin / DELETED).unlink()
    (origin / "backend/domain/later.py").write_text('"""Later."""\n')
    _commit(origin, "The second release")
    _run("git", "tag", "v0.3.0", cwd=origin)
    return product


def test_a_later_release_is_merged_with_what_the_product_has(product: Path) -> None:
    guide = Document(GUIDE, (REPOSITORY_ROOT / GUIDE).read_text(encoding="utf-8"))
    steps = [block.text for block in guide.blocks if block.kind == "not run"]
    assert steps
    for step in steps:
        _run("sh", "-eu", "-c", step, cwd=product)

    both = (product / CHANGED_BY_BOTH).read_text(encoding="utf-8")
    assert "write:invoices" in both
    assert "Authorisation: who asks, permissions" in both
    assert (product / FEATURE).exists()
    assert (product / "backend/domain/later.py").exists()
    assert not (product / DELETED).exists()
    assert (product / "README.md").read_text() == "# Acme Billing\n"
    assert _run("git", "status", "--porcelain", cwd=product) == ""
    assert _run("git", "log", "--format=%s", "template", cwd=product).startswith(
        "Version 0.3.0 of the template\nStart Acme"
    )
    assert not (product.parent / "acme-billing-next").exists()
