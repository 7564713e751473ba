"""Clients that use the site until their input ends, and count what fails. Prints one line of JSON.

    load.py ADDRESS AUTHORITY CLIENT_ADDRESS…

Each client signs up, then writes and reads what it wrote, lists, enqueues jobs, uploads a picture, and signs in anew
now and then. Two more hold a live stream, and one guesses a password. A request is sent again only if its connection
broke without an answer, as browsers do. If the site had done it nevertheless, the table would show a job that was done
twice.
"""

import asyncio
import json
import ssl
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from io import BytesIO
from itertools import count, pairwise
from typing import Any
from uuid import uuid4

import httpx2 as httpx
from PIL import Image

DOMAIN = "app.test"
HEADERS = {"Sec-Fetch-Site": "same-origin", "Host": DOMAIN}
PASSWORD = "correct horse battery"
TIMEOUT_SECONDS = 5
PAUSE_SECONDS = 0.15
STREAMS = 2
GUESS_SECONDS = 0.5
CLOSED = (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError)
# Every so many rounds of a client.
SIGN_IN_ROUNDS, UPLOAD_ROUNDS, LONG_JOB_ROUNDS = 40, 25, 15
JOB_SECONDS, LONG_JOB_SECONDS = 0.05, 8


@dataclass
class Record:
    """The responses so far."""

    failures: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    successes: list[float] = field(default_factory=list)
    examples: dict[str, str] = field(default_factory=dict)
    written: list[str] = field(default_factory=list)
    jobs: list[int] = field(default_factory=list)
    uncertain_jobs: list[int] = field(default_factory=list)
    stale: int = 0
    repeated: int = 0
    streams_ended: int = 0
    events: int = 0
    guesses: Counter[str] = field(default_factory=Counter)

    def succeeded(self, started: float) -> None:
        now = time.monotonic()
        self.seconds.append(now - started)
        self.successes.append(now)

    def failed(self, kind: str, example: str) -> None:
        self.failures[kind] += 1
        self.examples.setdefault(kind, example)


async def name_of_site(request: httpx.Request) -> None:
    """Ask for the certificate of the domain, although the address is an IP address."""
    request.extensions["sni_hostname"] = DOMAIN


class Client:
    """A user with an address of their own."""

    def __init__(self, site: str, authority: str, address: str, *, number: int, record: Record) -> None:
        self.number = number
        self.record = record
        self.email = f"{uuid4().hex}@example.com"
        self.id = ""
        self.has_stream = False
        self._http = httpx.AsyncClient(
            base_url=site,
            headers=HEADERS,
            timeout=TIMEOUT_SECONDS,
            transport=httpx.AsyncHTTPTransport(
                verify=ssl.create_default_context(cafile=authority), local_address=address
            ),
            event_hooks={"request": [name_of_site]},
        )

    async def ask(
        self, method: str, path: str, *, expected: int = 200, is_own_write: bool = False, **options: Any
    ) -> httpx.Response | None:
        """Send a request and count it. Return the response, or None unless it has the expected status."""
        started = time.monotonic()
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                response = await self._send(method, path, **options)
        except (httpx.HTTPError, TimeoutError) as error:
            kind = "timeout" if isinstance(error, TimeoutError | httpx.TimeoutException) else type(error).__name__
            self.record.failed(kind, f"{method} {path}: {error}")
            return None
        self.record.stale += is_own_write and response.status_code == 404
        if response.status_code != expected:
            has_delay = response.status_code != 503 or "Retry-After" in response.headers
            kind = f"{response.status_code}" + ("" if has_delay else " without Retry-After")
            self.record.failed(kind, f"{method} {path}: {response.text[:200]}")
            return None
        self.record.succeeded(started)
        return response

    async def _send(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Send a request, and once more if the proxy had just closed the idle connection, as browsers do."""
        try:
            return await self._http.request(method, path, **options)
        except CLOSED:
            self.record.repeated += 1
            return await self._http.request(method, path, **options)

    async def sign_up(self) -> None:
        body = {"email": self.email, "password": PASSWORD}
        while (answer := await self.ask("POST", "/api/auth/signup", expected=201, json=body)) is None:
            await asyncio.sleep(1)
        self.id = answer.json()["data"]["id"]

    async def sign_in_anew(self) -> None:
        await self.ask("POST", "/api/auth/signout", expected=204)
        body = {"email": self.email, "password": PASSWORD}
        while await self.ask("POST", "/api/auth/signin", json=body) is None:
            await asyncio.sleep(1)

    async def write_and_read(self, number: int) -> None:
        entry = str(uuid4())
        if await self.ask("POST", "/api/trial/entries", expected=201, json={"id": entry}) is None:
            return
        self.record.written.append(entry)
        if number % 2:
            page = await self.ask("GET", "/api/trial/entries")
            self.record.stale += page is not None and entry not in page.json()
            return
        await self.ask("GET", f"/api/trial/entries/{entry}", is_own_write=True)

    async def enqueue(self, key: int, seconds: float) -> None:
        answer = await self.ask("POST", "/api/trial/jobs", expected=202, json={"key": key, "seconds": seconds})
        (self.record.uncertain_jobs if answer is None else self.record.jobs).append(key)

    async def upload(self) -> None:
        answer = await self.ask("PUT", "/api/users/me/avatar", files={"file": ("picture.png", PICTURE, "image/png")})
        if answer is not None:
            await self.ask("GET", f"/api/users/{self.id}/avatar")

    async def use(self, keys: "count[int]", stop: asyncio.Event) -> None:
        """Use the site until the run is over."""
        # Each client begins elsewhere, so that they do not all upload or sign in at once.
        for number in count(3 * self.number):
            for action in self._actions(number, keys):
                if stop.is_set():
                    return
                await action
                await asyncio.sleep(PAUSE_SECONDS)

    def _actions(self, number: int, keys: "count[int]") -> Any:
        yield self.write_and_read(number)
        yield self.ask("GET", "/api/users/me")
        yield self.enqueue(next(keys), LONG_JOB_SECONDS if number % LONG_JOB_ROUNDS == 0 else JOB_SECONDS)
        yield self.ask("GET", "/api/notifications")
        if number % UPLOAD_ROUNDS == 1:
            yield self.upload()
        if number % SIGN_IN_ROUNDS == 0 and not self.has_stream:
            yield self.sign_in_anew()

    async def hold_stream(self, stop: asyncio.Event) -> None:
        """Hold a live stream, and open it again when it ends, as browsers do."""
        self.has_stream = True
        while not stop.is_set():
            try:
                async with self._stream() as lines:
                    async for line in lines:
                        self.record.events += line.startswith("event:")
            except (httpx.HTTPError, TimeoutError) as error:
                self.record.examples.setdefault("stream", repr(error))
            self.record.streams_ended += not stop.is_set()
            await asyncio.sleep(1)

    async def guess(self, email: str, stop: asyncio.Event) -> None:
        """Guess the password of an account that does not exist."""
        while not stop.is_set():
            body = {"email": email, "password": "wrong horse battery"}
            try:
                answer = await self._http.post("/api/auth/signin", json=body)
                self.record.guesses[str(answer.status_code)] += 1
            except httpx.HTTPError as error:
                self.record.guesses[type(error).__name__] += 1
            await asyncio.sleep(GUESS_SECONDS)

    async def close(self) -> None:
        await self._http.aclose()

    @asynccontextmanager
    async def _stream(self) -> AsyncIterator[AsyncIterator[str]]:
        silence = httpx.Timeout(TIMEOUT_SECONDS, read=60)
        async with self._http.stream("GET", "/api/events", timeout=silence) as response:
            if response.status_code != 200:
                self.record.failed(f"stream {response.status_code}", "GET /api/events")
            yield response.aiter_lines()


def picture() -> bytes:
    """Return a small picture."""
    output = BytesIO()
    Image.new("RGB", (120, 80), (220, 30, 30)).save(output, "PNG")
    return output.getvalue()


PICTURE = picture()


async def main(site: str, authority: str, first_key: int, addresses: list[str]) -> None:
    """Run the clients until the input ends."""
    record = Record()
    stop = asyncio.Event()
    clients = [Client(site, authority, at, number=n, record=record) for n, at in enumerate(addresses)]
    await asyncio.gather(*(client.sign_up() for client in clients[1:]))
    print("running", flush=True)
    keys = count(first_key)
    started = time.monotonic()
    streams = [asyncio.create_task(client.hold_stream(stop)) for client in clients[1 : 1 + STREAMS]]
    async with asyncio.TaskGroup() as group:
        for client in clients[1:]:
            group.create_task(client.use(keys, stop))
        group.create_task(clients[0].guess(f"{uuid4().hex}@example.com", stop))
        await asyncio.to_thread(sys.stdin.read)
        stop.set()
    for stream in streams:
        stream.cancel()
    print(json.dumps(summary(record, started)), flush=True)


def summary(record: Record, started: float) -> dict[str, Any]:
    """Return what the table needs."""
    seconds = sorted(record.seconds) or [0.0]
    moments = [started, *sorted(record.successes)]
    return {
        "seconds": time.monotonic() - started,
        "requests": len(record.seconds) + record.failures.total(),
        "failures": dict(record.failures),
        "examples": record.examples,
        "p50": seconds[len(seconds) // 2],
        "p99": seconds[int(len(seconds) * 0.99)],
        "gap": max((after - before for before, after in pairwise(moments)), default=0),
        "stale": record.stale,
        "repeated": record.repeated,
        "streams_ended": record.streams_ended,
        "events": record.events,
        "guesses": dict(record.guesses),
        "written": record.written,
        "jobs": record.jobs,
        "uncertain_jobs": record.uncertain_jobs,
    }


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4:]))
