"""The rules of ruff and mypy about the architecture: switched on, and not excused where it matters."""

import subprocess
import tomllib

import pytest

from tests.test_architecture.source import BACKEND, LAYERS, tool

CONFIGURATION = tomllib.loads((BACKEND / "pyproject.toml").read_text())["tool"]

# Everything that ruff is trusted to refuse, in one module without a docstring (D100).
REFUSED = """
import subprocess
import time
from typing import Any, Optional, Union

maybe: Optional[int] = None     # UP045
either: Union[int, str] = 1     # UP007

try:
    either = 2
except Exception:               # BLE001
    raise Exception("no")       # TRY002


class Thing:                    # D101
    def act(self) -> None: ...  # D102


def act() -> None: ...          # D103


def act(x, y: Any):             # ANN001 ANN401 ANN201
    return 1


async def block() -> None:
    time.sleep(1)               # ASYNC251
    open("file")                # ASYNC230
    subprocess.run(["ls"])      # ASYNC221
"""
CODES = {word for line in REFUSED.splitlines() for word in line.partition("#")[2].split()} | {"D100"}


@pytest.mark.parametrize("package", [*LAYERS, "cli", "embedded"])
def test_ruff_refuses_in_every_package(package: str) -> None:
    command = [tool("ruff"), "check", "--output-format=concise", f"--stdin-filename={package}/snippet.py", "-"]
    result = subprocess.run(command, cwd=BACKEND, input=REFUSED, capture_output=True, text=True, check=False)
    assert set(result.stdout.split()) >= CODES


def test_mypy_is_strict_about_everything() -> None:
    options = CONFIGURATION["mypy"]
    assert options["strict"] is True
    assert not options.keys() & {"exclude", "ignore_errors", "follow_imports", "ignore_missing_imports"}
    assert not [entry for entry in options.get("overrides", []) if entry.keys() & {"ignore_errors", "strict"}]
    assert set(options["files"]) >= {"main.py", "cli", "embedded", "tests", *LAYERS}
