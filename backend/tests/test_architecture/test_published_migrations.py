"""A migration that a release has published never changes: databases out there were made by it."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.test_architecture.findings import Finding, assert_none
from tests.test_architecture.source import BACKEND

VERSIONS = BACKEND / "repository" / "migrations" / "versions"
# The SHA-256 of each file, by name. A release adds its own; nothing ever goes, and nothing changes.
PUBLISHED: dict[str, str] = json.loads((Path(__file__).parent / "published_migrations.json").read_text())


def changed(published: Mapping[str, str], folder: Path) -> Iterator[str]:
    """Yield what was done to published migrations."""
    for name, wanted in published.items():
        file = folder / name
        if not file.exists():
            yield f"{name} was published; put it back, and undo it in a new migration"
        elif hashlib.sha256(file.read_bytes()).hexdigest() != wanted:
            yield f"{name} was published; undo the edit, and write a new migration: make migration MESSAGE=…"


def test_published_migrations_never_change() -> None:
    assert_none(
        Finding(
            f"repository/migrations/versions/{name}", 1, "published-migrations-stay", wrong, f"{instead.capitalize()}."
        )
        for line in changed(PUBLISHED, VERSIONS)
        for name, _, rest in [line.partition(" ")]
        for wrong, _, instead in [rest.partition("; ")]
    )


def test_a_published_migration_that_was_changed_or_deleted_is_found(tmp_path: Path) -> None:
    (tmp_path / "kept.py").write_text("")
    (tmp_path / "edited.py").write_text("# edited")
    nothing = hashlib.sha256(b"").hexdigest()
    found = changed({"kept.py": nothing, "edited.py": nothing, "deleted.py": nothing}, tmp_path)
    assert [line.split()[0] for line in found] == ["edited.py", "deleted.py"]
