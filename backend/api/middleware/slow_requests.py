"""Limits on requests that are still arriving: the size of the headers, and the time for the body."""

import asyncio
from collections.abc import Iterable

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.error_handlers import error_response
from api.exceptions import HeadersTooLargeException

# Half of what common proxies allow. Cookies and tokens of this application need about 1 KB.
MAX_HEADER_BYTES = 16_384


class SlowRequestMiddleware:
    """Returns 431 for headers that are too large, and 408 for bodies that take too long.

    The server itself closes connections whose headers do not arrive in time. Without a deadline, a slow body would keep
    its request and all resources of it forever.
    """

    def __init__(self, app: ASGIApp, *, body_timeout_seconds: float) -> None:
        self._app = app
        self._body_timeout_seconds = body_timeout_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request."""
        if scope["type"] == "http":
            if _size_of(scope["headers"]) > MAX_HEADER_BYTES:
                # The body is unread, so the connection cannot be reused.
                refusal = error_response(HeadersTooLargeException, scope, headers={"Connection": "close"})
                await refusal(scope, receive, send)
                return
            if scope["method"] not in {"GET", "HEAD"}:
                receive = _Deadline(receive, self._body_timeout_seconds).receive
        await self._app(scope, receive, send)


def _size_of(headers: Iterable[tuple[bytes, bytes]]) -> int:
    size = 0
    for name, value in headers:  # a generator would cost a call for each of them
        size += len(name) + len(value)
    return size


class _Deadline:
    """A body that is still arriving."""

    def __init__(self, receive: Receive, seconds: float) -> None:
        self._receive = receive
        self._end = asyncio.get_running_loop().time() + seconds
        self._is_complete = False

    async def receive(self) -> Message:
        if self._is_complete:  # only the disconnect follows, which has no deadline
            return await self._receive()
        try:
            async with asyncio.timeout_at(self._end):
                message = await self._receive()
        except TimeoutError:
            raise HTTPException(408, headers={"Connection": "close"}) from None
        self._is_complete = not message.get("more_body", False)
        return message
