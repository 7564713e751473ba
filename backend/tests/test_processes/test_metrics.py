"""`/metrics` of several server processes."""

import os
import signal
import tempfile
from collections.abc import Callable
from pathlib import Path

import httpx2 as httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from core.metrics.directory import DIRECTORY_PREFIX
from core.settings import REFUSED_EXIT_CODE
from tests.support.ports import free_port
from tests.test_processes.conftest import Stack, eventually, server_processes

pytestmark = pytest.mark.process

SCRAPES = 100
PINGS = 40
PINGED = ("http_request_duration_seconds_count", ("GET", "/api/ping", "200"))

# The value of each series, by name and the values of its labels.
Series = dict[tuple[str, tuple[str, ...]], float]


def scrape(address: str, *, kinds: tuple[str, ...] = ("counter", "histogram", "gauge")) -> Series:
    # A new connection each time, so that any process may answer.
    families = text_string_to_metric_families(httpx.get(address, timeout=15).text)
    return {
        (sample.name, tuple(sample.labels.values())): sample.value
        for family in families
        if family.type in kinds
        for sample in family.samples
    }


def assert_monotonic(addresses: list[str], *, during: Callable[[int], object], scrapes: int = SCRAPES) -> Series:
    last: Series = {}
    for number in range(scrapes):
        during(number)
        found = scrape(addresses[number % len(addresses)], kinds=("counter", "histogram"))
        fell = {series: (value, found.get(series)) for series, value in last.items() if found.get(series, -1) < value}
        assert not fell, f"at scrape {number}"
        last = found
    return last


@pytest.fixture(autouse=True)
def temporary_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The directory of temporary files for what a test starts."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return tmp_path


@pytest.fixture
def metrics_port() -> int:
    return free_port()


def shared_files(directory: Path) -> list[Path]:
    return [file for found in directory.glob(f"{DIRECTORY_PREFIX}*") for file in found.iterdir()]


def test_two_processes_show_the_same_sums_and_none_falls(
    stack: Stack, temporary_directory: Path, metrics_port: int
) -> None:
    server = stack.start("serve", API_WORKERS="2", METRICS_PORT=str(metrics_port))
    addresses = [f"{stack.address}/metrics", f"http://127.0.0.1:{metrics_port}/metrics"]
    before = scrape(addresses[0]).get(PINGED, 0.0)
    pinged = 0

    def ping_and_kill(number: int) -> None:
        nonlocal pinged
        if number == SCRAPES // 2:
            os.kill(server_processes(server.pid)[0], signal.SIGKILL)
            eventually(lambda: len(server_processes(server.pid)) == 2, within=30)
            eventually(lambda: scrape(addresses[1])["running_processes", ()] == 2, within=30)
        pinged += httpx.get(f"{stack.address}/api/ping").status_code == 200

    last = assert_monotonic(addresses, during=ping_and_kill)
    assert last[PINGED] == before + pinged
    files = {file.name for file in shared_files(temporary_directory)}
    assert {name for name in files if name.endswith(".lock")} == {"0.lock", "1.lock", "parent.lock"}
    assert {name.rpartition("_")[2] for name in files if name.endswith(".db")} == {"0.db", "1.db"}


def test_gauges_are_those_of_the_processes_that_live(stack: Stack) -> None:
    server = stack.start("serve", API_WORKERS="2")
    stack.sign_up("ada@example.com")
    address = f"{stack.address}/metrics"
    idle = ("database_connections", ("idle",))
    eventually(lambda: len({scrape(address)[idle] for _ in range(10)}) == 1 and scrape(address)[idle] >= 1, within=15)
    assert scrape(address)["jobs", ("mails", "pending")] == 1
    assert scrape(address)["jobs", ("default", "dead")] == 0
    old = set(server_processes(server.pid))
    server.send_signal(signal.SIGHUP)  # new processes take the place of the old ones
    before = scrape(address)
    eventually(lambda: not old & set(server_processes(server.pid)), within=60)
    assert_monotonic([address], during=lambda _: None, scrapes=10)
    after = scrape(address)
    assert after[PINGED] >= before[PINGED]
    eventually(lambda: scrape(address)["running_processes", ()] == 2, within=15)
    eventually(lambda: scrape(address)[idle] <= 2, within=15)
    assert not any(Path(f"/proc/{process}").exists() for process in old)


def test_a_restart_begins_from_nothing_and_removes_what_a_killed_server_left(
    stack: Stack, temporary_directory: Path
) -> None:
    killed = stack.start("serve", API_WORKERS="2")
    for _ in range(PINGS):
        httpx.get(f"{stack.address}/api/ping")
    left = {file.parent for file in shared_files(temporary_directory)}
    stack.kill("serve")
    assert killed.wait() != 0
    assert {file.parent for file in shared_files(temporary_directory)} == left
    stack.start("serve", API_WORKERS="2")
    assert scrape(f"{stack.address}/metrics").get(PINGED, 0) < PINGS
    assert not left & {file.parent for file in shared_files(temporary_directory)}
    assert stack.terminate("serve") == 0
    assert not shared_files(temporary_directory)


def test_a_port_that_is_taken_is_refused_by_name(stack: Stack, metrics_port: int) -> None:
    stack.start("worker", WORKER_METRICS_PORT=str(metrics_port))
    eventually(lambda: reachable(metrics_port), within=60)
    second = stack.start("worker", name="second", WORKER_METRICS_PORT=str(metrics_port))
    assert second.wait(timeout=60) == REFUSED_EXIT_CODE
    assert f"WORKER_METRICS_PORT is {metrics_port}, but nothing can listen on 127.0.0.1" in stack.log("second")


def reachable(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/metrics").is_success
    except httpx.TransportError:
        return False


def test_a_refused_start_of_several_processes_ends_with_its_reason(stack: Stack) -> None:
    refused = stack.start("serve", waits=False, API_WORKERS="4")  # 40 connections beside those of a worker
    assert refused.wait(timeout=60) == REFUSED_EXIT_CODE
    assert "lower DATABASE_POOL_SIZE" in stack.log("serve")
