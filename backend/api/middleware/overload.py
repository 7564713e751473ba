"""Refuses requests beyond what this process can work on at once, so that those it took are answered in time."""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.error_handlers import error_response
from api.exceptions import TooBusyException

# They tell whether this process lives and how it does, now above all.
EXEMPT = frozenset({"/api/", "/api/ping", "/api/health", "/api/ready", "/metrics"})
# Most bodies come in one piece with their headers; a client that takes longer is no work for us, however many they are.
SLOW_BODY_SECONDS = 0.1


class OverloadMiddleware:
    """Works on a bounded number of requests at once and answers 503 to those that come on top.

    Without a bound, all requests of an overload are begun, and all become so slow that their clients have given up. What
    waits here for a connection or for a hash counts; what sends its answer, or waits for a slow client, does not.
    """

    def __init__(self, app: ASGIApp, *, at_once: int) -> None:
        """Wrap `app`, which works on `at_once` requests at once."""
        self._app = app
        self._at_once = at_once
        self._in_work: set[_Request] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http" or scope["path"] in EXEMPT:
            await self._app(scope, receive, send)
        elif len(self._in_work) >= self._at_once:
            await error_response(TooBusyException, scope)(scope, receive, send)
        else:
            await self._work_on(_Request(self._in_work, receive, send), scope)

    async def _work_on(self, request: "_Request", scope: Scope) -> None:
        try:
            await self._app(scope, request.receive, request.send)
        finally:
            request.leave()


class _Request:
    """One request among those in work, until its answer begins or its body proves slow."""

    def __init__(self, in_work: set["_Request"], receive: Receive, send: Send) -> None:
        self._in_work = in_work
        self._receive = receive
        self._send = send
        in_work.add(self)

    def leave(self) -> None:
        self._in_work.discard(self)

    async def receive(self) -> Message:
        too_slow = asyncio.get_running_loop().call_later(SLOW_BODY_SECONDS, self.leave)
        try:
            return await self._receive()
        finally:
            too_slow.cancel()

    async def send(self, message: Message) -> None:
        self.leave()
        await self._send(message)
