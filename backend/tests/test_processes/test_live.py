"""Live updates between real processes, while servers go and come back."""

import asyncio
import contextlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import asyncpg
import httpx2 as httpx
import pytest
from sqlalchemy.engine import make_url

from tests.support.ports import free_port
from tests.test_processes.conftest import Stack, eventually

pytestmark = pytest.mark.process


class Browser:
    """A signed-in user with one open stream."""

    def __init__(self, address: str) -> None:
        self.http = httpx.Client(base_url=address, timeout=15, headers={"Sec-Fetch-Site": "same-origin"})
        self.events: list[tuple[str, dict[str, Any]]] = []
        self.last_id: str | None = None
        self.is_open = False
        self._thread: threading.Thread | None = None

    def sign_up(self, email: str) -> str:
        response = self.http.post("/api/auth/signup", json={"email": email, "password": "correct horse battery"})
        assert response.status_code == 201, response.text
        return str(response.json()["data"]["id"])

    def write_memo(self) -> str:
        response = self.http.post("/api/memos", json={"title": "A title"})
        assert response.status_code == 201, response.text
        return str(response.json()["data"]["id"])

    def remark_on(self, memo: str) -> None:
        response = self.http.post(f"/api/memos/{memo}/remarks", json={"content": "Well said."})
        assert response.status_code == 201, response.text

    def close(self) -> None:
        self.http.close()
        if self._thread is not None:
            self._thread.join(timeout=5)

    def listen(self) -> None:
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def seen(self, kind: str) -> list[dict[str, Any]]:
        return [data for seen, data in self.events if seen == kind]

    def _listen(self) -> None:
        headers = {} if self.last_id is None else {"Last-Event-ID": self.last_id}
        with self.http.stream("GET", "/api/events", headers=headers, timeout=60) as response:
            assert response.status_code == 200
            self.is_open = True
            with contextlib.suppress(httpx.TransportError):  # the server was killed
                self._read(response)
        self.is_open = False

    def _read(self, response: httpx.Response) -> None:
        kind = ""
        for line in response.iter_lines():
            name, _, value = line.partition(": ")
            if name == "event":
                kind = value
            elif name == "data":
                self.events.append((kind, json.loads(value)))
            elif name == "id":
                self.last_id = value


Browsers: TypeAlias = Callable[[str], Browser]


@pytest.fixture
def browsers() -> Iterator[Browsers]:
    """Opens browsers at an address, and closes them all at the end, when the servers have gone."""
    opened: list[Browser] = []

    def open_browser(address: str) -> Browser:
        opened.append(Browser(address))
        return opened[-1]

    yield open_browser
    for browser in opened:
        browser.close()


@pytest.fixture
def two_servers(stack: Stack) -> tuple[str, str]:
    """The addresses of two API processes, beside a worker."""
    stack.take_memos()
    stack.start("worker")
    other_port = free_port()
    # One product: its cookies are named after the port of its public address.
    stack.start("serve", PUBLIC_URL=stack.address)
    stack.start("serve", name="other", PORT=str(other_port), PUBLIC_URL=stack.address)
    return stack.address, f"http://127.0.0.1:{other_port}"


def test_sigterm_ends_open_streams_and_the_server_in_time(stack: Stack, browsers: Browsers) -> None:
    stack.start("serve")
    ada = browsers(stack.address)
    ada.sign_up("ada@example.com")
    ada.listen()
    eventually(lambda: ada.seen("ready"), within=10)
    started = time.monotonic()
    assert stack.terminate("serve") == 0
    assert time.monotonic() - started < 5
    eventually(lambda: not ada.is_open, within=2)


def test_a_browser_hears_of_what_happens_at_another_server_until_it_is_signed_out_there(
    two_servers: tuple[str, str], browsers: Browsers
) -> None:
    ada, bob = map(browsers, two_servers)
    ada.sign_up("ada@example.com")
    memo = ada.write_memo()
    ada.listen()
    eventually(lambda: ada.seen("ready"), within=10)
    bob.sign_up("bob@example.com")
    bob.remark_on(memo)
    eventually(lambda: ada.seen("notification"), within=20)
    (notification,) = ada.seen("notification")
    assert (notification["kind"], notification["link"]) == ("remark", f"/memos/{memo}")
    assert ada.http.get("/api/notifications").json()["data"] == [notification]

    bob.http.cookies = ada.http.cookies
    assert bob.http.post("/api/auth/signout").status_code == 204
    assert eventually(lambda: not ada.is_open, within=5) < 1


def test_a_restart_of_valkey_loses_no_notification(stack: Stack, browsers: Browsers) -> None:
    stack.take_memos()
    stack.start("worker")
    stack.start("serve")
    ada, bob = browsers(stack.address), browsers(stack.address)
    user_id = ada.sign_up("ada@example.com")
    bob.sign_up("bob@example.com")
    memo = ada.write_memo()
    ada.listen()
    eventually(lambda: ada.seen("ready"), within=10)
    stack.valkey.kill()
    eventually(lambda: "live connection lost" in stack.log("serve"), within=10)
    _insert_notification(stack.database_url, user_id)
    assert ada.http.get("/api/notifications").json()["meta"]["unread"] == 1
    assert ada.seen("notification") == []
    stack.valkey.start()
    eventually(lambda: len(ada.seen("notification")) == 1, within=10)
    assert len(ada.seen("ready")) == 2
    assert stack.log("serve").count("live connection restored") == 1
    bob.remark_on(memo)
    eventually(lambda: len(ada.seen("notification")) == 2, within=20)
    assert ada.is_open


def _insert_notification(database_url: str, user_id: str) -> None:
    async def insert() -> None:
        url = make_url(database_url).set(drivername="postgresql")
        connection = await asyncpg.connect(url.render_as_string(hide_password=False))
        await connection.execute(
            "INSERT INTO notifications (user_id, kind, message, link) VALUES ($1, 'remark', 'Missed.', '/')", user_id
        )
        await connection.close()

    asyncio.run(insert())
