"""What a request may cost before it has arrived: how large its headers may be, and how long its body may take."""

import asyncio

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.error_handlers import error_response
from api.exceptions import HeadersTooLargeException

# Half of what common proxies pass on; our own cookies and tokens take one.
MAX_HEADER_BYTES = 16_384


class SlowRequestMiddleware:
    """Refuses headers beyond a size with 431, and bodies that take too long with 408.

    The server itself closes connections whose headers do not arrive in time. A body that trickles in would hold its
    request, and whatever that holds, for ever.
    """

    def __init__(self, app: ASGIApp, *, body_timeout_seconds: float) -> None:
        """Wrap `app`, whose requests have so long to arrive as a whole."""
        self._app = app
        self._body_timeout_seconds = body_timeout_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] == "http":
            if sum(len(name) + len(value) for name, value in scope["headers"]) > MAX_HEADER_BYTES:
                # The body has not been read, so another request could not be told from it.
                refusal = error_response(HeadersTooLargeException, scope, headers={"Connection": "close"})
                await refusal(scope, receive, send)
                return
            if scope["method"] not in {"GET", "HEAD"}:
                receive = _Deadline(receive, self._body_timeout_seconds).receive
        await self._app(scope, receive, send)


class _Deadline:
    """A body on its way in."""

    def __init__(self, receive: Receive, seconds: float) -> None:
        self._receive = receive
        self._end = asyncio.get_running_loop().time() + seconds
        self._is_complete = False

    async def receive(self) -> Message:
        if self._is_complete:  # what comes now is the end of the connection, which may take as long as it likes
            return await self._receive()
        try:
            async with asyncio.timeout_at(self._end):
                message = await self._receive()
        except TimeoutError:
            raise HTTPException(408, headers={"Connection": "close"}) from None
        self._is_complete = not message.get("more_body", False)
        return message
