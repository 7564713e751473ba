"""The program behind `ConfinedProcess`: runs one function after another for its parent, under limits.

It imports little, because it starts with the first request for it and ends when there was nothing to do for a while.
"""

import os
import resource
import select
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from math import ceil
from multiprocessing.connection import Connection

# Computing yields to requests on a busy machine.
NICENESS = 10
# An idle child takes 20 to 60 MB; starting one takes a fifth of a second.
IDLE_SECONDS = 60.0
DONE, FAILED = b"+", b"-"


def main() -> None:
    """Answer the parent's calls until it has none for a while, or is gone.

    Raises:
        ValueError: a limit is malformed.
        OSError: a limit cannot be set.
    """
    descriptor, cpu_seconds, memory_bytes = map(int, sys.argv[1:])
    threading.Thread(target=_end_with_parent, args=[descriptor], daemon=True).start()
    for ignored in (signal.SIGINT, signal.SIGHUP):  # meant for the parent, which decides what follows
        signal.signal(ignored, signal.SIG_IGN)
    _limit(memory_bytes)
    with Connection(descriptor) as connection, suppress(EOFError, ConnectionError):
        while connection.poll(IDLE_SECONDS):
            compute, arguments = connection.recv()
            _allow(cpu_seconds)
            connection.send_bytes(_answer(compute, arguments))


def _answer(compute: Callable[..., bytes], arguments: tuple[object, ...]) -> bytes:
    try:
        return DONE + compute(*arguments)
    except Exception as error:  # noqa: BLE001  (all of them are the parent's to judge)
        return FAILED + f"{type(error).__name__}: {error}".encode()


def _end_with_parent(descriptor: int) -> None:
    """End even in the middle of a computation once the parent is gone, and with it the other end of the connection."""
    hung_up = select.poll()
    hung_up.register(descriptor, select.POLLHUP)
    hung_up.poll()
    os._exit(0)


def _limit(memory_bytes: int) -> None:
    os.setpriority(os.PRIO_PROCESS, 0, max(NICENESS, os.getpriority(os.PRIO_PROCESS, 0)))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    with suppress(ValueError, OSError):  # macOS has no such limit
        _lower(resource.RLIMIT_AS, memory_bytes)


def _allow(cpu_seconds: int) -> None:
    """Let the process be killed when it has computed for so many seconds from now on."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _lower(resource.RLIMIT_CPU, ceil(used.ru_utime + used.ru_stime) + cpu_seconds)


def _lower(limit: int, value: int) -> None:
    hard = resource.getrlimit(limit)[1]
    soft = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(limit, (soft, hard))


if __name__ == "__main__":
    main()
