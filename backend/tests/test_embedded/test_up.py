import http.client
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from core import product
from core.settings import child_environment
from tests.support.ports import free_port
from tests.test_embedded.tools import BACKEND, descendants, is_alive, kill, wait_until

pytestmark = pytest.mark.process

READY_SECONDS = 60.0


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def stack(tmp_path: Path, var: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    """The whole stack as `make up` starts it, ready."""
    environment = child_environment(PORT=str(port), VAR_DIRECTORY=str(var), ENVIRONMENT="development")
    with (tmp_path / "output").open("w") as output:
        process = subprocess.Popen(
            [sys.executable, BACKEND / "main.py", "up"], stdout=output, stderr=output, env=environment, text=True
        )
    try:
        wait_until(lambda: "Ready after" in (tmp_path / "output").read_text(), seconds=READY_SECONDS)
        yield process
    finally:
        process.kill()
        process.wait()


def up(**environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, BACKEND / "main.py", "up"],
        env=child_environment(**environment),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_up_answers_tells_where_and_leaves_nothing_behind(
    stack: subprocess.Popen[str], tmp_path: Path, port: int
) -> None:
    with closing(http.client.HTTPConnection("127.0.0.1", port)) as connection:
        connection.request("GET", "/api/ready")
        assert connection.getresponse().status == 200
    output = (tmp_path / "output").read_text()
    assert f"http://127.0.0.1:{port}\n" in output
    assert f"http://127.0.0.1:{port}/dev/mailbox" in output
    assert "demo@example.com" in output
    assert (tmp_path / "var" / "jwt_secret_key").stat().st_mode & 0o077 == 0
    processes = descendants(stack.pid)

    stack.send_signal(signal.SIGTERM)

    assert stack.wait(timeout=10) == 0
    assert not any(is_alive(pid) for pid in processes)


@pytest.mark.parametrize(("host", "opened"), [("0.0.0.0", "127.0.0.1"), ("::1", "[::1]")])
def test_what_up_prints_can_be_opened(tmp_path: Path, var: Path, port: int, host: str, opened: str) -> None:
    environment = child_environment(PORT=str(port), VAR_DIRECTORY=str(var), ENVIRONMENT="development", HOST=host)
    with (tmp_path / "output").open("w") as output:
        process = subprocess.Popen(
            [sys.executable, BACKEND / "main.py", "up"], stdout=output, stderr=output, env=environment, text=True
        )
    try:
        wait_until(lambda: "Ready after" in (tmp_path / "output").read_text(), seconds=READY_SECONDS)
        wait_until(lambda: f"http://{opened}:{port}/dev/mailbox" in (tmp_path / "output").read_text(), seconds=10)
        with closing(http.client.HTTPConnection(f"{opened}:{port}")) as connection:
            connection.request("GET", "/dev/mailbox")
            assert connection.getresponse().status == 200
    finally:
        process.terminate()
        process.wait()


def test_nothing_outlives_a_killed_up(stack: subprocess.Popen[str]) -> None:
    processes = descendants(stack.pid)
    assert len(processes) > 5

    kill(stack.pid)
    stack.wait()

    wait_until(lambda: not any(is_alive(pid) for pid in processes), seconds=10)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_up_that_ends_with_its_parent_leaves_nothing_when_that_is_gone(
    tmp_path: Path, var: Path, port: int, number: signal.Signals
) -> None:
    environment = child_environment(PORT=str(port), VAR_DIRECTORY=str(var), ENVIRONMENT="development")
    starts = (
        f"import subprocess; subprocess.run([{sys.executable!r}, {str(BACKEND / 'main.py')!r}, 'up', '--with-parent'])"
    )
    with (tmp_path / "output").open("w") as output:
        parent = subprocess.Popen([sys.executable, "-c", starts], stdout=output, stderr=output, env=environment)
    wait_until(lambda: "Ready after" in (tmp_path / "output").read_text(), seconds=READY_SECONDS)
    processes = descendants(parent.pid)
    assert len(processes) > 5

    parent.send_signal(number)
    parent.wait()

    wait_until(lambda: not any(is_alive(pid) for pid in processes), seconds=15)


def test_a_taken_port_is_told_in_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        refused = up(PORT=str(port), VAR_DIRECTORY=str(tmp_path / "var"))

    assert refused.returncode == 1
    assert refused.stderr == (
        f"{product.SLUG}: Port {port} of 127.0.0.1 cannot be used (address already in use);"
        f" choose another one, for example PORT={port + 1}.\n"
    )


def test_an_unwritable_directory_is_told_in_one_sentence(tmp_path: Path, port: int) -> None:
    (tmp_path / "file").touch()

    refused = up(PORT=str(port), VAR_DIRECTORY=str(tmp_path / "file"))

    assert refused.returncode == 1
    assert refused.stderr == f"{product.SLUG}: The directory {tmp_path / 'file'} cannot be written: File exists.\n"


def test_what_a_program_refuses_is_told_once_and_ends_everything(tmp_path: Path, var: Path, port: int) -> None:
    refused = up(PORT=str(port), VAR_DIRECTORY=str(var), ENVIRONMENT="development", DATABASE_POOL_SIZE="60")

    assert refused.returncode == 1
    assert refused.stderr == f"{product.SLUG}: api refuses the configuration; it has said why.\n"
    assert refused.stdout.count("PostgreSQL allows 97 connections") == 1


def test_a_database_that_does_not_answer_is_told_in_one_sentence(tmp_path: Path, port: int) -> None:
    refused = up(
        PORT=str(port),
        VAR_DIRECTORY=str(tmp_path / "var"),
        DATABASE_URL="postgresql://user:secret@127.0.0.1:1/name",
        REDIS_URL="redis://127.0.0.1:1",
    )

    assert refused.returncode == 1
    assert refused.stderr == f"{product.SLUG}: DATABASE_URL: nothing answers at 127.0.0.1:1 (connection refused).\n"
