"""Requests that go on while something is done to the product."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx2 as httpx

PAUSE_SECONDS = 0.005

Send = Callable[[httpx.Client], httpx.Response]
Connect = Callable[[], httpx.Client]


@dataclass
class Load:
    """The statuses so far; 0 stands for no response at all."""

    statuses: Counter[int] = field(default_factory=Counter)
    slowest_seconds: float = 0

    @property
    def answered(self) -> int:
        return self.statuses.total()

    def count(self, status: int, seconds: float) -> None:
        self.statuses[status] += 1
        self.slowest_seconds = max(self.slowest_seconds, seconds)


def _browser() -> httpx.Client:
    return httpx.Client(headers={"Sec-Fetch-Site": "same-origin"}, timeout=15)


@contextmanager
def under_load(
    send: Send, *, threads: int = 1, cookies: httpx.Cookies | None = None, connect: Connect | None = None
) -> Iterator[Load]:
    """Call `send` from so many threads, each with a client of its own, until the block is over."""
    load = Load()
    is_over = threading.Event()

    def work() -> None:
        with connect() if connect else _browser() as client:
            client.cookies.update(cookies)
            while not is_over.wait(PAUSE_SECONDS):
                started = time.monotonic()
                try:
                    status = send(client).status_code
                except httpx.TransportError:
                    status = 0
                load.count(status, time.monotonic() - started)

    workers = [threading.Thread(target=work) for _ in range(threads)]
    for worker in workers:
        worker.start()
    try:
        yield load
    finally:
        is_over.set()
        for worker in workers:
            worker.join()
