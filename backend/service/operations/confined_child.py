"""The child of a `ConfinedProcess`: runs functions for its parent, one at a time and under limits.

It imports little, because it starts on demand and exits when idle.
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

# Requests have priority on a busy machine.
NICENESS = 10
# An idle child uses 20 to 60 MB. Starting one takes a fifth of a second.
IDLE_SECONDS = 60.0
DONE, FAILED = b"+", b"-"


def main() -> None:
    """Run the parent's calls until there is none for a while, or the parent is gone.

    Raises:
        ValueError: a limit is malformed.
        OSError: a limit cannot be set.
    """
    descriptor, cpu_seconds, memory_bytes = map(int, sys.argv[1:])
    threading.Thread(target=_end_with_parent, args=[descriptor], daemon=True).start()
    for ignored in (signal.SIGINT, signal.SIGHUP):  # the parent gets them as well, and decides
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
    except Exception as error:  # noqa: BLE001  (the parent decides about all of them)
        return FAILED + f"{type(error).__name__}: {error}".encode()


def _end_with_parent(descriptor: int) -> None:
    """Exit when the parent closes its end of the connection, even in the middle of a computation."""
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
    """Have the process killed once it has used `cpu_seconds` more."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _lower(resource.RLIMIT_CPU, ceil(used.ru_utime + used.ru_stime) + cpu_seconds)


def _lower(limit: int, value: int) -> None:
    hard = resource.getrlimit(limit)[1]
    soft = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(limit, (soft, hard))


if __name__ == "__main__":
    main()
