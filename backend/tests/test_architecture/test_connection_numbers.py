"""The numbers of connections in `deploy` and in the guides let the programs start."""

import re
from pathlib import Path

import pytest

from core.settings import REPOSITORY_ROOT, load_settings
from service.operations.connection_budget import connections_needed
from tests.support.settings import without_environment

# `superuser_reserved_connections` of PostgreSQL, which an ordinary user does not get.
FOR_SUPERUSERS = 3
REPLICA = "DATABASE_REPLICA_URL"


def number(file: str, pattern: str) -> int:
    """Return the first number that the pattern finds in a file of the repository."""
    found = re.search(pattern + r"\W+(\d+)", (REPOSITORY_ROOT / file).read_text())
    assert found, f"{file} names no {pattern}"
    return int(found[1])


@pytest.mark.parametrize(
    ("settings", "server"),
    [
        ("deploy/compose.yaml", "deploy/compose.yaml"),
        ("deploy/kubernetes/settings.env", "docs/guides/kubernetes.md"),
        ("docs/guides/several-machines.md", "docs/guides/several-machines.md"),
    ],
)
def test_programs_start_with_the_connections_that_are_named(
    settings: str, server: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    without_environment(monkeypatch, tmp_path)
    if REPLICA in (REPOSITORY_ROOT / settings).read_text():
        monkeypatch.setenv(REPLICA, "postgresql://app@10.0.0.17/app")
    reserved = number(settings, "DATABASE_RESERVED_CONNECTIONS")
    needed = connections_needed(load_settings(database_reserved_connections=reserved))
    assert needed + FOR_SUPERUSERS <= number(server, "max_connections")
