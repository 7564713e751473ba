"""Measures how long `make up` takes to serve, and the memory of its programs. Linux only, because it reads /proc.

    .venv/bin/python benchmarks/start.py [ROUNDS]

Each round runs `make up` on a free port, waits for the first 200 of /api/ready, lets the programs settle, and adds up
their resident memory. The first round creates the database; the others are warm starts on the same data.
"""

import http.client
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PROGRAMS = ("serve", "worker", "scheduler")
POLL_SECONDS = 0.02
LIMIT_SECONDS = 120
SETTLE_SECONDS = 5


def main(rounds: int) -> None:
    """Print one line per round and the medians of the warm ones."""
    seconds, megabytes = [], []
    with tempfile.TemporaryDirectory() as var:
        for number in range(rounds + 1):
            took, memory = measure(Path(var))
            print(f"{'first' if number == 0 else 'warm '}  ready after {took:.2f} s   {describe(memory)}", flush=True)
            if number > 0:
                seconds.append(took)
                megabytes.append(sum(memory.values()))
    print(f"median of {rounds} warm starts: {statistics.median(seconds):.2f} s, {statistics.median(megabytes):.0f} MB")


def measure(var: Path) -> tuple[float, dict[str, float]]:
    """Return the seconds until ready and the megabytes of each program, in one run of `make up`."""
    port = free_port()
    environment = os.environ | {"PORT": str(port), "VAR_DIRECTORY": str(var)}
    started = time.monotonic()
    stack = subprocess.Popen(
        ["make", "up"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, start_new_session=True
    )
    try:
        wait_until_ready(port)
        took = time.monotonic() - started
        time.sleep(SETTLE_SECONDS)
        return took, resident_memory(stack.pid)
    finally:
        stack.send_signal(signal.SIGTERM)
        stack.wait()


def free_port() -> int:
    """Return a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_ready(port: int) -> None:
    """Wait for the first 200."""
    deadline = time.monotonic() + LIMIT_SECONDS
    while time.monotonic() < deadline:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
            connection.request("GET", "/api/ready")
            if connection.getresponse().status == http.client.OK:
                return
        except OSError:
            pass
        time.sleep(POLL_SECONDS)
    sys.exit("The API did not become ready in time.")


def resident_memory(root: int) -> dict[str, float]:
    """Return the resident megabytes of each program among the descendants of `root`, its server processes included."""
    parents = {int(stat.parent.name): parent_of(stat) for stat in Path("/proc").glob("[0-9]*/stat")}
    memory: dict[str, float] = {}
    for pid in parents:
        if root in ancestors(pid, parents) and (program := program_of(pid)):
            memory[program] = memory.get(program, 0) + resident_megabytes(pid)
    return memory


def ancestors(pid: int, parents: dict[int, int]) -> set[int]:
    """Return every process above `pid`."""
    above: set[int] = set()
    while pid in parents and pid not in above:
        above.add(pid)
        pid = parents[pid]
    return above | {pid}


def parent_of(stat: Path) -> int:
    """Return the parent's process id, or 0 if the process has ended."""
    try:
        return int(stat.read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def program_of(pid: int) -> str | None:
    """Return which of our programs the process runs."""
    words = Path(f"/proc/{pid}/cmdline").read_text().split("\0")
    return next((program for program in PROGRAMS if program in words), None)


def resident_megabytes(pid: int) -> float:
    """Return VmRSS, which counts shared pages in every process that uses them."""
    status = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmRSS"))


def describe(memory: dict[str, float]) -> str:
    """Return the sum and the value of each program in one line."""
    parts = "  ".join(f"{program} {megabytes:.0f}" for program, megabytes in sorted(memory.items()))
    return f"{sum(memory.values()):.0f} MB ({parts})"


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
