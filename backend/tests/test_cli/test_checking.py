"""`main.py check` prints a line for each check, with its remedy, and fails only if something failed."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from cli.app import main
from core.settings import REPOSITORY_ROOT, child_environment


def _run(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, str(REPOSITORY_ROOT / "backend" / "main.py"), *arguments],
        env=child_environment(**environment),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.process
def test_an_installation_without_fault_passes(database_url: str, redis_url: str, tmp_path: Path) -> None:
    servers = {"DATABASE_URL": database_url, "REDIS_URL": redis_url, "VAR_DIRECTORY": str(tmp_path)}
    passed = _run("check", "--json", **servers)
    states = {finding["name"]: finding["state"] for finding in json.loads(passed.stdout)}
    assert (passed.returncode, passed.stderr, states["migrations"]) == (0, "", "ok")


@pytest.mark.process
def test_what_failed_is_followed_by_its_remedy() -> None:
    refused = _run("doctor", DATABASE_URL="postgresql://user@127.0.0.1:1/name", REDIS_URL="redis://127.0.0.1:1")
    assert refused.returncode == 1
    assert "Traceback" not in refused.stderr
    lines = refused.stdout.splitlines()
    assert "failed   postgresql    DATABASE_URL: PostgreSQL cannot be reached (" in "\n".join(lines)
    assert any(line.startswith("ok       files ") for line in lines)


@pytest.mark.parametrize("address", ["nonsense", "ada@example.com\nBcc: eve@example.com"])
def test_a_test_email_needs_an_address(
    address: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["main.py", "check", "--send-email-to", address])
    with pytest.raises(SystemExit) as exited:
        main()
    assert exited.value.code == 2
    assert "--send-email-to" in capsys.readouterr().err


def test_each_wrong_setting_has_a_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for name, value in {"ENVIRONMENT": "production", "PORT": "x", "DATABASE_URL": "", "REDIS_URL": ""}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "argv", ["main.py", "check"])
    with pytest.raises(SystemExit) as exited:
        main()
    output = capsys.readouterr().out
    assert exited.value.code == 1
    assert "failed   settings      PORT: must be a whole number\n" in output
    assert "failed   settings      REDIS_URL must be set in production\n" in output
