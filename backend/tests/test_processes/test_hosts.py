"""The product on several hosts: network namespaces, with the programs of benchmarks/hosts in them."""

import subprocess
import sys
from pathlib import Path

import pytest

from core.settings import REPOSITORY_ROOT

pytestmark = [pytest.mark.process, pytest.mark.nightly, pytest.mark.timeout(900)]

SCRIPT = REPOSITORY_ROOT / "benchmarks" / "hosts" / "run.py"
# The script's exit code where it cannot make hosts.
CANNOT = 77


def test_several_hosts_do_what_is_promised_when_one_is_restarted_cut_off_or_killed(tmp_path: Path) -> None:
    command = [sys.executable, str(SCRIPT), "--quick", "--output", str(tmp_path)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode == CANNOT:
        pytest.skip(run.stderr.strip())
    assert run.returncode == 0, f"{run.stdout}\n{run.stderr}"
