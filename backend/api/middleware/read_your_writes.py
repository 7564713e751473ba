"""After a write, the client reads from the primary for a while, in all processes (docs/decisions/0022)."""

import math

from fastapi import Request, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.cookies import cookie_name
from api.middleware.methods import SAFE_METHODS
from core.settings import Settings
from domain.session import Identity


class ReadYourWrites:
    """Marks browsers with a cookie after a write, for as long as a replica may lag behind."""

    def __init__(self, *, cookie: str, lasts_seconds: float, is_secure: bool) -> None:
        self._cookie = cookie
        response = Response()
        # One more second, because clients count in whole seconds.
        max_age = math.ceil(lasts_seconds) + 1
        response.set_cookie(cookie, "1", max_age=max_age, path="/", secure=is_secure, httponly=True, samesite="lax")
        self.mark = response.raw_headers[-1]

    @classmethod
    def from_settings(cls, settings: Settings) -> "ReadYourWrites | None":
        """Return None without a replica."""
        if settings.database_replica_url is None:
            return None
        name = cookie_name(settings, "wrote")
        lasts = settings.database_replica_max_lag_seconds
        return cls(cookie=name, lasts_seconds=lasts, is_secure=settings.is_production)

    def may_read_replica(self, request: Request, identity: Identity | None) -> bool:
        """Return whether the response may lack recent writes, but none of the caller.

        Programs keep no cookies, so programs that can write always read from the primary.
        """
        if request.method not in SAFE_METHODS or self._cookie in request.cookies:
            return False
        return identity is None or not identity.may_write or "authorization" not in request.headers


class ReadYourWritesMiddleware:
    """Marks the browser in every response to an unsafe request: even a refusal may reveal new data."""

    def __init__(self, app: ASGIApp, *, read_your_writes: ReadYourWrites) -> None:
        self._app = app
        self._mark = read_your_writes.mark

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request."""

        async def marking(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], self._mark]
            await send(message)

        is_unsafe = scope["type"] == "http" and scope["method"] not in SAFE_METHODS
        await self._app(scope, receive, marking if is_unsafe else send)
