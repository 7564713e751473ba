"""The commands of backups say in one line what the operator can correct."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.app import app
from repository.operations.postgres_programs import BackupError


def test_a_directory_that_cannot_be_written_is_named(
    database_url: str, redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"DATABASE_URL": database_url, "REDIS_URL": redis_url, "ENVIRONMENT": "test"}.items():
        monkeypatch.setenv(name, value)
    file = tmp_path / "file"
    file.touch()
    refused = CliRunner().invoke(app, ["backup", str(file)])
    assert isinstance(refused.exception, BackupError)
    assert str(refused.exception) == f"The backup cannot be read or written ({file}: File exists)."
