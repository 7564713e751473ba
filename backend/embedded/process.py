"""Child processes that never outlive their parent."""

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from core.settings import child_environment
from embedded.errors import EmbeddedError

LAUNCHER = Path(__file__).with_name("launcher.py")
GUARDIAN = Path(__file__).with_name("guardian.py")
# Isolated and without site-packages: starts in about 10 ms and ignores the environment.
PYTHON = (sys.executable, "-I", "-S")

POLL_SECONDS = 0.02
# How long processes of an earlier, killed run may take to end before they are killed.
LEFTOVER_PATIENCE_SECONDS = 6.0
# A larger log is rotated at the next start.
LOG_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Account:
    """The unprivileged user that a server runs as when root starts the stack."""

    user: int
    group: int
    name: str


def command_line(
    command: Sequence[str | Path], *, death_signal: signal.Signals, account: Account | None = None
) -> list[str]:
    """Return a command that runs `command` and, on Linux, sends it `death_signal` when this process dies."""
    order = {
        "parent": os.getpid(),
        "death_signal": death_signal.value,
        "user": [account.user, account.group] if account else None,
    }
    return [*PYTHON, str(LAUNCHER), json.dumps(order), *map(str, command)]


class Guardian:
    """A small process that ends the others when this one is killed, in the end with SIGKILL.

    The parent-death signal of Linux is quicker, but macOS does not have it, and a process can ignore it.
    """

    def __init__(self) -> None:
        self._watched: dict[int, signal.Signals] = {}
        self._start()

    def watch(self, pid: int, death_signal: signal.Signals) -> None:
        """Send `death_signal` to `pid`, the leader of a process group, once this process is gone."""
        self._watched[pid] = death_signal
        self._tell(f"+ {pid} {death_signal.value}\n")

    def forget(self, pid: int) -> None:
        """Stop watching `pid`. It has ended, and the system may reuse its id."""
        self._watched.pop(pid, None)
        self._tell(f"- {pid}\n")

    def close(self) -> None:
        """End the guardian and all processes it still watches."""
        os.close(self._pipe)
        self._process.wait()

    def _start(self) -> None:
        reader, self._pipe = os.pipe()
        self._process = subprocess.Popen([*PYTHON, str(GUARDIAN)], stdin=reader, start_new_session=True)
        os.close(reader)

    def _tell(self, line: str) -> None:
        try:
            os.write(self._pipe, line.encode())
        except BrokenPipeError:  # the guardian was killed: start a new one
            os.close(self._pipe)
            self._process.wait()
            self._start()
            for pid, death_signal in self._watched.items():
                os.write(self._pipe, f"+ {pid} {death_signal.value}\n".encode())


class Program(Protocol):
    """A program that can be started repeatedly."""

    @property
    def title(self) -> str:
        """The name in messages."""

    @property
    def stop_signal(self) -> signal.Signals:
        """The signal for a graceful stop."""

    def launch(self) -> subprocess.Popen[bytes]:
        """Start it in its own session, without waiting until it is ready."""


class ManagedProcess:
    """The current process of a program. It ends with its process group, even if this process is killed."""

    def __init__(self, program: Program, guardian: Guardian) -> None:
        self.program = program
        self._guardian = guardian
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The process id, if it was started."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start or restart the program."""
        self._process = self.program.launch()
        self._guardian.watch(self._process.pid, self.program.stop_signal)

    def is_running(self) -> bool:
        """Whether it was started and has not ended."""
        return self._process is not None and self.exit_code() is None

    def exit_code(self) -> int | None:
        """Return the exit code, negative for a signal, or None if it runs or was not started."""
        if self._process is None:
            return None
        if self._process.returncode is None and self._process.poll() is not None:
            self._guardian.forget(self._process.pid)
            self.kill_group()  # the children of a killed process would keep its port or locks
        return self._process.returncode

    def ask_to_stop(self) -> None:
        """Ask it to stop gracefully."""
        if self._process:
            self._process.send_signal(self.program.stop_signal)

    def kill(self) -> None:
        """Kill it and its process group."""
        if self._process and self.is_running():
            self.kill_group()
            self._process.wait()
            self._guardian.forget(self._process.pid)

    def wait(self, deadline: float) -> None:
        """Wait until it ends. Kill it at `deadline`, a time of the monotonic clock."""
        while self.is_running() and time.monotonic() < deadline:
            time.sleep(POLL_SECONDS)
        self.kill()

    def kill_group(self) -> None:
        """Send SIGKILL to the process and its children, without waiting."""
        if self._process:
            with suppress(ProcessLookupError, PermissionError):  # macOS reports "not permitted" for a group of zombies
                os.killpg(self._process.pid, signal.SIGKILL)


class ServerDirectory:
    """The directory of one database server: its log, and a lock that proves that no other server runs there.

    The server inherits the lock and holds it while any of its processes lives. So a process that gets the lock knows
    that no server is left, whatever process ids old files contain.
    """

    def __init__(self, path: Path, *, title: str) -> None:
        path.mkdir(mode=0o700, exist_ok=True)
        self.path = path
        self.title = title
        self.log = path / "server.log"
        self._lock = path / "server.lock"

    def launch(self, command: Sequence[str | Path], *, clean_up: Callable[[], None]) -> subprocess.Popen[bytes]:
        """Start the server, after `clean_up` has removed the leftovers of a killed one.

        Raises:
            EmbeddedError: a server of an earlier run does not end.
        """
        descriptor = os.open(self._lock, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            self._wait_for_leftovers(descriptor)
            clean_up()
            process = self._start(command, descriptor)
            self._lock.write_text(str(process.pid))
        finally:
            os.close(descriptor)
        return process

    def last_words(self) -> str:
        """Return the last line of the server's log, which usually has the reason of a failure."""
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return next((line.strip() for line in reversed(lines) if line.strip()), "it left no message")

    def _start(self, command: Sequence[str | Path], lock: int) -> subprocess.Popen[bytes]:
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES:
            self.log.replace(self.log.with_suffix(".log.old"))
        with self.log.open("ab") as log:
            return subprocess.Popen(
                list(map(str, command)),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.path,
                env=server_environment(),
                pass_fds=(lock,),
                start_new_session=True,
            )

    def _wait_for_leftovers(self, descriptor: int) -> None:
        deadline = time.monotonic() + LEFTOVER_PATIENCE_SECONDS
        if _lock_before(deadline, descriptor):
            return
        leftover = self._lock.read_text()
        if leftover.isdigit():  # the lock is held, so the system has not reused the id
            with suppress(ProcessLookupError):
                os.kill(int(leftover), signal.SIGKILL)
        if not _lock_before(deadline + LEFTOVER_PATIENCE_SECONDS, descriptor):
            raise EmbeddedError(f"{self.title} of an earlier run (process {leftover}) does not end; stop it first.")


def server_environment() -> dict[str, str]:
    """Return the environment without variables that would configure PostgreSQL."""
    inherited = {name: value for name, value in child_environment().items() if not name.startswith("PG")}
    return {**inherited, "LC_ALL": "C", "TZ": "UTC"}


def try_lock(descriptor: int, *, shared: bool = False) -> bool:
    """Lock an open file unless another process has locked it. Return whether that worked."""
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def unlock(descriptor: int) -> None:
    """Give up the lock on an open file."""
    fcntl.flock(descriptor, fcntl.LOCK_UN)


def _lock_before(deadline: float, descriptor: int) -> bool:
    while not try_lock(descriptor):
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True
