"""Clients that misbehave and a database that fails, against a running server (docs/robustness.md)."""

import asyncio
import re
import socket
from collections.abc import Callable
from typing import Any

import httpx2 as httpx
import pytest

from core import product
from tests.test_processes.conftest import Stack, eventually
from tests.test_processes.load import Load, under_load

pytestmark = pytest.mark.process

ABORTED_CLIENTS = 300
REQUESTS = 100
CHUNK = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
CHANGES = ("ADD added int", "ADD filled text DEFAULT 'x'", "DROP added", "ADD added text", "DROP filled")
LONGEST_ANSWER_SECONDS = 5
RECOVERY_SECONDS = 5


@pytest.fixture(autouse=True)
def _takes_memos(stack: Stack) -> None:
    stack.take_memos()


def _port(stack: Stack) -> int:
    return stack.http.base_url.port or 0


def _sql(stack: Stack, statement: str) -> list[tuple[Any, ...]]:
    return asyncio.run(stack.sql(statement))


def _write(stack: Stack, client: httpx.Client) -> httpx.Response:
    return client.post(f"{stack.address}/api/memos", json={"title": "A title"})


def _answers_more(load: Load) -> Callable[[], bool]:
    wanted = load.answered + REQUESTS // 2
    return lambda: load.answered > wanted


def test_while_postgresql_is_away_every_answer_is_503_and_in_time(stack: Stack) -> None:
    stack.start("serve")
    assert stack.sign_up("ada@example.com").status_code == 201

    def read(client: httpx.Client) -> httpx.Response:
        return client.get(f"{stack.address}/api/memos")

    with (
        under_load(read, threads=4) as reading,
        under_load(lambda client: _write(stack, client), threads=4, cookies=stack.http.cookies) as writing,
    ):
        eventually(lambda: reading.statuses[200] > REQUESTS and writing.statuses[201] > REQUESTS, within=30)
        stack.postgres.kill()
        eventually(lambda: reading.statuses[503] > REQUESTS and writing.statuses[503] > REQUESTS, within=30)
        assert stack.http.get("/api/ready").status_code == 503
        assert stack.http.get("/api/health").status_code == 200
        stack.postgres.start()
        came_back = reading.statuses[200], writing.statuses[201]
        took = eventually(
            lambda: reading.statuses[200] > came_back[0] and writing.statuses[201] > came_back[1], within=20
        )
    assert took < RECOVERY_SECONDS
    assert set(reading.statuses) == {200, 503}
    assert set(writing.statuses) == {201, 503}
    assert max(reading.slowest_seconds, writing.slowest_seconds) < LONGEST_ANSWER_SECONDS


def test_clients_that_leave_without_their_answer_keep_no_connection(stack: Stack) -> None:
    stack.start("serve")
    request = b"GET /api/memos?count=true HTTP/1.1\r\nHost: localhost\r\n\r\n"
    for _ in range(ABORTED_CLIENTS):
        client = socket.create_connection(("127.0.0.1", _port(stack)), timeout=30)
        client.sendall(request)
        client.close()
    none = 'database_connections{state="checked_out"} 0.0'
    eventually(lambda: none in stack.http.get("/metrics").text, within=10)
    assert stack.http.get("/api/memos").elapsed.total_seconds() < 1
    idle = re.search(r'database_connections\{state="idle"\} (\d+)', stack.http.get("/metrics").text)
    held = _sql(stack, f"SELECT count(*) FROM pg_stat_activity WHERE application_name = '{product.SLUG} api'")
    assert idle is not None
    assert int(idle[1]) == held[0][0]


def test_a_column_is_added_and_dropped_under_load_and_no_request_fails(stack: Stack) -> None:
    stack.start("serve")
    assert stack.sign_up("ada@example.com").status_code == 201

    def write_and_read(client: httpx.Client) -> httpx.Response:
        written = _write(stack, client)
        return client.get(f"{stack.address}/api/memos") if written.is_success else written

    with under_load(write_and_read, threads=4, cookies=stack.http.cookies) as load:
        for change in CHANGES:
            _sql(stack, f"ALTER TABLE specimen.memos {change}")
            eventually(_answers_more(load), within=20)
    assert set(load.statuses) == {200}


def test_a_death_between_commit_and_answer_is_answered_when_the_request_is_repeated(stack: Stack) -> None:
    stack.start("serve")
    assert stack.sign_up("ada@example.com").status_code == 201
    stack.kill("serve")
    headers = {"Idempotency-Key": "written-once", "Sec-Fetch-Site": "same-origin"}
    body = {"title": "A title"}
    stack.start("serve", FAILPOINT="after_commit")
    with pytest.raises(httpx.TransportError):
        stack.http.post("/api/memos", json=body, headers=headers)
    stack.kill("serve")
    stack.start("serve")
    answers = [stack.http.post("/api/memos", json=body, headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].content == answers[1].content
    assert _sql(stack, "SELECT id::text FROM specimen.memos") == [(answers[0].json()["data"]["id"],)]


def test_an_endless_body_is_refused_early(stack: Stack) -> None:
    stack.start("serve", MAX_BODY_BYTES="1048576")
    with socket.create_connection(("127.0.0.1", _port(stack)), timeout=10) as client:
        client.sendall(
            b"POST /api/auth/signup HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n"
        )
        sent = 0
        answer = b""
        client.settimeout(0.001)
        while not answer and sent < 1024 * len(CHUNK):
            try:
                sent += client.send(CHUNK[sent % len(CHUNK) :])
                answer = client.recv(65536)
            except TimeoutError:
                continue
            except OSError:
                break
        assert b"413" in answer.partition(b"\r\n")[0]
        assert b'"internal_code":41300' in answer
    assert sent < 64 * len(CHUNK)
