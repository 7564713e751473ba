"""The API keeps what its OpenAPI document promises, whatever it is asked."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest

from tests.test_processes.conftest import Stack

pytestmark = pytest.mark.process

BACKEND = Path(__file__).parents[2]
CONFIGURATION = BACKEND / "tests" / "contract" / "schemathesis.toml"
# For each operation, and of paths through several: as few as the configuration says, the same every time; or many.
FEW, MANY = 0, 200
EXAMPLES = [
    pytest.param(FEW, marks=pytest.mark.timeout(300)),
    pytest.param(MANY, marks=[pytest.mark.nightly, pytest.mark.timeout(60 * MANY)]),
]
ALL_PHASES = ("examples", "coverage", "fuzzing", "stateful")
# The boundaries of every operation are asked as an administrator, who gets further; in the long run as both.
WITHOUT_BOUNDARIES = ("examples", "fuzzing", "stateful")


@dataclass
class Schemathesis:
    """Asks a running API everything that its document allows, and much that it does not."""

    stack: Stack
    directory: Path

    def run(
        self, *options: str, roles: str, examples: int = FEW, document: str | None = None
    ) -> tuple[dict[str, Any], str]:
        """Return the report, and what was printed."""
        report = self.directory / "report.json"
        command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIGURATION), "run"]
        command += [document or f"{self.stack.address}/api/openapi.json", "--url", self.stack.address, "--no-color"]
        command += ["--generation-deterministic", "--report-json-path", str(report)]
        command += ["--max-examples", str(examples)] if examples else []
        finished = subprocess.run(
            [*command, *options], cwd=BACKEND, env=self._environment(roles), capture_output=True, text=True, check=False
        )
        assert report.exists(), finished.stdout + finished.stderr
        return json.loads(report.read_text()), finished.stdout

    def _environment(self, roles: str) -> dict[str, str]:
        return {
            **os.environ,
            "PYTHONPATH": str(BACKEND),
            "CONTRACT_ADDRESS": self.stack.address,
            "CONTRACT_DATABASE_URL": self.stack.database_url.replace("+asyncpg", ""),
            "CONTRACT_ROLES": roles,
        }


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    stack = Stack(tmp_path_factory.mktemp("contract") / "var")
    stack.start("serve")
    yield stack
    stack.stop()


@pytest.fixture
def asking(stack: Stack, tmp_path: Path) -> Schemathesis:
    return Schemathesis(stack, tmp_path)


@pytest.mark.parametrize("roles", ["member,admin", "member"])
@pytest.mark.parametrize("examples", EXAMPLES)
def test_the_api_keeps_what_its_document_promises(asking: Schemathesis, roles: str, examples: int) -> None:
    phases = WITHOUT_BOUNDARIES if (roles, examples) == ("member", FEW) else ALL_PHASES
    report, printed = asking.run("--phases", ",".join(phases), roles=roles, examples=examples)
    assert report["failures"] == report["errors"] == [], printed
    assert report["operations"]["tested"] == report["operations"]["total"] > 0, printed
    statuses = {name: phase["status"] for name, phase in report["phases"].items()}
    assert statuses == {name: "success" if name in phases else "skip" for name in ALL_PHASES}


def test_a_document_that_promises_too_much_is_found_out(asking: Schemathesis) -> None:
    document = httpx.get(f"{asking.stack.address}/api/openapi.json").json()
    operation = document["paths"]["/api/jobs/{job_id}"]["get"]
    del operation["responses"]["404"]
    lying = asking.directory / "lying.json"
    lying.write_text(json.dumps(document))
    only = ("--include-operation-id", operation["operationId"], "--phases", "fuzzing")
    report, printed = asking.run(*only, roles="admin", document=str(lying))
    assert report["exit_code"] == 1, printed
    assert "UndefinedStatusCode" in {failure["type"] for failure in report["failures"]}, printed
