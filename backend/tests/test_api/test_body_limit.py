"""Every request that may have a body is counted; only those that cannot have one are not."""

from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from api.middleware.slow_requests import BodyLimitMiddleware

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


async def _receive() -> Message:
    return {"type": "http.disconnect"}


async def _send(_: Message) -> None: ...
