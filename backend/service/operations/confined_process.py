"""A process for work whose cost depends on user input, with limits on time, memory and size of the result."""

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
# Enough for an interpreter to exit on a busy machine.
EXIT_SECONDS = 10.0
BACKEND = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one call. `seconds` includes waiting for a processor, and is a last resort."""

    cpu_seconds: int
    seconds: float
    memory_bytes: int
    answer_bytes: int


class ConfinedProcess:
    """Runs functions in a child process, one at a time, with a bounded queue.

    The child starts with the first call and is reused. It is killed when a call hits a limit, and it ends with this
    process, even after a crash.

    Args:
        name: the name in the log and in thread names.
        limits: the limits of each call.
        queue: how many calls may wait; further ones are refused.
        refusals: errors of a function that are passed on to the caller.
    """

    def __init__(self, name: str, limits: Limits, *, queue: int, refusals: tuple[type[AppError], ...] = ()) -> None:
        self._name = name
        self._limits = limits
        self._refusals = {refusal.__name__: refusal for refusal in refusals}
        self._threads = CpuPool(name, threads=1, queue=queue)
        self._lock = threading.Lock()
        self._child: _Child | None = None
        self._is_closed = False

    async def run(self, compute: Callable[[*Ts], bytes], *args: *Ts) -> bytes:
        """Return the result of `compute`, a function of a module that the child can import quickly.

        Raises:
            TooBusy: too many calls are waiting, or the process is shutting down.
            TooCostly: the call hit a limit.
            RuntimeError: the function raised an error that is not among the refusals.
        """
        if self._is_closed:
            raise TooBusy
        return await self._threads.run(self._call, compute, args)

    def close(self) -> None:
        """End the child, even in the middle of a call."""
        with self._lock:
            self._is_closed = True
            if self._child is not None:
                self._child.kill()
        self._threads.close(cancels=False)  # waiting calls start, and fail with `TooBusy`

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
        """Raise, unless the exit code says that the child was idle and the call can go to a new one."""
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
    def __init__(self, limits: Limits) -> None:
        self._connection, theirs = Pipe()
        with theirs:
            arguments = (theirs.fileno(), limits.cpu_seconds, limits.memory_bytes)
            self._process = subprocess.Popen(  # noqa: S603
                [sys.executable, "-m", PROGRAM, *map(str, arguments)],
                cwd=BACKEND,
                env={},  # an exploited decoder finds no secrets here
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
            )

    @property
    def has_ended(self) -> bool:
        return self._process.poll() is not None

    def ask(self, compute: Callable[..., bytes], args: tuple[object, ...], limits: Limits) -> bytes:
        """Return the child's message about one call.

        Raises:
            EOFError: the child exited.
            OSError: the child exited, or its message is too long.
            TooCostly: the call took too long.
        """
        self._connection.send((compute, args))
        if not self._connection.poll(limits.seconds):
            self.kill()
            raise TooCostly
        return self._connection.recv_bytes(limits.answer_bytes)

    def wait(self) -> int:
        """Return the exit code of a child that has closed its end of the connection."""
        code = self._process.wait(EXIT_SECONDS)
        self._connection.close()
        return code

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
