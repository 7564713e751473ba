"""Measures whether the time of a refused sign-in reveals an account, and how many sign-ins affect other clients.

    .venv/bin/python benchmarks/identity/timing.py [SAMPLES]

Starts its own PostgreSQL, Valkey and one API process, with limits switched off. First it signs in with a wrong
password, alternating between an account and an unknown address, SAMPLES times each (default 200), so that other load
affects both. The medians should differ by less than 5 %. Then 50 clients sign in at once while another requests
/api/ping; its p99 should stay under 100 ms. The memory is the peak of the server process, from /proc.
"""

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BACKEND = ROOT / "backend"
sys.path.insert(0, str(BACKEND))

import httpx2 as httpx  # noqa: E402

from embedded.services import open_services  # noqa: E402
from repository.operations import migrate  # noqa: E402
from tests.support.ports import free_port  # noqa: E402

PARALLEL = 50
ROUNDS = 3
PING_PAUSE_SECONDS = 0.02
PASSWORD = "correct horse battery"
START_SECONDS = 60


def main(samples: int) -> None:
    """Print both measurements."""
    with tempfile.TemporaryDirectory() as var, open_services(Path(var) / "services", durable=False) as urls:
        migrate.upgrade(urls.database_url)
        with served(urls.database_url, urls.redis_url, var) as (address, process):
            asyncio.run(measure(address, process.pid, samples))


@contextmanager
def served(database_url: str, redis_url: str, var: str) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    """Yield the address of an API process, and the process."""
    port = free_port()
    environment = os.environ | {
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "VAR_DIRECTORY": var,
        "PORT": str(port),
        "LOGGING_LEVEL": "ERROR",
        "RATE_LIMITS_ENABLED": "false",
    }
    process = subprocess.Popen([sys.executable, "main.py", "serve"], cwd=BACKEND, env=environment)
    address = f"http://127.0.0.1:{port}"
    try:
        wait_until_ready(address)
        yield address, process
    finally:
        process.terminate()
        process.wait()


def wait_until_ready(address: str) -> None:
    """Wait for the first 200."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"{address}/api/ready").status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    sys.exit("It did not become ready in time.")


async def measure(address: str, pid: int, samples: int) -> None:
    """Measure against a running server."""
    async with httpx.AsyncClient(base_url=address, timeout=60) as client:
        body = {"email": "ada@example.com", "password": PASSWORD}
        (await client.post("/api/auth/signup", json=body)).raise_for_status()
        await compare_refusals(client, samples)
        await storm(client, pid)


async def compare_refusals(client: httpx.AsyncClient, samples: int) -> None:
    """Print the medians of refused sign-ins, with and without an account."""
    times: dict[str, list[float]] = {"ada@example.com": [], "nobody@example.com": []}
    for number in range(samples + 10):
        for email, seconds in times.items():
            started = time.perf_counter()
            await sign_in(client, email, "a wrong password")
            if number >= 10:  # the first ones open connections and compute the decoy hash
                seconds.append(time.perf_counter() - started)
    known, unknown = (statistics.median(seconds) * 1000 for seconds in times.values())
    difference = abs(known - unknown) / known
    print(f"wrong password {known:.1f} ms, unknown address {unknown:.1f} ms: medians differ by {difference:.1%}")


async def storm(client: httpx.AsyncClient, pid: int) -> None:
    """Print the latency of a ping during 50 concurrent sign-ins, and their memory."""
    idle = [await ping(client) for _ in range(200)]
    # In their own process: building fifty requests at once would delay the pings here.
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as others:
        await asyncio.wrap_future(others.submit(time.time))  # imports everything first
        signing_in = asyncio.wrap_future(others.submit(sign_in_at_once, str(client.base_url)))
        busy = []
        while not signing_in.done():
            busy.append(await ping(client))
            await asyncio.sleep(PING_PAUSE_SECONDS)
        answers = await signing_in
    print(f"{PARALLEL} sign-ins at once, {ROUNDS} times: {answers}")
    print(f"ping p99 {p99(idle):.1f} ms idle, {p99(busy):.1f} ms during sign-ins ({len(busy)} pings)")
    print(f"memory at most {peak_megabytes(pid):.0f} MB")


def sign_in_at_once(address: str) -> dict[int, int]:
    """Sign in from 50 clients at once, a few times, and count the responses by status."""

    async def run() -> Counter[int]:
        statuses: Counter[int] = Counter()
        limits = httpx.Limits(max_connections=PARALLEL)
        async with httpx.AsyncClient(base_url=address, timeout=60, limits=limits) as client:
            for _ in range(ROUNDS):
                signing_in = (sign_in(client, "ada@example.com", PASSWORD) for _ in range(PARALLEL))
                statuses.update(await asyncio.gather(*signing_in))
        return statuses

    return dict(asyncio.run(run()))


async def sign_in(client: httpx.AsyncClient, email: str, password: str) -> int:
    """Sign in without keeping the cookies, and return the status."""
    response = await client.post("/api/auth/signin", json={"email": email, "password": password})
    client.cookies.clear()
    return response.status_code


async def ping(client: httpx.AsyncClient) -> float:
    """Return the milliseconds of one ping."""
    started = time.perf_counter()
    await client.get("/api/ping")
    return (time.perf_counter() - started) * 1000


def p99(values: list[float]) -> float:
    """Return the 99th percentile."""
    return statistics.quantiles(values, n=100, method="inclusive")[98]


def peak_megabytes(root: int) -> float:
    """Return the peak resident memory of the server and its children."""
    children = Path(f"/proc/{root}/task/{root}/children").read_text().split()
    statuses = [Path(f"/proc/{pid}/status").read_text() for pid in (str(root), *children)]
    peaks = [int(line.split()[1]) for status in statuses for line in status.splitlines() if line.startswith("VmHWM")]
    return sum(peaks) / 1024


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
