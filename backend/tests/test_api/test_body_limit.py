"""Every request that may have a body is counted, and its unread rest is read after the response, within limits."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.middleware.body_limits import BodyLimitMiddleware
from api.middleware.unread_bodies import DrainMiddleware

COUNTED = "starlette.max_body_size"


@pytest.mark.parametrize(
    ("version", "headers", "is_counted"),
    [
        ("1.1", [], False),
        ("1.0", [(b"host", b"test")], False),
        ("1.1", [(b"content-length", b"0")], True),
        ("1.1", [(b"transfer-encoding", b"chunked")], True),
        ("1.1", [(b"transfer-encoding", b"")], True),
        ("2", [], True),
        ("3", [], True),
    ],
)
async def test_only_a_request_that_announces_no_body_is_not_counted(
    version: str,
    headers: list[tuple[bytes, bytes]],
    is_counted: bool,  # noqa: FBT001
) -> None:
    scopes: list[dict[str, Any]] = []

    async def app(scope: Scope, _: Receive, __: Send) -> None:
        scopes.append(dict(scope))

    scope = {"type": "http", "http_version": version, "method": "GET", "headers": headers}
    await BodyLimitMiddleware(app, max_body_size=10)(scope, _receive, _send)
    assert [COUNTED in scope for scope in scopes] == [is_counted]


class Headers(list[tuple[bytes, bytes]]):
    """Headers that count how often they are read."""

    times_read = 0

    def __iter__(self) -> Iterator[tuple[bytes, bytes]]:
        self.times_read += 1
        return super().__iter__()


async def test_whether_a_body_follows_is_found_out_once() -> None:
    async def app(_: Scope, __: Receive, ___: Send) -> None: ...

    headers = Headers([(b"host", b"a")])
    scope = {"type": "http", "http_version": "1.1", "method": "GET", "headers": headers}
    limited = BodyLimitMiddleware(app, max_body_size=10)
    await DrainMiddleware(limited, at_most=10, body_timeout_seconds=1)(scope, _receive, _send)
    assert headers.times_read == 1


@pytest.mark.parametrize(
    ("chunks", "announced", "is_read"),
    [
        (3, b"30", 3),
        (3, None, 3),
        (20, None, 11),  # the first chunk beyond the limit is the last one that is read
        (20, b"200", 0),
        (20, b"a lot", 11),
    ],
)
async def test_an_unread_body_is_read_after_the_response_up_to_the_limit(
    chunks: int, announced: bytes | None, is_read: int
) -> None:
    happened: list[str] = []

    async def receive() -> Message:
        happened.append("read")
        return {"type": "http.request", "body": b"x" * 10, "more_body": happened.count("read") < chunks}

    async def respond(_: Scope, __: Receive, ___: Send) -> None:
        happened.append("responded")

    await _drained(respond, receive, announced=announced)
    assert happened == ["responded", *["read"] * is_read]


async def test_a_body_that_was_read_is_not_asked_for_again() -> None:
    chunks = iter([True, False])

    async def receive() -> Message:
        return {"type": "http.request", "body": b"x", "more_body": next(chunks)}

    async def respond(_: Scope, receive: Receive, __: Send) -> None:
        while (await receive())["more_body"]:
            pass

    await _drained(respond, receive, announced=b"2")


@pytest.mark.parametrize("seconds", [0.0, 0.01])
async def test_a_client_that_stops_sending_or_leaves_keeps_no_request(seconds: float) -> None:
    async def never() -> Message:
        await asyncio.Event().wait()
        return {}

    async def respond(_: Scope, __: Receive, ___: Send) -> None: ...

    await _drained(respond, never, announced=b"10", seconds=seconds)
    await _drained(respond, _receive, announced=b"10")


async def _drained(app: ASGIApp, receive: Receive, *, announced: bytes | None, seconds: float = 20) -> None:
    header = (b"transfer-encoding", b"chunked") if announced is None else (b"content-length", announced)
    scope = {"type": "http", "http_version": "1.1", "method": "POST", "headers": [header]}
    await DrainMiddleware(app, at_most=100, body_timeout_seconds=seconds)(scope, receive, _send)


async def _receive() -> Message:
    return {"type": "http.disconnect"}


async def _send(_: Message) -> None: ...
