"""`make dev` serves what is in the files now, however often they change and whichever clients are connected."""

import http.client
import json
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from api.server.granian import WORKER_STOP_SECONDS
from core.settings import child_environment
from tests.support.ports import free_port
from tests.test_embedded.tools import BACKEND, wait_until

pytestmark = pytest.mark.process

ACCOUNT = {"email": "reader@example.com", "password": "correct horse battery"}
# Stands for Vite: npm is another test's business.
VITE = """
import os, sys, time
print("vite on", os.environ["DEV_SERVER_PORT"], flush=True)
time.sleep(600)
"""


@dataclass
class Development:
    """A copy of the project under `make dev`."""

    root: Path
    port: int
    log: Path

    def request(self, method: str, path: str, body: object = None, **headers: str) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        content = None if body is None else json.dumps(body)
        sent = {"Sec-Fetch-Site": "same-origin", "Content-Type": "application/json", **headers}
        with closing(connection):
            connection.request(method, path, content, sent)
            response = connection.getresponse()
            response.read()
        return response

    def answers(self, path: str) -> bool:
        with suppress(OSError, http.client.HTTPException):
            return self.request("GET", path).status == 200
        return False

    def edit(self, name: str, before: str, after: str) -> None:
        file = self.root / "backend" / name
        text = file.read_text()
        assert before in text
        file.write_text(text.replace(before, after))


@pytest.fixture
def development(tmp_path: Path, var: Path) -> Iterator[Development]:
    root = tmp_path / "project"
    shutil.copytree(BACKEND, root / "backend", ignore=shutil.ignore_patterns("tests", "__pycache__", ".*"))
    (root / "scripts").mkdir()
    (root / "scripts" / "bootstrap.py").write_text(VITE)
    log = tmp_path / "log"
    port = free_port()
    environment = child_environment(PORT=str(port), VAR_DIRECTORY=str(var), ENVIRONMENT="development")
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, root / "backend" / "main.py", "dev"],
            cwd=root,
            stdout=output,
            stderr=output,
            env=environment,
        )
    try:
        wait_until(lambda: "Ready after" in log.read_text(), seconds=60, log=log)
        yield Development(root, port, log)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=15)


def _open_stream(development: Development, cookies: str) -> socket.socket:
    stream = socket.create_connection(("127.0.0.1", development.port), timeout=10)
    lines = [
        "GET /api/events HTTP/1.1",
        f"Host: 127.0.0.1:{development.port}",
        f"Cookie: {cookies}",
        "Sec-Fetch-Site: same-origin",
        "",
        "",
    ]
    stream.sendall("\r\n".join(lines).encode())
    assert stream.recv(12) == b"HTTP/1.1 200"
    return stream


def test_the_api_follows_every_edit_although_a_stream_and_an_idle_connection_are_open(development: Development) -> None:
    signed_up = development.request("POST", "/api/auth/signup", ACCOUNT)
    cookies = "; ".join(value.partition(";")[0] for value in signed_up.headers.get_all("Set-Cookie") or [])
    path = "/api/ping"
    with ExitStack() as connections:
        for number in range(3):
            connections.enter_context(closing(_open_stream(development, cookies)))
            idle = connections.enter_context(closing(http.client.HTTPConnection("127.0.0.1", development.port)))
            idle.request("GET", path)
            assert idle.getresponse().read()
            development.edit("api/routes/operations/system.py", f'"{path}"', f'"/api/ping-{number}"')
            path = f"/api/ping-{number}"
            wait_until(lambda path=path: development.answers(path), seconds=30)  # type: ignore[misc]


def test_the_last_of_many_edits_is_served_while_streams_come_back_after_every_restart(development: Development) -> None:
    signed_up = development.request("POST", "/api/auth/signup", ACCOUNT)
    cookies = "; ".join(value.partition(";")[0] for value in signed_up.headers.get_all("Set-Cookie") or [])
    path = "/api/ping"
    with ExitStack() as connections:
        for pause in (0.4, 0.02):  # two within a second, then fifty in a row, which hit every moment of a restart
            connections.enter_context(closing(_open_stream(development, cookies)))
            for number in range(2 if pause > 0.1 else 50):
                edited = f"/api/ping-{pause}-{number}"
                development.edit("api/routes/operations/system.py", f'"{path}"', f'"{edited}"')
                path = edited
                time.sleep(pause)
            wait_until(lambda path=path: development.answers(path), seconds=30)  # type: ignore[misc]


def test_an_open_stream_does_not_delay_a_restart(development: Development) -> None:
    signed_up = development.request("POST", "/api/auth/signup", ACCOUNT)
    cookies = "; ".join(value.partition(";")[0] for value in signed_up.headers.get_all("Set-Cookie") or [])
    with closing(_open_stream(development, cookies)) as stream:
        development.edit("api/routes/operations/system.py", '"/api/ping"', '"/api/pong"')
        stream.settimeout(10)
        edited = time.monotonic()
        with suppress(ConnectionError):
            while stream.recv(4096):
                pass
        assert time.monotonic() - edited < WORKER_STOP_SECONDS / 3
    wait_until(lambda: development.answers("/api/pong"), seconds=30)


def test_an_edit_that_does_not_start_is_followed_by_one_that_does(development: Development) -> None:
    development.edit("api/routes/operations/system.py", '"/api/ping"', '"/api/ping"!')
    wait_until(lambda: not development.answers("/api/ping"), seconds=30)
    development.edit("api/routes/operations/system.py", '"/api/ping"!', '"/api/ping"')
    wait_until(lambda: development.answers("/api/ping"), seconds=30)


def test_mails_lead_to_the_pages_that_vite_serves_on_a_port_of_this_stack(development: Development, var: Path) -> None:
    port = max(development.port - 8000 + 5173, 1024)
    assert f"vite on {port}" in development.log.read_text()
    assert f"Open          http://127.0.0.1:{port}\n" in development.log.read_text()
    development.request("POST", "/api/auth/signup", ACCOUNT)
    wait_until(lambda: list((var / "mailbox").glob("*.eml")))
    [mail] = (var / "mailbox").glob("*.eml")
    assert f"http://127.0.0.1:{port}/" in mail.read_text()
    assert f"http://127.0.0.1:{development.port}/" not in mail.read_text()
