"""Whoever wrote reads the primary for a while, in whichever process the request arrives (docs/decisions/0022)."""

import math

from fastapi import Request, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.cookies import cookie_name
from api.middleware.requests import SAFE_METHODS
from core.settings import Settings
from domain.session import Identity


class ReadYourWrites:
    """Knows by a cookie that a browser has written within the time that a replica may be behind."""

    def __init__(self, *, cookie: str, lasts_seconds: float, is_secure: bool) -> None:
        """Mark browsers with `cookie` for `lasts_seconds`."""
        self._cookie = cookie
        response = Response()
        # One more, because clients count in whole seconds.
        max_age = math.ceil(lasts_seconds) + 1
        response.set_cookie(cookie, "1", max_age=max_age, path="/", secure=is_secure, httponly=True, samesite="lax")
        self.mark = response.raw_headers[-1]

    @classmethod
    def from_settings(cls, settings: Settings) -> "ReadYourWrites | None":
        """Return what the settings ask for, which is nothing where there is no replica."""
        if settings.database_replica_url is None:
            return None
        name = cookie_name(settings, "wrote")
        lasts = settings.database_replica_max_lag_seconds
        return cls(cookie=name, lasts_seconds=lasts, is_secure=settings.is_production)

    def may_read_replica(self, request: Request, identity: Identity | None) -> bool:
        """Return whether the answer may lack what was written a moment ago: not by whoever sends the request.

        Programs keep no cookies, so those that may write read the primary.
        """
        if request.method not in SAFE_METHODS or self._cookie in request.cookies:
            return False
        return identity is None or not identity.may_write or "authorization" not in request.headers


class ReadYourWritesMiddleware:
    """Marks a browser with every answer to an unsafe request: even a refusal may tell of something new."""

    def __init__(self, app: ASGIApp, *, read_your_writes: ReadYourWrites) -> None:
        """Wrap `app`; this is the outermost, so that no failure after a commit escapes it."""
        self._app = app
        self._mark = read_your_writes.mark

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""

        async def marking(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], self._mark]
            await send(message)

        is_unsafe = scope["type"] == "http" and scope["method"] not in SAFE_METHODS
        await self._app(scope, receive, marking if is_unsafe else send)
