"""The load test that users run on their own installation works against this one, without a failure."""

import csv
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from core.settings import REPOSITORY_ROOT
from tests.test_processes.conftest import Stack

pytestmark = [pytest.mark.nightly, pytest.mark.timeout(300)]

LOAD = REPOSITORY_ROOT / "scripts" / "load"
ACCOUNTS, SCENARIO = str(LOAD / "accounts.py"), str(LOAD / "locustfile.py")
# Kept, because it takes a minute to install.
TOOLS = REPOSITORY_ROOT / "var" / "load-test"


def tool() -> str:
    """Return locust, which is no part of the product's own packages."""
    program = TOOLS / "bin" / "locust"
    if not program.exists():
        venv.create(TOOLS, with_pip=True, clear=True)
        install = ("-m", "pip", "install", "--quiet", "--requirement", str(LOAD / "requirements.txt"))
        if subprocess.run([str(TOOLS / "bin" / "python"), *install], check=False).returncode:
            pytest.skip("locust cannot be installed here")
    return str(program)


def test_the_load_test_runs_without_a_failure(stack: Stack, tmp_path: Path) -> None:
    stack.start("serve")
    accounts = tmp_path / "accounts.csv"
    made = [sys.executable, ACCOUNTS, "--host", stack.address, "--domain", "example.com", "--count", "5"]
    accounts.write_text(subprocess.run(made, capture_output=True, text=True, check=True).stdout)
    command = [tool(), "--locustfile", SCENARIO, "--headless", "--only-summary"]
    with_load = ("--users", "5", "--spawn-rate", "5", "--run-time", "10s", "--stop-timeout", "5")
    files = ("--accounts", str(accounts), "--csv", str(tmp_path / "load"))
    done = subprocess.run(
        [*command, "--host", stack.address, *with_load, *files], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    with (tmp_path / "load_stats.csv").open() as file:
        rows = {row["Name"]: row for row in csv.DictReader(file)}
    assert int(rows["Aggregated"]["Failure Count"]) == 0
    assert {"/api/auth/signin", "/api/users/me", "/"} <= rows.keys()

    delete = [sys.executable, ACCOUNTS, "--host", stack.address, "--delete", str(accounts)]
    subprocess.run(delete, check=True)
    assert stack.http.post("/api/auth/signin", json={}, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 422


def test_the_load_test_starts_without_a_named_host_nowhere(tmp_path: Path) -> None:
    accounts = tmp_path / "accounts.csv"
    accounts.write_text("ada@example.com,secret\n")
    command = [tool(), "--locustfile", SCENARIO, "--headless", "--accounts", str(accounts), "--run-time", "1s"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "Name the installation to test" in done.stdout + done.stderr
