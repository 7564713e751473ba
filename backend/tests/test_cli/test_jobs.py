"""Operators can do from a terminal what they can do in the browser."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from core import product
from core.settings import child_environment
from tests.test_processes.conftest import MAIN
from tests.test_processes.job_programs import Nothing
from tests.test_processes.job_stack import JobStack

pytestmark = pytest.mark.process


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[JobStack]:
    stack = JobStack(tmp_path / "var", quick=True)
    yield stack
    stack.stop()


def _run(stack: JobStack, *arguments: str) -> tuple[int, str]:
    environment = child_environment(
        DATABASE_URL=stack.settings.require_database_url(), REDIS_URL=stack.redis_url, ENVIRONMENT="test"
    )
    command = [sys.executable, str(MAIN), "jobs", *arguments]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    return run.returncode, run.stdout + run.stderr


def test_a_job_is_listed_cancelled_retried_shown_and_deleted(stack: JobStack) -> None:
    stack.enqueue(Nothing())
    ((job_id,),) = stack.sql("SELECT id::text FROM jobs")
    assert job_id in _run(stack, "list", "--state", "pending")[1]
    assert "dead" in _run(stack, "cancel", job_id)[1]
    assert "Cancelled by an operator." in _run(stack, "show", job_id)[1]
    assert "pending" in _run(stack, "retry", job_id)[1]
    assert _run(stack, "retry", job_id) == (1, f"{product.SLUG}: Only dead jobs can be retried.\n")
    assert "default  pending 1" in _run(stack, "stats")[1]
    assert _run(stack, "delete", job_id) == (0, "")
    assert _run(stack, "show", job_id) == (1, f"{product.SLUG}: Job not found.\n")
