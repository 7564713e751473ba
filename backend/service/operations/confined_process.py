"""A process for computations whose cost users decide, with limits on time, memory and the length of the answer."""

import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import Pipe
from pathlib import Path
from typing import NoReturn, TypeVarTuple

import structlog

from domain.errors import AppError, TooBusy
from domain.jobs.job import TooCostly
from service.operations.confined_child import DONE, FAILED
from service.operations.cpu_pool import CpuPool

log = structlog.get_logger()

Ts = TypeVarTuple("Ts")

PROGRAM = "service.operations.confined_child"
# Enough for an interpreter that is ending, on a busy machine.
EXIT_SECONDS = 10.0
BACKEND = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Limits:
    """What one call may take. `seconds` counts the waiting for a processor too, and is a last resort."""

    cpu_seconds: int
    seconds: float
    memory_bytes: int
    answer_bytes: int


class ConfinedProcess:
    """Runs functions in a child process, one at a time, with a bounded queue.

    The child starts with the first call and is used again. It is killed when a call runs into a limit, and it ends with
    this process, however that ends.
    """

    def __init__(self, name: str, limits: Limits, *, queue: int, refusals: tuple[type[AppError], ...] = ()) -> None:
        """Prepare to start a child.

        Args:
            name: what the log calls it.
            limits: what each call may take.
            queue: so many calls may wait; more are refused.
            refusals: the errors that a function may raise and a caller gets.
        """
        self._name = name
        self._limits = limits
        self._refusals = {refusal.__name__: refusal for refusal in refusals}
        self._threads = CpuPool(name, threads=1, queue=queue)
        self._lock = threading.Lock()
        self._child: _Child | None = None
        self._is_closed = False

    async def run(self, compute: Callable[[*Ts], bytes], *args: *Ts) -> bytes:
        """Return what `compute` returns: a function of a module that a child can import quickly.

        Raises:
            TooBusy: too many calls wait, or the process is about to end.
            TooCostly: the call ran into a limit.
            RuntimeError: the function raised something that is none of the refusals.
        """
        if self._is_closed:
            raise TooBusy
        return await self._threads.run(self._call, compute, args)

    def close(self) -> None:
        """End the child, whatever it is doing."""
        with self._lock:
            self._is_closed = True
            if self._child is not None:
                self._child.kill()
        self._threads.close(cancels=False)  # each of those that wait is told that it is too late

    def _call(self, compute: Callable[..., bytes], args: tuple[object, ...]) -> bytes:
        answer = None
        while answer is None:
            child = self._running_child()
            try:
                answer = child.ask(compute, args, self._limits)
            except (EOFError, ConnectionError) as error:
                self._judge(child.wait(), error)
            except OSError as error:
                child.kill()
                raise TooCostly from error
        return self._read(answer)

    def _running_child(self) -> "_Child":
        with self._lock:
            if self._is_closed:
                raise TooBusy
            if self._child is None or self._child.has_ended:
                self._child = _Child(self._limits)
            return self._child

    def _judge(self, code: int, error: Exception) -> None:
        """Raise, unless the exit code says that the child ended because it was idle, and another one should be asked."""
        if self._is_closed:
            raise TooBusy from error
        if code > 0:
            raise RuntimeError(f"the process for {self._name} ended with code {code}") from error
        if code < 0:
            log.warning("computation stopped", process=self._name, signal=-code)
            raise TooCostly from error

    def _read(self, answer: bytes) -> bytes:
        if not answer.startswith(DONE):
            name, _, reason = answer[len(FAILED) :].decode(errors="replace").partition(": ")
            self._fail(name, reason, self._refusals.get(name))
        return answer[len(DONE) :]

    def _fail(self, name: str, reason: str, refusal: type[AppError] | None) -> NoReturn:
        if refusal is not None:
            raise refusal
        if name == MemoryError.__name__:
            raise TooCostly
        raise RuntimeError(f"{self._name}: {name}: {reason}")


class _Child:
    """A running child, and the connection to it."""

    def __init__(self, limits: Limits) -> None:
        self._connection, theirs = Pipe()
        with theirs:
            arguments = (theirs.fileno(), limits.cpu_seconds, limits.memory_bytes)
            self._process = subprocess.Popen(  # noqa: S603
                [sys.executable, "-m", PROGRAM, *map(str, arguments)],
                cwd=BACKEND,
                env={},  # code that took over a decoder finds no secrets there
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
            )

    @property
    def has_ended(self) -> bool:
        return self._process.poll() is not None

    def ask(self, compute: Callable[..., bytes], args: tuple[object, ...], limits: Limits) -> bytes:
        """Return the answer to one call.

        Raises:
            EOFError: the child ended instead.
            OSError: it ended, or gave a longer answer than is allowed.
            TooCostly: it gave none in time.
        """
        self._connection.send((compute, args))
        if not self._connection.poll(limits.seconds):
            self.kill()
            raise TooCostly
        return self._connection.recv_bytes(limits.answer_bytes)

    def wait(self) -> int:
        """Return the exit code of a process that is ending, because it has closed its end of the connection."""
        code = self._process.wait(EXIT_SECONDS)
        self._connection.close()
        return code

    def kill(self) -> None:
        """End the process now."""
        self._process.kill()
        self._process.wait()
