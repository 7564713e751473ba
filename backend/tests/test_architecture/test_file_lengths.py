"""A file is about one subject, and short enough to be read at once."""

import subprocess
from pathlib import Path

import pytest

from tests.test_architecture.findings import Finding, assert_none
from tests.test_architecture.source import BACKEND

ROOT = BACKEND.parent
MOST_LINES = 400
SUFFIXES = ("py", "ts", "vue")
MAY_BE_LONGER = (
    "backend/api/exceptions.py",  # every error of the product on one page
    "backend/core/settings.py",  # one setting after the other
    "backend/repository/migrations/versions/",  # a published migration does not change
    "frontend/src/api/generated/",
)


def our_files() -> list[str]:
    """Return the paths of the files that Git tracks or would track."""
    patterns = [f"*.{suffix}" for suffix in SUFFIXES]
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if "not a git repository" in listed.stderr:
        pytest.skip("asks Git which files are ours")
    return [path for path in listed.stdout.split("\0") if (ROOT / path).is_file()]


def too_long(file: Path) -> bool:
    return len(file.read_bytes().splitlines()) > MOST_LINES


def test_no_file_is_longer_than_400_lines() -> None:
    files = our_files()
    assert "backend/main.py" in files
    long = {path for path in files if not path.startswith(MAY_BE_LONGER) and too_long(ROOT / path)}
    instead = "Split it by subject, into files named after their subjects."
    assert_none(
        Finding(path, MOST_LINES + 1, "short-files", f"it is longer than {MOST_LINES} lines", instead) for path in long
    )


def test_a_long_file_is_found(tmp_path: Path) -> None:
    file = tmp_path / "long.py"
    file.write_text("\n" * MOST_LINES)
    assert not too_long(file)
    file.write_text("\n" * (MOST_LINES + 1))
    assert too_long(file)
