"""Reads what a route left of a body."""

import asyncio
from contextlib import suppress

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.middleware.body_limits import may_have_body


class DrainMiddleware:
    """Reads on after a response was sent before the whole body had arrived.

    The server closes such a connection. A proxy that is still sending then returns 502 instead of our response, and a
    browser reports that the connection was reset.
    """

    def __init__(self, app: ASGIApp, *, at_most: int, body_timeout_seconds: float) -> None:
        self._app = app
        self._at_most = at_most
        self._body_timeout_seconds = body_timeout_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request. A body that is larger or slower than the limits is not read to its end."""
        if scope["type"] != "http" or not may_have_body(scope):
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
