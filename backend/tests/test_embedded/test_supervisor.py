import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.settings import child_environment
from embedded.services import EmbeddedServices
from tests.test_embedded.tools import BACKEND, answers, descendants, is_alive, kill, sql, wait_until

pytestmark = pytest.mark.process

IDLE = "import time; print('runs'); time.sleep(60)"
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('runs'); time.sleep(60)"
# A program that is shown Ctrl-C would end with a traceback before the supervisor tells it to.
ORDERLY = """
import signal, sys, time
def stop(number, frame):
    print("stops in order")
    sys.exit()
signal.signal(signal.SIGTERM, stop)
print("runs")
time.sleep(60)
"""


class Supervised:
    """A supervisor in a process of its own, and what it has said so far."""

    def __init__(self, directory: Path, *programs: str, var: Path | None = None) -> None:
        self._output = directory / "output"
        with self._output.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, BACKEND / "tests" / "test_embedded" / "supervise.py", str(var or ""), *programs],
                stdout=output,
                stderr=output,
                cwd=directory,
                env=child_environment(PYTHONPATH=str(BACKEND)),
                start_new_session=True,
            )

    @property
    def output(self) -> str:
        return self._output.read_text()

    def says(self, text: str, *, times: int = 1, seconds: float = 20.0) -> None:
        wait_until(lambda: self.output.count(text) >= times, seconds=seconds)

    def ends(self, *, within: float) -> int:
        return self.process.wait(timeout=within)

    def dies(self) -> None:
        kill(self.process.pid)
        self.process.wait()


@pytest.fixture
def supervised() -> Iterator[list[Supervised]]:
    """Every supervisor that a test appends is gone after it."""
    all_supervised: list[Supervised] = []
    yield all_supervised
    for each in all_supervised:
        if each.process.poll() is None:
            each.dies()


def start(supervised: list[Supervised], directory: Path, *programs: str, var: Path | None = None) -> Supervised:
    supervised.append(Supervised(directory, *programs, var=var))
    return supervised[-1]


def test_output_is_shown_behind_the_name_of_its_program(supervised: list[Supervised], tmp_path: Path) -> None:
    one = start(supervised, tmp_path, "api", "print('hello')\n" + IDLE, "worker", IDLE)

    one.says("api       | hello\n")
    one.says("worker    | runs\n")


def test_a_program_that_ends_starts_again_after_a_growing_delay(supervised: list[Supervised], tmp_path: Path) -> None:
    one = start(supervised, tmp_path, "worker", "import sys; sys.exit(3)")

    one.says("worker ended with exit code 3; it starts again in 0.05 s.\n")
    one.says("worker ended with exit code 3; it starts again in 0.1 s.\n")


def test_a_program_that_never_gets_going_ends_everything(supervised: list[Supervised], tmp_path: Path) -> None:
    one = start(supervised, tmp_path, "api", IDLE, "worker", "import sys; sys.exit(3)")

    assert one.ends(within=20) == 1
    assert "worker does not start: it ended with exit code 3, 5 times in a row." in one.output
    assert not descendants(one.process.pid)


def test_a_program_that_refuses_its_configuration_ends_everything_at_once(
    supervised: list[Supervised], tmp_path: Path
) -> None:
    one = start(supervised, tmp_path, "api", IDLE, "worker", "import sys; print('REDIS_URL is wrong'); sys.exit(78)")

    assert one.ends(within=20) == 1
    assert one.output.count("REDIS_URL is wrong") == 1
    assert "worker refuses the configuration; it has said why." in one.output
    assert "it starts again" not in one.output
    assert not descendants(one.process.pid)


def test_a_killed_program_takes_its_children_along_and_starts_again(
    supervised: list[Supervised], tmp_path: Path
) -> None:
    forks = "import subprocess, sys; c = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
    one = start(supervised, tmp_path, "api", forks + "print('pids', __import__('os').getpid(), c.pid)\n" + IDLE)
    one.says("pids")
    parent, child = map(int, re.findall(r"pids (\d+) (\d+)", one.output)[0])

    kill(parent)

    one.says("api was ended by SIGKILL; it starts again in 0.05 s.")
    wait_until(lambda: not is_alive(child))
    one.says("runs", times=2)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_programs_first_and_servers_last(
    number: signal.Signals, supervised: list[Supervised], tmp_path: Path, var: Path
) -> None:
    socket = var / "run" / ".s.PGSQL.5432"
    looks = ORDERLY.replace(
        "sys.exit()", f"print('server', __import__('os').path.exists({str(socket)!r}))\n    sys.exit()"
    )
    one = start(supervised, tmp_path, "worker", looks, var=var)
    one.says("runs")
    children = descendants(one.process.pid)

    one.process.send_signal(number)

    assert one.ends(within=10) == 0
    assert "worker    | server True\n" in one.output
    assert not any(is_alive(pid) for pid in children)


def test_a_supervisor_that_was_told_to_ignore_the_end_of_its_terminal_goes_on(
    supervised: list[Supervised], tmp_path: Path
) -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as nohup does
    try:
        one = start(supervised, tmp_path, "worker", ORDERLY)
    finally:
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
    one.says("runs")

    one.process.send_signal(signal.SIGHUP)
    time.sleep(0.5)

    assert one.process.poll() is None
    one.process.send_signal(signal.SIGTERM)
    assert one.ends(within=10) == 0


def test_ctrl_c_reaches_programs_through_the_supervisor_only(supervised: list[Supervised], tmp_path: Path) -> None:
    one = start(supervised, tmp_path, "worker", ORDERLY)
    one.says("runs")

    # As a terminal does: to every process of the foreground's group.
    os.killpg(one.process.pid, signal.SIGINT)

    assert one.ends(within=10) == 0
    assert "stops in order" in one.output
    assert "KeyboardInterrupt" not in one.output


def test_who_does_not_stop_is_killed(supervised: list[Supervised], tmp_path: Path, var: Path) -> None:
    one = start(supervised, tmp_path, "worker", STUBBORN, var=var)
    one.says("runs")
    children = descendants(one.process.pid)

    one.process.terminate()

    assert one.ends(within=10) == 0
    assert not any(is_alive(pid) for pid in children)


def test_a_second_ctrl_c_ends_everything_at_once(supervised: list[Supervised], tmp_path: Path, var: Path) -> None:
    one = start(supervised, tmp_path, "worker", STUBBORN, var=var)
    one.says("runs")
    children = descendants(one.process.pid)
    one.process.send_signal(signal.SIGINT)
    time.sleep(0.3)

    one.process.send_signal(signal.SIGINT)

    one.ends(within=2)
    assert not any(is_alive(pid) for pid in children)


def test_nothing_outlives_a_killed_supervisor(supervised: list[Supervised], tmp_path: Path, var: Path) -> None:
    one = start(supervised, tmp_path, "api", IDLE, "worker", STUBBORN, var=var)
    one.says("runs", times=2)
    children = descendants(one.process.pid)

    one.dies()

    wait_until(lambda: not any(is_alive(pid) for pid in children), seconds=10)


def test_a_killed_guardian_is_replaced(supervised: list[Supervised], tmp_path: Path) -> None:
    one = start(supervised, tmp_path, "api", STUBBORN, "worker", "import sys, time; time.sleep(0.5); sys.exit(1)")
    one.says("runs")
    table = subprocess.run(
        ["ps", "-A", "-ww", "-o", "pid=,ppid=,args="], capture_output=True, text=True, check=True
    ).stdout
    [guardian] = re.findall(rf"^ *(\d+) +{one.process.pid} .*guardian\.py", table, re.MULTILINE)
    kill(int(guardian))
    one.says("worker ended")  # the supervisor tells the guardian, and finds it dead
    children = descendants(one.process.pid)

    one.dies()

    wait_until(lambda: not any(is_alive(pid) for pid in children), seconds=10)


@pytest.mark.parametrize(("title", "index"), [("Valkey", 0), ("PostgreSQL", 1)])
def test_a_killed_server_starts_again_with_its_data(
    title: str, index: int, supervised: list[Supervised], tmp_path: Path, var: Path
) -> None:
    with EmbeddedServices(var) as urls:
        sql(urls, "CREATE TABLE note AS SELECT 'kept' AS text")
    one = start(supervised, tmp_path, "worker", IDLE, var=var)
    one.says("runs")
    server = int((var / ("valkey", "postgres")[index] / "server.lock").read_text())

    kill(server)

    one.says(f"{title} was ended by SIGKILL; it starts again in 0.05 s.\n")
    wait_until(lambda: (var / ("valkey", "postgres")[index] / "server.lock").read_text() != str(server))
    if title == "PostgreSQL":
        wait_until(lambda: answers(urls))
        assert sql(urls, "SELECT text FROM note") == "kept"
