"""Load shedding: limits the number of requests that a process handles at once."""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.error_handlers import error_response
from api.exceptions import TooBusyException
from api.middleware.hosts import PROBES

# Most bodies arrive together with their headers. A slow body costs no processor time, so it does not count.
SLOW_BODY_SECONDS = 0.1


class OverloadMiddleware:
    """Returns 503 once the process is handling `at_once` requests.

    Without a limit, an overloaded process starts all requests, and all become so slow that their clients time out. A
    request counts until its response starts, for example while it waits for a connection or a password hash. One whose
    body is slow does not count from then on, so that slow clients do not take the places of others.
    """

    def __init__(self, app: ASGIApp, *, at_once: int) -> None:
        self._app = app
        self._at_once = at_once
        self._in_work: set[_Request] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request."""
        if scope["type"] != "http" or scope["path"] in PROBES:  # they matter most during an overload
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
    """A request that counts until its response starts or its body proves slow."""

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
