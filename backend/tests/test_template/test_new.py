"""`make new`: all of a product with its first commit, or nothing."""

import os
import shlex
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest

from core import product
from tests.test_template.conftest import put

pytestmark = pytest.mark.process

IDENTITY = {"GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@example.com"} | {
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.com",
}


def _git(*arguments: str, cwd: Path) -> str:
    environment = os.environ | IDENTITY | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    done = subprocess.run(["git", *arguments], cwd=cwd, env=environment, capture_output=True, text=True, check=True)
    return done.stdout


@pytest.fixture(scope="module")
def clone(release: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone of the template with everything committed."""
    root = put(release.tree, tmp_path_factory.mktemp("template") / "clone")
    _git("init", "--quiet", cwd=root)
    _git("add", "--all", cwd=root)
    _git("commit", "--quiet", "--message", "All", cwd=root)
    _git("remote", "add", "origin", "https://user:secret@example.com/template.git", cwd=root)
    return root


def _make_new(clone: Path, *variables: str, **environment: str) -> tuple[int, str, str]:
    command = ["make", "--silent", "new", *variables]
    clean = {
        key: value for key, value in os.environ.items() if not key.startswith(("GIT_", "PROJECT_", "MAKE", "MFLAGS"))
    }
    done = subprocess.run(
        command,
        cwd=clone,
        env=clean | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull} | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def test_a_product_starts_with_one_commit_of_its_owner(clone: Path, tmp_path: Path) -> None:
    target = tmp_path / "my products" / "rates"
    status, output, error = _make_new(clone, "NAME=Ca$$h \"&\" 'Rates' \\o/", f"TO={target}", "LICENSE=mit", **IDENTITY)
    assert (status, error) == (0, "")
    assert str(target) in output
    [line] = [line for line in output.splitlines() if line.strip().startswith("cd ")]
    assert (clone / shlex.split(line)[1]).resolve() == target
    log = _git("log", "--format=%an <%ae> %s", cwd=target)
    message = f"Start Ca$$h \"&\" 'Rates' \\o/ from {product.NAME} {product.VERSION}"
    assert log == f"Ada <ada@example.com> {message}\n"
    assert _git("status", "--porcelain", cwd=target) == ""
    assert os.access(target / ".ci" / "run", os.X_OK)
    record = tomllib.loads((target / f".{product.SLUG}.toml").read_text())
    assert record["source"] == "https://example.com/template.git"
    assert record["commit"] == _git("rev-parse", "HEAD", cwd=clone).strip()
    assert record["answers"]["slug"] == "ca-h-rates-o"
    assert [entry.name for entry in target.parent.iterdir()] == ["rates"]


def test_a_folder_that_has_something_in_it_is_left_alone(clone: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    status, _, error = _make_new(clone, "NAME=Acme", f"TO={tmp_path}", **IDENTITY)
    assert status
    assert f"new: {tmp_path} is not empty; choose another folder with TO=../acme-billing.\n" in error
    assert [entry.name for entry in tmp_path.iterdir()] == ["mine.txt"]


def test_a_folder_in_the_template_is_refused(clone: Path) -> None:
    status, _, error = _make_new(clone, "NAME=Acme", "TO=acme", **IDENTITY)
    assert status
    assert "is inside of the template; choose a folder outside of it with TO=../acme-billing.\n" in error


def test_git_has_to_know_its_user(clone: Path, tmp_path: Path) -> None:
    status, _, error = _make_new(clone, "NAME=Acme", f"TO={tmp_path / 'acme'}", HOME=str(tmp_path))
    assert status
    assert "new: Git does not know you yet: run git config --global user.name" in error
    assert list(tmp_path.iterdir()) == []


def test_what_fails_half_way_leaves_nothing(clone: Path, tmp_path: Path) -> None:
    unsigned = {"GIT_CONFIG_COUNT": "2"}
    unsigned |= {"GIT_CONFIG_KEY_0": "commit.gpgsign", "GIT_CONFIG_VALUE_0": "true"}
    unsigned |= {"GIT_CONFIG_KEY_1": "gpg.program", "GIT_CONFIG_VALUE_1": "false"}
    status, _, error = _make_new(clone, "NAME=Acme", f"TO={tmp_path / 'acme'}", **IDENTITY, **unsigned)
    assert status
    assert "new: Git says: error: gpg failed to sign the data" in error
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_the_environment_has_for_another_purpose_is_none(clone: Path, tmp_path: Path) -> None:
    status, _, error = _make_new(clone, f"TO={tmp_path / 'acme'}", NAME="DESKTOP-1234", **IDENTITY)
    assert status
    assert 'new: The name is empty; write make new NAME="Acme Billing", for example.\n' in error


def test_a_folder_that_is_no_clone_is_refused(clone: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(clone, copy, ignore=shutil.ignore_patterns(".git"))
    status, _, error = _make_new(copy, "NAME=Acme", **IDENTITY)
    assert status
    assert "is no clone with a commit; clone the template with Git, and run make new there.\n" in error


def test_what_is_not_committed_stays_behind_and_that_is_said(clone: Path, tmp_path: Path) -> None:
    (clone / "Makefile").write_text((clone / "Makefile").read_text() + "# mine\n")
    try:
        status, _, error = _make_new(clone, "NAME=Acme", f"TO={tmp_path / 'acme'}", **IDENTITY)
    finally:
        _git("checkout", "--quiet", "--", "Makefile", cwd=clone)
    assert (status, error) == (0, "Uncommitted changes stay behind: the product starts from the last commit.\n")
    assert "# mine" not in (tmp_path / "acme" / "Makefile").read_text()
