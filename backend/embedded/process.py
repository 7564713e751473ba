"""Starting processes that never outlive the one that started them."""

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

from embedded.errors import EmbeddedError

LAUNCHER = Path(__file__).with_name("launcher.py")
GUARDIAN = Path(__file__).with_name("guardian.py")
# Isolated and without site-packages: starts in about 10 ms and cannot be led astray by the environment.
PYTHON = (sys.executable, "-I", "-S")

POLL_SECONDS = 0.02
# How long processes of an earlier, killed run get to end by themselves before they are killed.
LEFTOVER_PATIENCE_SECONDS = 6.0
# A larger log is put aside at the next start.
LOG_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Account:
    """The unprivileged user that a server runs as when the stack is started by root."""

    user: int
    group: int
    name: str


def command_line(
    command: Sequence[str | Path], *, death_signal: signal.Signals, account: Account | None = None
) -> list[str]:
    """Return the command that runs `command` such that it gets `death_signal` when this process dies (on Linux)."""
    order = {
        "parent": os.getpid(),
        "death_signal": death_signal.value,
        "user": [account.user, account.group] if account else None,
    }
    return [*PYTHON, str(LAUNCHER), json.dumps(order), *map(str, command)]


class Guardian:
    """A small process that ends the others when this one is killed, on every platform and without mercy.

    The parent-death signal of Linux is quicker, but it is not there on macOS and cannot insist.
    """

    def __init__(self) -> None:
        """Start the process."""
        self._watched: dict[int, signal.Signals] = {}
        self._start()

    def watch(self, pid: int, death_signal: signal.Signals) -> None:
        """End the process `pid`, which leads its process group, with `death_signal` after our death."""
        self._watched[pid] = death_signal
        self._tell(f"+ {pid} {death_signal.value}\n")

    def forget(self, pid: int) -> None:
        """Do nothing about `pid` any more: it has ended, and its number may be given to another process."""
        self._watched.pop(pid, None)
        self._tell(f"- {pid}\n")

    def close(self) -> None:
        """End the guardian, and with it whatever it still watches."""
        os.close(self._pipe)
        self._process.wait()

    def _start(self) -> None:
        reader, self._pipe = os.pipe()
        self._process = subprocess.Popen([*PYTHON, str(GUARDIAN)], stdin=reader, start_new_session=True)
        os.close(reader)

    def _tell(self, line: str) -> None:
        try:
            os.write(self._pipe, line.encode())
        except BrokenPipeError:  # somebody killed the guardian: a new one takes over
            os.close(self._pipe)
            self._process.wait()
            self._start()
            for pid, death_signal in self._watched.items():
                os.write(self._pipe, f"+ {pid} {death_signal.value}\n".encode())


class ServerProcess:
    """One database server in a directory of its own, alone there by the proof of a lock.

    The server inherits the lock and holds it as long as one of its processes lives. Whoever gets the lock therefore
    knows that no server is left in the directory, whatever process numbers say that it finds in old files.
    """

    def __init__(
        self, title: str, directory: Path, *, stop_signal: signal.Signals, account: Account | None = None
    ) -> None:
        """Describe the server; nothing is started."""
        self.title = title
        self.log = directory / "server.log"
        self._directory = directory
        self._stop_signal = stop_signal
        self._account = account
        self._guardian: Guardian | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, command: Sequence[str | Path], *, guardian: Guardian, clean_up: Callable[[], None]) -> None:
        """Start the server, after `clean_up` has removed what a killed one left behind.

        Raises:
            EmbeddedError: a server of an earlier run is still there and does not go.
        """
        lock = self._directory / "server.lock"
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            self._wait_for_leftovers(descriptor, lock)
            clean_up()
            if self.log.exists() and self.log.stat().st_size > LOG_BYTES:
                self.log.replace(self.log.with_suffix(".log.old"))
            with self.log.open("ab") as log:
                self._process = subprocess.Popen(
                    command_line(command, death_signal=self._stop_signal, account=self._account),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    cwd=self._directory,
                    env={"LC_ALL": "C", "PATH": os.defpath},
                    pass_fds=(descriptor,),
                    start_new_session=True,
                )
            lock.write_text(str(self._process.pid))
        finally:
            os.close(descriptor)
        self._guardian = guardian
        guardian.watch(self._process.pid, self._stop_signal)

    @property
    def pid(self) -> int | None:
        """Process number of the server while it runs."""
        return self._process.pid if self._process else None

    def is_running(self) -> bool:
        """Whether the server was started and has not ended since."""
        if self._process is not None and self._process.poll() is not None:
            if self._guardian:
                self._guardian.forget(self._process.pid)
            self._process = None
        return self._process is not None

    def ask_to_stop(self) -> None:
        """Tell the server to stop in good order."""
        if self._process:
            self._process.send_signal(self._stop_signal)

    def kill(self) -> None:
        """End the server at once; its data survive that."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self.is_running()

    def wait(self, deadline: float) -> None:
        """Wait for the end of the server until `deadline` on the monotonic clock, then kill it."""
        while self.is_running() and time.monotonic() < deadline:
            time.sleep(POLL_SECONDS)
        self.kill()

    def last_words(self) -> str:
        """Return the last line of the server's log, which mostly says what is wrong."""
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return next((line.strip() for line in reversed(lines) if line.strip()), "it left no message")

    def _wait_for_leftovers(self, descriptor: int, lock: Path) -> None:
        deadline = time.monotonic() + LEFTOVER_PATIENCE_SECONDS
        if _lock_before(deadline, descriptor):
            return
        leftover = lock.read_text()
        if leftover.isdigit():  # the lock is held, so the number has not been given to another process
            with suppress(ProcessLookupError):
                os.kill(int(leftover), signal.SIGKILL)
        if not _lock_before(deadline + LEFTOVER_PATIENCE_SECONDS, descriptor):
            raise EmbeddedError(f"{self.title} of an earlier run (process {leftover}) does not end; stop it first.")


def try_lock(descriptor: int, *, shared: bool = False) -> bool:
    """Lock an open file if nobody else has it locked, and say whether that worked."""
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _lock_before(deadline: float, descriptor: int) -> bool:
    while not try_lock(descriptor):
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True
