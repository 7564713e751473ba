"""Caddy and nginx, with the files of `deploy/`, in front of two API processes of production."""

import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest

from api.exceptions import BodyTooLargeException
from tests.support.pictures import chunk, png_with
from tests.support.ports import free_port
from tests.support.proxies import HOST, Proxy, start_caddy, start_nginx
from tests.support.settings import PRODUCTION
from tests.test_processes.conftest import Stack, eventually
from tests.test_processes.load import under_load

pytestmark = pytest.mark.process

# Longer than the proxies take to notice; half of what the guide writes.
DRAIN_SECONDS = 2.5
FORGED = "203.0.113.9"
NAMES = ("first", "second")
MEGABYTE = 2**20


class Site:
    """Two API processes and a proxy in front."""

    def __init__(self, kind: str, stack: Stack, directory: Path) -> None:
        self.stack = stack
        self._ports = {name: free_port() for name in NAMES}
        self._front_end = directory / "dist"
        self._front_end.mkdir()
        (self._front_end / "index.html").write_text("<!doctype html><title>The front end</title>")
        stack.take_memos()
        for name in NAMES:
            self.start(name)
        start_proxy = {"caddy": start_caddy, "nginx": start_nginx}[kind]
        ports = [free_port() for _ in range(3)]
        self.proxy: Proxy = start_proxy(directory, upstreams=list(self._ports.values()), ports=ports)
        eventually(self._answers, within=20)

    def start(self, name: str) -> None:
        environment: dict[str, Any] = {
            **PRODUCTION,
            "DATABASE_URL": self.stack.database_url,
            "REDIS_URL": self.stack.redis_url,
            "PORT": str(self._ports[name]),
            "DRAIN_SECONDS": str(DRAIN_SECONDS),
            "TRUSTED_PROXIES": "127.0.0.1/32",
            "FRONTEND_DIRECTORY": str(self._front_end),
        }
        self.stack.start("serve", name=name, **environment)

    def log_of(self, request_id: str) -> dict[str, Any]:
        """Return the line of a request in the log of the API, which is written after the answer."""
        eventually(lambda: self._lines(request_id), within=10)
        return self._lines(request_id)[0]

    def _lines(self, request_id: str) -> list[dict[str, Any]]:
        lines = [line for name in NAMES for line in self.stack.log(name).splitlines(keepends=True)]
        return [json.loads(line) for line in lines if request_id in line and line.endswith("}\n")]

    def _answers(self) -> bool:
        try:
            with self.proxy.client() as client:
                return client.get("/api/ready").is_success
        except (httpx.TransportError, OSError):  # the certificate is not there yet
            return False


@pytest.fixture(scope="module", params=["caddy", pytest.param("nginx", marks=pytest.mark.nightly)])
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    directory = tmp_path_factory.mktemp(request.param)
    stack = Stack(directory / "var")
    try:
        site = Site(request.param, stack, directory)
        yield site
        site.proxy.stop()
    finally:
        stack.stop()


@pytest.fixture
def browser(site: Site) -> Iterator[httpx.Client]:
    with site.proxy.client() as browser:
        yield browser


def sign_up(browser: httpx.Client, email: str) -> None:
    response = browser.post("/api/auth/signup", json={"email": email, "password": "correct horse battery"})
    assert response.status_code == 201, response.text


def test_the_front_end_comes_by_https_and_http_leads_there(site: Site, browser: httpx.Client) -> None:
    page = browser.get("/")
    assert (page.status_code, "The front end" in page.text) == (200, True)
    assert "max-age=" in page.headers["Strict-Transport-Security"]
    plain = httpx.get(f"http://127.0.0.1:{site.proxy.plain_port}/sign-in?a=b", headers={"Host": HOST})
    assert (plain.status_code, plain.headers["Location"]) == (308, f"https://{HOST}/sign-in?a=b")


def test_answers_are_compressed(browser: httpx.Client) -> None:
    sign_up(browser, "ada@example.com")
    for number in range(20):
        browser.post("/api/memos", json={"title": f"Memo {number}"})
    answer = browser.get("/api/memos", headers={"Accept-Encoding": "gzip"})
    assert (answer.headers["Content-Encoding"], len(answer.json()["data"])) == ("gzip", 20)


def test_events_come_at_once(browser: httpx.Client) -> None:
    sign_up(browser, "events@example.com")
    with browser.stream("GET", "/api/events", headers={"Accept-Encoding": "gzip"}, timeout=3) as stream:
        assert (stream.status_code, "Content-Encoding" in stream.headers) == (200, False)
        assert next(line for line in stream.iter_lines() if line.startswith("event: ")) == "event: ready"


def test_an_upload_of_the_largest_size_passes_and_a_larger_one_gets_the_error_of_the_api(browser: httpx.Client) -> None:
    sign_up(browser, "pictures@example.com")
    fits = png_with(chunk(b"prVt", bytes(8 * MEGABYTE - 2_048)))
    passed = browser.put("/api/users/me/avatar", files={"file": ("a.png", fits, "image/png")})
    assert passed.status_code == 200, passed.text
    refused = browser.put("/api/users/me/avatar", files={"file": ("a.png", b"0" * 12 * MEGABYTE, "image/png")})
    error = refused.json()["error"]
    assert refused.status_code == BodyTooLargeException.status_code
    assert (error["code"], error["internal_code"]) == (BodyTooLargeException.code, BodyTooLargeException.internal_code)
    assert error["request_id"]


@pytest.mark.parametrize("megabytes", [2, 7])
def test_a_body_between_the_limits_of_the_api_and_the_proxy_gets_the_error_of_the_api(
    browser: httpx.Client, megabytes: int
) -> None:
    """The API responds before it has the whole body. If it then closed the connection, half of these were 502."""
    body = b"0" * megabytes * MEGABYTE

    def pieces() -> Iterator[bytes]:
        for start in range(0, len(body), 2**16):
            yield body[start : start + 2**16]

    for number in range(10):
        content = pieces() if number % 2 else body
        refused = browser.post("/api/memos", content=content, headers={"Content-Type": "application/json"})
        assert refused.status_code == BodyTooLargeException.status_code
        assert refused.json()["error"]["code"] == BodyTooLargeException.code


def test_what_clients_write_about_their_address_and_request_is_dropped(site: Site) -> None:
    forged = {"X-Forwarded-For": FORGED, "Forwarded": f"for={FORGED}", "X-Request-ID": "forged-by-the-client"}
    with site.proxy.client(**forged) as browser:
        request_id = browser.get("/api/memos").headers["X-Request-ID"]
    assert request_id != forged["X-Request-ID"]
    assert site.log_of(request_id)["ip_address"] == "127.0.0.1"


def test_a_rolling_restart_fails_no_request(site: Site, browser: httpx.Client) -> None:
    sign_up(browser, "grace@example.com")
    turns = itertools.count()

    def send(client: httpx.Client) -> httpx.Response:
        if next(turns) % 2:
            return client.get("/api/memos")
        return client.post("/api/memos", json={"title": "A title"})

    with under_load(send, threads=4, cookies=browser.cookies, connect=site.proxy.client) as load:
        eventually(lambda: load.answered > 100, within=20)
        for name in NAMES:
            assert site.stack.terminate(name) == 0
            site.start(name)
        answered = load.answered
        eventually(lambda: load.answered > answered + 100, within=20)
    assert set(load.statuses) == {200, 201}, load.statuses
