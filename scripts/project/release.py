"""Checks that a commit can be released and records what it publishes. docs/releasing.md has the steps.

It makes no tag; it prints the command that does.
"""

import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from clone import ROOT, git
from derivation import PRODUCT, constants

MIGRATIONS = ROOT / "backend" / "repository" / "migrations" / "versions"
RECORD = ROOT / "backend" / "tests" / "test_architecture" / "published_migrations.json"


def prepare_tag() -> None:
    """Record the migrations, and print what is missing or how to tag."""
    version = constants((ROOT / PRODUCT).read_text())["VERSION"]
    RECORD.write_text(record(json.loads(RECORD.read_text()), MIGRATIONS))
    if found := list(missing(ROOT, version)):
        sys.exit("\n".join(f"release: {line}" for line in found))
    print(
        f'Ready. When `make check test e2e` has passed:\n\n  git tag --annotate v{version} --message "Version {version}"'
    )


def record(published: dict[str, str], folder: Path) -> str:
    """Return the record with the migrations that it does not have yet. What it has stays as it is."""
    hashes = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.glob("[0-9]*.py")}
    return json.dumps(hashes | published, indent=2, sort_keys=True) + "\n"


def missing(root: Path, version: str) -> Iterator[str]:
    """Yield what has to be done before the tag."""
    if f"\n## {version}" not in (root / "CHANGELOG.md").read_text():
        yield f'CHANGELOG.md has no heading "## {version} · DATE"; write what changed and what users must do'
    if git("tag", "--list", f"v{version}", cwd=root):
        yield f"v{version} is a tag already, and never moves; raise VERSION in product.py and pyproject.toml"
    if git("status", "--porcelain", cwd=root):
        yield "there are uncommitted changes; commit them, the record of migrations included"
