"""How the server treats clients that are slow, and starts that PostgreSQL has no connections for."""

import asyncio
import http.client
import os
import signal
import socket

import httpx2 as httpx
import pytest

from core import product
from core.settings import REFUSED_EXIT_CODE
from tests.test_processes.conftest import Stack, eventually, server_processes
from tests.test_processes.load import under_load

pytestmark = pytest.mark.process

# Of each kind.
SLOW_CLIENTS = 200
BODY_TIMEOUT_SECONDS = 3
HEADER_TIMEOUT_SECONDS = 15  # api/server/granian.py


def _port(stack: Stack) -> int:
    return stack.http.base_url.port or 0


def _connect(port: int, sent: bytes) -> socket.socket:
    client = socket.create_connection(("127.0.0.1", port), timeout=30)
    client.sendall(sent)
    return client


def _is_closed(client: socket.socket) -> bool:
    client.settimeout(0.001)
    try:
        while client.recv(65536):
            pass
    except TimeoutError:
        return False
    except OSError:
        return True
    return True


def test_slow_clients_are_sent_away_while_others_are_served(stack: Stack) -> None:
    # More at once than there are slow clients: all of them come in the tenth of a second in which each still counts.
    at_once = str(2 * SLOW_CLIENTS)
    stack.take_memos()
    stack.start("serve", BODY_TIMEOUT_SECONDS=str(BODY_TIMEOUT_SECONDS), API_REQUESTS_AT_ONCE=at_once)
    port = _port(stack)
    headers = b"POST /api/auth/signup HTTP/1.1\r\nHost: localhost\r\n"
    body = headers + b"Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
    with under_load(lambda client: client.get(f"{stack.address}/api/memos")) as load:
        slow = [_connect(port, sent) for sent in (headers, body) for _ in range(SLOW_CLIENTS)]
        answered = load.answered
        assert eventually(lambda: all(map(_is_closed, slow[SLOW_CLIENTS:])), within=15) >= BODY_TIMEOUT_SECONDS - 1
        eventually(lambda: all(map(_is_closed, slow[:SLOW_CLIENTS])), within=HEADER_TIMEOUT_SECONDS + 10)
        assert load.answered > answered + SLOW_CLIENTS
    assert (set(load.statuses), load.slowest_seconds < 1) == ({200}, True)
    for client in slow:
        client.close()


def test_a_slow_body_is_answered_408_and_large_headers_431(stack: Stack) -> None:
    stack.start("serve", BODY_TIMEOUT_SECONDS="1")
    connection = http.client.HTTPConnection("127.0.0.1", _port(stack), timeout=10)
    connection.putrequest("POST", "/api/auth/signup")
    for name, value in {"Content-Type": "application/json", "Content-Length": "100"}.items():
        connection.putheader(name, value)
    connection.endheaders(b"{")
    answer = connection.getresponse()
    assert (answer.status, b'"internal_code":40800' in answer.read()) == (408, True)
    connection.close()
    refused = stack.http.get("/api/ping", headers={"X-Long": "x" * 20_000})
    assert (refused.status_code, refused.json()["error"]["internal_code"]) == (431, 43100)
    assert "Content-Security-Policy" in refused.headers
    beyond = httpx.get(f"{stack.http.base_url}/api/ping", headers={"X-Long": "x" * 200_000})
    assert beyond.status_code == 431


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_second_api_on_the_port_of_another_is_refused(stack: Stack, workers: str) -> None:
    stack.start("serve", API_WORKERS=workers)
    second = stack.start("serve", name="second", waits=False, API_WORKERS=workers)
    assert second.wait(timeout=30) == REFUSED_EXIT_CODE
    assert f"Port {_port(stack)} of 127.0.0.1 cannot be used (Address already in use)" in stack.log("second")


def test_a_server_process_that_is_killed_after_a_reload_is_replaced(stack: Stack) -> None:
    server = stack.start("serve", API_WORKERS="2")
    old = set(server_processes(server.pid))
    server.send_signal(signal.SIGHUP)
    eventually(lambda: stack.log("serve").count("api started") == 4, within=60)
    eventually(lambda: not old & set(server_processes(server.pid)), within=60)
    os.kill(max(server_processes(server.pid)), signal.SIGKILL)  # the newest
    eventually(lambda: stack.log("serve").count("api started") == 5, within=30)
    assert stack.http.get("/api/health").is_success


def test_programs_that_need_more_connections_than_there_are_say_so_and_end(stack: Stack) -> None:
    for program in ("worker", "scheduler", "serve"):
        process = stack.start(program, waits=False, DATABASE_POOL_SIZE="60")
        assert process.wait(timeout=30) == REFUSED_EXIT_CODE
        assert f"{product.SLUG}: PostgreSQL allows 97 connections, but 170 may be needed" in stack.log(program)
        assert "Traceback" not in stack.log(program)


def test_one_server_process_checks_the_start_for_all_and_a_replacement_does_not_end_the_others(stack: Stack) -> None:
    refused = stack.start("serve", name="refused", waits=False, DATABASE_POOL_SIZE="20", API_WORKERS="3")
    assert refused.wait(timeout=30) == REFUSED_EXIT_CODE
    assert stack.log("refused").count("PostgreSQL allows") == 1

    server = stack.start("serve", API_WORKERS="2")
    eventually(lambda: stack.log("serve").count("api started") == 2, within=30)
    asyncio.run(stack.sql(f"ALTER DATABASE {product.IDENTIFIER} CONNECTION LIMIT 50"))  # a check would refuse that
    os.kill(server_processes(server.pid)[0], signal.SIGKILL)
    eventually(lambda: stack.log("serve").count("api started") == 3, within=30)
    assert server.poll() is None
