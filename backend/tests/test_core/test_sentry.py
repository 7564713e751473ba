"""Errors reach Sentry when it is enabled, without what was in the variables."""

import gzip
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import sentry_sdk
from fastapi import routing

from core.sentry import start_sentry
from core.settings import Settings


@pytest.fixture
def received() -> list[str]:
    return []


@pytest.fixture
def dsn(received: list[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    # Sentry replaces it, and no route is planned then; the tests after these want plans.
    monkeypatch.setattr(routing, "get_request_handler", routing.get_request_handler)

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            is_gzip = self.headers.get("Content-Encoding") == "gzip"
            received.append((gzip.decompress(body) if is_gzip else body).decode())
            self.send_response(200)
            self.end_headers()

        def log_message(self, *arguments: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Collector)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://key@127.0.0.1:{server.server_port}/1"
    server.shutdown()
    thread.join()
    server.server_close()
    sentry_sdk.init(max_request_body_size="never")  # the test process reports nothing from here on


def test_an_error_is_reported_with_its_component_and_without_variables(dsn: str, received: list[str]) -> None:
    start_sentry(Settings(_env_file=None, sentry_enabled=True, sentry_dsn=dsn), component="worker")
    secret = "hunter" + "2"
    try:
        raise RuntimeError("broken")
    except RuntimeError as error:
        sentry_sdk.capture_exception(error)
    sentry_sdk.flush(timeout=5)
    report = "".join(received)
    assert "broken" in report
    assert '"component":"worker"' in report
    assert secret not in report


def test_nothing_is_started_unless_it_is_enabled(dsn: str, received: list[str]) -> None:
    start_sentry(Settings(_env_file=None, sentry_enabled=False, sentry_dsn=dsn), component="api")
    sentry_sdk.capture_message("unheard")
    sentry_sdk.flush(timeout=1)
    assert received == []


def test_bodies_are_left_to_the_routes_which_limit_them(dsn: str) -> None:
    start_sentry(Settings(_env_file=None, sentry_enabled=True, sentry_dsn=dsn), component="api")
    assert sentry_sdk.get_client().options["max_request_body_size"] == "never"
