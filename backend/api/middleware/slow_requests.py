"""Limits on requests that are still arriving: the size of headers, the size of the body and the time for it."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress

from starlette.exceptions import HTTPException
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.error_handlers import error_response
from api.exceptions import HeadersTooLargeException

# Half of what common proxies allow. Cookies and tokens of this application need about 1 KB.
MAX_HEADER_BYTES = 16_384
MAY_HAVE_BODY = "api.may_have_body"
BODY_HEADERS = frozenset({b"content-length", b"transfer-encoding"})


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


class BodyLimitMiddleware(RequestBodyLimitMiddleware):
    """Returns 413 for bodies that are too large. It counts the bytes only of requests that may have a body."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request."""
        await (super().__call__ if _may_have_body(scope) else self.app)(scope, receive, send)


class DrainMiddleware:
    """Reads on after a response was sent before the whole body had arrived.

    The server closes such a connection. A proxy that is still sending then returns 502 instead of our response, and a browser
    reports that the connection was reset.
    """

    def __init__(self, app: ASGIApp, *, at_most: int, body_timeout_seconds: float) -> None:
        self._app = app
        self._at_most = at_most
        self._body_timeout_seconds = body_timeout_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request. A body that is larger or slower than the limits is not read to its end."""
        if scope["type"] != "http" or not _may_have_body(scope):
            await self._app(scope, receive, send)
            return
        body = _Body(receive)
        end = asyncio.get_running_loop().time() + self._body_timeout_seconds
        await self._app(scope, body.receive, send)
        if body.is_complete or _announced(scope) > self._at_most:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout_at(end):
                await body.drain(at_most=self._at_most)


def _announced(scope: Scope) -> int:
    length = dict(scope["headers"]).get(b"content-length", b"")
    return int(length) if length.isdigit() else 0


def _may_have_body(scope: Scope) -> bool:
    """Return whether a body may follow. HTTP/1.1 announces it with a header (RFC 9112 section 6.3)."""
    if scope["type"] != "http" or not scope["http_version"].startswith("1"):
        return True
    if MAY_HAVE_BODY not in scope:  # the headers are read once for both middlewares
        scope[MAY_HAVE_BODY] = not BODY_HEADERS.isdisjoint([name for name, _ in scope["headers"]])
    return bool(scope[MAY_HAVE_BODY])


class _Body:
    """How much of a body has been read."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self.size = 0
        self.is_complete = False

    async def receive(self) -> Message:
        message = await self._receive()
        self.size += len(message.get("body", b""))
        self.is_complete = not message.get("more_body", False)
        return message

    async def drain(self, *, at_most: int) -> None:
        while not self.is_complete and self.size <= at_most:
            await self.receive()


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
