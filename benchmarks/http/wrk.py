"""Bursts of requests by wrk, and their cost on the server."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from stack import Server

from procfs import cpu_seconds

SCRIPT = Path(__file__).with_name("wrk.lua")


@dataclass(frozen=True, slots=True)
class Work:
    """One kind of request."""

    title: str
    method: str
    path: str
    status: int
    token: str = ""
    body: str = ""


@dataclass(frozen=True, slots=True)
class Burst:
    """The result of one burst. Times are in milliseconds."""

    requests: int
    per_second: float
    cpu_per_request: float
    p50: float
    p99: float
    failed: int


def require_wrk() -> None:
    """Exit with a hint if the load generator is not installed."""
    if shutil.which("wrk") is None:
        sys.exit("wrk is missing; install it, on Debian with `apt-get install wrk`.")


def burst(server: Server, work: Work, *, seconds: float, connections: int) -> Burst:
    """Send requests on all connections, as fast as the server responds."""
    before = cpu_seconds(server.process.pid)
    found = json.loads(_wrk(server, work, seconds=seconds, connections=connections).splitlines()[-1])
    cpu = cpu_seconds(server.process.pid) - before
    return Burst(
        requests=found["requests"],
        per_second=found["requests"] / found["microseconds"] * 1e6,
        cpu_per_request=cpu / max(found["requests"], 1) * 1000,
        p50=found["p50"] / 1000,
        p99=found["p99"] / 1000,
        failed=found["failed"],
    )


def _wrk(server: Server, work: Work, *, seconds: float, connections: int) -> str:
    # One thread: the machine's other core is the server's.
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s", "-s", str(SCRIPT)]
    variables = {
        "LOAD_METHOD": work.method,
        "LOAD_PATH": work.path,
        "LOAD_TOKEN": work.token,
        "LOAD_BODY": work.body,
    }
    finished = subprocess.run(
        [*command, f"http://127.0.0.1:{server.port}"],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=True,
    )
    return finished.stdout
