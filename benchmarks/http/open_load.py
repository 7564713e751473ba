"""Requests at a fixed rate, independent of the response time, as many clients send them in an overload."""

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import cast

import uvloop

from stack import Server

from wrk import Work

# How many clients may wait for a response at once. A request that finds none free counts as not sent.
CONNECTIONS = 1_000
TICK_SECONDS = 0.005
PATIENCE_SECONDS = 10


@dataclass(slots=True)
class Answers:
    """The responses. Times are in milliseconds, and only of 2xx responses."""

    statuses: Counter[int] = field(default_factory=Counter)
    times: list[float] = field(default_factory=list)
    refused_without_retry_after: int = 0
    unanswered: int = 0
    not_sent: int = 0
    seconds: float = 0


def send_at_rate(server: Server, work: Work, *, per_second: float, seconds: float) -> Answers:
    """Send for some seconds, wait for the last responses, and return all."""
    return uvloop.run(_send_at_rate(server, work, per_second=per_second, seconds=seconds))


async def _send_at_rate(server: Server, work: Work, *, per_second: float, seconds: float) -> Answers:
    answers = Answers()
    idle = [await _connect(server.port, work, answers) for _ in range(CONNECTIONS)]
    for client in idle:
        client.idle = idle
    everybody = list(idle)
    started = time.perf_counter()
    sent = 0
    while (passed := time.perf_counter() - started) < seconds:
        for _ in range(int(passed * per_second) - sent):
            sent += 1
            if idle:
                idle.pop().send()
            else:
                answers.not_sent += 1
        await asyncio.sleep(TICK_SECONDS)
    answers.seconds = time.perf_counter() - started
    await _patience(everybody)
    answers.unanswered = sum(client.is_waiting for client in everybody)
    for client in everybody:
        client.transport.close()
    return answers


async def _patience(everybody: list["_Client"]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while any(client.is_waiting for client in everybody) and time.monotonic() < deadline:
        await asyncio.sleep(0.05)


async def _connect(port: int, work: Work, answers: Answers) -> "_Client":
    loop = asyncio.get_running_loop()
    _, client = await loop.create_connection(lambda: _Client(_raw(work), answers), "127.0.0.1", port)
    return client


def _raw(work: Work) -> bytes:
    head = [f"{work.method} {work.path} HTTP/1.1", "Host: 127.0.0.1", f"Authorization: Bearer {work.token}"]
    if work.body:
        head += ["Content-Type: application/json", f"Content-Length: {len(work.body)}"]
    return "\r\n".join([*head, "", work.body]).encode()


class _Client(asyncio.Protocol):
    """One keep-alive connection with at most one request in flight."""

    def __init__(self, raw: bytes, answers: Answers) -> None:
        self.idle: list[_Client] = []
        self.is_waiting = False
        self._raw = raw
        self._answers = answers
        self._received = b""
        self._sent_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)

    def send(self) -> None:
        self.is_waiting = True
        self._sent_at = time.perf_counter()
        self.transport.write(self._raw)

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, separator, body = self._received.partition(b"\r\n\r\n")
        if separator and len(body) >= _content_length(head):
            self._received = b""
            self.is_waiting = False
            self._count(head)
            self.idle.append(self)

    def _count(self, head: bytes) -> None:
        status = int(head[9:12])
        self._answers.statuses[status] += 1
        if status < 300:
            self._answers.times.append((time.perf_counter() - self._sent_at) * 1000)
        elif b"retry-after:" not in head.lower():
            self._answers.refused_without_retry_after += 1


def _content_length(head: bytes) -> int:
    return int(head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0])
