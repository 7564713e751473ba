"""Measures how 16 concurrent sign-ins affect other clients.

    .venv/bin/python benchmarks/http/signin_storm.py [--seconds 15]

One thread sends a ping every 30 milliseconds, first alone and then while 16 clients sign in without pause. It prints
the ping's latency in both halves, sign-ins per second, and the peak memory of the server process.
"""

import argparse
import json
import statistics
import threading
import time
from collections.abc import Callable

from stack import Server, request, sign_up, stack

from procfs import peak_megabytes, tree

CLIENTS = 16
PING_SECONDS = 0.03
PASSWORD = "correct horse battery"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--seconds", type=float, default=15)
    seconds = parser.parse_args().seconds
    with stack() as opened:
        # The attempt limits would refuse most of these sign-ins, but the hashing is what is measured.
        server = opened.start("product", RATE_LIMITS_ENABLED="false")
        for number in range(CLIENTS):
            sign_up(server, f"user{number}@example.com")
        idle = during(seconds, lambda: ping(server))
        with storm(server) as counts:
            stormy = during(seconds, lambda: ping(server))
        print(f"ping, idle    p50 {statistics.median(idle):6.1f} ms   p99 {percentile(idle):6.1f} ms")
        print(f"ping, storm   p50 {statistics.median(stormy):6.1f} ms   p99 {percentile(stormy):6.1f} ms")
        print(f"ratio of p99  {percentile(stormy) / percentile(idle):.1f}")
        print(f"sign-ins      {counts.get(200, 0) / seconds:.1f} per second; answers by status {counts}")
        print(f"peak memory   {max(peak_megabytes(pid) for pid in tree(server.process.pid)[1:]):.0f} MB")


class storm:  # noqa: N801  (used like a function)
    """Sixteen clients that sign in for the duration of the block. Counts the responses by status."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._is_over = threading.Event()
        self._counts: dict[int, int] = {}
        self._threads = [threading.Thread(target=self._sign_in, args=(number,)) for number in range(CLIENTS)]

    def __enter__(self) -> dict[int, int]:
        for thread in self._threads:
            thread.start()
        return self._counts

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        for thread in self._threads:
            thread.join()

    def _sign_in(self, number: int) -> None:
        body = json.dumps({"email": f"user{number}@example.com", "password": PASSWORD})
        while not self._is_over.is_set():
            status, _ = request(self._server, "POST", "/api/auth/signin", body=body)
            self._counts[status] = self._counts.get(status, 0) + 1


def ping(server: Server) -> float:
    """Return the milliseconds of one ping."""
    started = time.perf_counter()
    request(server, "GET", "/api/ping")
    return (time.perf_counter() - started) * 1000


def during(seconds: float, measure: Callable[[], float]) -> list[float]:
    """Measure repeatedly for some seconds."""
    taken = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        taken.append(measure())
        time.sleep(PING_SECONDS)
    return taken


def percentile(taken: list[float]) -> float:
    """Return the 99th percentile."""
    return statistics.quantiles(taken, n=100)[98]


if __name__ == "__main__":
    main()
