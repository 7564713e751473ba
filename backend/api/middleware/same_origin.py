"""Refuses requests that pages of other sites send (cross-site request forgery)."""

from collections.abc import Iterable

from starlette.types import ASGIApp, Receive, Scope, Send

from api.error_handlers import error_response
from api.exceptions import CrossOriginRequestException
from api.middleware.methods import SAFE_METHODS
from api.middleware.raw_headers import RawHeaders, value_of


class SameOriginMiddleware:
    """Refuses unsafe requests from origins that are not `allowed` (Fetch Metadata, with Origin as the fallback)."""

    def __init__(self, app: ASGIApp, *, origin: str, cookie_names: Iterable[str], allowed: Iterable[str] = ()) -> None:
        self._app = app
        self._origin = origin.encode()
        self._allowed = frozenset(one.encode() for one in allowed)
        self._cookie_names = tuple(name.encode() for name in cookie_names)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request."""
        if scope["type"] == "http" and scope["method"] not in SAFE_METHODS and self._is_foreign(scope["headers"]):
            answer = error_response(CrossOriginRequestException, scope, headers={"Vary": "Sec-Fetch-Site, Origin"})
            await answer(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _is_foreign(self, headers: RawHeaders) -> bool:
        origin = value_of(b"origin", headers)
        if origin in self._allowed:  # no page can forge it
            return False
        if (site := value_of(b"sec-fetch-site", headers)) is not None:
            return site != b"same-origin"
        if origin is not None:
            return origin != self._origin and origin.partition(b"://")[2] != value_of(b"host", headers)
        return any(self._has_our_cookie(value) for name, value in headers if name == b"cookie")

    def _has_our_cookie(self, cookie_header: bytes) -> bool:
        names = {part.split(b"=", 1)[0].strip() for part in cookie_header.split(b";")}
        return not names.isdisjoint(self._cookie_names)
