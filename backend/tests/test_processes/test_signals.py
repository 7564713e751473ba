"""Programs end in good order, and refuse to start in one sentence."""

import os
import pty
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx2 as httpx
import pytest

from core.settings import DEVELOPMENT_JWT_SECRET, REFUSED_EXIT_CODE, child_environment
from tests.support.ports import free_port
from tests.test_processes.conftest import MAIN, Stack, eventually, server_processes

pytestmark = pytest.mark.process


@pytest.mark.parametrize("program", ["serve", "worker", "scheduler"])
def test_sigterm_ends_a_program_with_exit_code_0(stack: Stack, program: str) -> None:
    stack.start(program)
    if program != "serve":
        eventually(lambda: f"{program} started" in stack.log(program), within=20)
    assert stack.terminate(program) == 0


@pytest.mark.parametrize(("processes", "drain_seconds"), [("1", "0"), ("2", "0"), ("1", "0.1")])
def test_sigterm_ends_a_server_that_is_still_starting(stack: Stack, processes: str, drain_seconds: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as hanging:  # a Redis that never answers
        hanging.settimeout(60)
        redis_url = f"redis://127.0.0.1:{hanging.getsockname()[1]}"
        stack.start("serve", waits=False, REDIS_URL=redis_url, API_WORKERS=processes, DRAIN_SECONDS=drain_seconds)
        with hanging.accept()[0]:  # of the process that checks the start
            assert stack.terminate("serve") == 0
    assert "ERROR" not in stack.log("serve")


def test_a_server_process_that_is_replaced_during_the_drain_is_not_ready(stack: Stack) -> None:
    server = stack.start("serve", API_WORKERS="2", DRAIN_SECONDS="120")
    eventually(lambda: stack.log("serve").count("api started") == 2, within=20)
    server.send_signal(signal.SIGTERM)
    eventually(lambda: _readiness(stack) == {503}, within=20)
    os.kill(server_processes(server.pid)[0], signal.SIGKILL)
    eventually(lambda: stack.log("serve").count("api started") == 3, within=20)
    assert _readiness(stack) == {503}


def _readiness(stack: Stack) -> set[int]:
    """Return what several connections are answered: each may reach another process."""
    return {httpx.get(f"{stack.address}/api/ready", timeout=15).status_code for _ in range(20)}


@pytest.mark.parametrize("processes", ["1", "2"])
def test_server_processes_end_after_their_parent_was_killed(stack: Stack, processes: str) -> None:
    port = free_port()
    server = stack.start("serve", name="serve", port=port, API_WORKERS=processes)
    eventually(lambda: stack.log("serve").count("api started") == int(processes), within=20)
    server.kill()
    eventually(lambda: can_listen(port), within=20)


def can_listen(port: int) -> bool:
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


@pytest.mark.parametrize("program", ["serve", "worker", "scheduler"])
def test_a_program_ends_with_its_terminal(stack: Stack, program: str) -> None:
    environment = {"DATABASE_URL": stack.database_url, "REDIS_URL": stack.redis_url, "PORT": str(free_port())}
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(sys.executable, [sys.executable, str(MAIN), program], child_environment(**environment))
    said = b""
    while b" started" not in said:
        said += os.read(terminal, 4096)
    os.close(terminal)
    os.kill(pid, signal.SIGHUP)  # as the kernel does to what is in the foreground
    eventually(lambda: os.waitpid(pid, os.WNOHANG)[0], within=20)


@pytest.mark.parametrize(
    ("program", "environment", "sentence"),
    [
        ("up", {"DATABASE_URL": "not a url"}, "DATABASE_URL: must look like postgresql://"),
        ("serve", {"ENVIRONMENT": "production"}, "JWT_SECRET_KEY must be set in production"),
        (
            "worker",
            {"ENVIRONMENT": "production", "JWT_SECRET_KEY": DEVELOPMENT_JWT_SECRET},
            "JWT_SECRET_KEY must be set in production",
        ),
        ("scheduler", {"REDIS_URL": "localhost"}, "REDIS_URL: must look like redis://"),
        ("upgrade-database", {"PORT": "http"}, "PORT: "),
        (
            "upgrade-database",
            {"DATABASE_URL": "postgresql://127.0.0.1:1/none", "REDIS_URL": "redis://127.0.0.1:1"},
            "DATABASE_URL: PostgreSQL cannot be reached",
        ),
    ],
)
def test_bad_configuration_is_one_sentence_and_leaves_nothing_running(
    program: str, environment: dict[str, str], sentence: str
) -> None:
    command = [sys.executable, str(MAIN), program]
    refused = subprocess.run(
        command, env=child_environment(**environment), capture_output=True, text=True, timeout=30, check=False
    )
    is_away = "cannot be reached" in sentence  # which may be over in a moment
    assert refused.returncode == (1 if is_away else REFUSED_EXIT_CODE)
    assert refused.stdout == ""
    (line,) = refused.stderr.splitlines()
    assert sentence in line


INTERRUPTED_IMPORT = """
import os, signal, sys

class Interrupt:
    def find_spec(self, name, path=None, target=None):
        if name == "cli.app":
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Interrupt())
"""


def test_ctrl_c_during_the_imports_of_a_program_ends_it_without_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(INTERRUPTED_IMPORT)
    command = [sys.executable, str(MAIN), "env-example"]
    environment = child_environment(PYTHONPATH=str(tmp_path))
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=30, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr) == (-signal.SIGINT, "", "")


def test_a_full_disk_for_the_output_is_one_sentence() -> None:
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, str(MAIN), "env-example"]
        ended = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, timeout=30, check=False)
    assert ended.returncode == 1
    assert ended.stderr.endswith(": There is no space left for the output.\n")
    assert len(ended.stderr.splitlines()) == 1
