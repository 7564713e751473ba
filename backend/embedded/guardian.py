"""Ends the processes of a supervisor that was killed. Runs as a script, with the standard library only.

The supervisor writes to our standard input: `+ PID SIGNAL` when a process has started, `- PID` when it has ended. End
of file means that the supervisor is gone. Each remaining process then gets its signal, and a few seconds later SIGKILL
together with its process group.
"""

import os
import signal
import sys
import time
from contextlib import suppress

PATIENCE_SECONDS = 3.0
POLL_SECONDS = 0.05


def main() -> None:
    """Keep the list of processes until the supervisor is gone, then end them."""
    processes: dict[int, int] = {}
    for line in sys.stdin.buffer:
        match line.split():
            case [b"+", pid, death_signal]:
                processes[int(pid)] = int(death_signal)
            case [b"-", pid]:
                processes.pop(int(pid), None)
    _end(processes)


def _end(processes: dict[int, int]) -> None:
    for pid, death_signal in processes.items():
        with suppress(ProcessLookupError):
            os.kill(pid, death_signal)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline and any(_is_alive(pid) for pid in processes):
        time.sleep(POLL_SECONDS)
    for pid in processes:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


if __name__ == "__main__":
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    main()
