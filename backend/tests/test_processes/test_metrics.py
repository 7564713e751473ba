"""What `/metrics` shows of several server processes."""

import re
import signal
import subprocess
from pathlib import Path

import httpx2 as httpx
import pytest

from tests.test_processes.conftest import Stack, eventually

pytestmark = pytest.mark.process

SCRAPES = 30
PINGS = 40


def _value(stack: Stack, series: str) -> float:
    # A new connection each time, so that either process may answer.
    text = httpx.get(f"{stack.address}/metrics").text
    found = re.search(rf"^{re.escape(series)} (\S+)$", text, re.MULTILINE)
    return float(found[1]) if found else 0.0


def _values(stack: Stack, series: str) -> list[float]:
    return [_value(stack, series) for _ in range(SCRAPES)]


def _server_processes(stack: Stack, parent: int) -> list[int]:
    found = subprocess.run(
        ["pgrep", "-P", str(parent), "-f", "spawn_main"], capture_output=True, text=True, check=False
    )
    return [int(line) for line in found.stdout.split()]


PINGED = 'http_request_duration_seconds_count{method="GET",route="/api/ping",status="200"}'


def test_every_process_shows_the_sums_of_all(stack: Stack) -> None:
    stack.start("serve", API_WORKERS="2")
    before = _value(stack, PINGED)
    for _ in range(PINGS):
        assert httpx.get(f"{stack.address}/api/ping").status_code == 200
    assert set(_values(stack, PINGED)) == {before + PINGS}
    sums = [
        value
        for _ in range(3)
        for value in _values(
            stack, 'http_request_duration_seconds_bucket{le="+Inf",method="GET",route="/metrics",status="200"}'
        )
    ]
    assert sums == sorted(sums)


def test_gauges_are_those_of_the_processes_that_live(stack: Stack) -> None:
    server = stack.start("serve", API_WORKERS="2")
    stack.sign_up("ada@example.com")
    idle = 'database_connections{state="idle"}'
    eventually(lambda: len(set(_values(stack, idle))) == 1 and _value(stack, idle) >= 1, within=15)
    assert set(_values(stack, 'jobs{queue="mails",state="pending"}')) == {1.0}
    counted = _value(stack, PINGED)
    old = set(_server_processes(stack, server.pid))
    server.send_signal(signal.SIGHUP)  # new processes take the place of the old ones
    eventually(lambda: not old & set(_server_processes(stack, server.pid)), within=30)
    eventually(lambda: _value(stack, idle) <= 2, within=15)
    assert _value(stack, PINGED) >= counted
    assert not any(Path(f"/proc/{process}").exists() for process in old)


def test_a_restart_begins_from_nothing(stack: Stack) -> None:
    stack.start("serve", API_WORKERS="2")
    for _ in range(PINGS):
        httpx.get(f"{stack.address}/api/ping")
    assert stack.terminate("serve") == 0
    stack.start("serve", API_WORKERS="2")
    assert _value(stack, PINGED) < PINGS
