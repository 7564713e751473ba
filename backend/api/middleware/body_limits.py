"""Limits the size of bodies."""

from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.types import Receive, Scope, Send

MAY_HAVE_BODY = "api.may_have_body"
BODY_HEADERS = frozenset({b"content-length", b"transfer-encoding"})


class BodyLimitMiddleware(RequestBodyLimitMiddleware):
    """Returns 413 for bodies that are too large. It counts the bytes only of requests that may have a body."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request."""
        await (super().__call__ if may_have_body(scope) else self.app)(scope, receive, send)


def may_have_body(scope: Scope) -> bool:
    """Return whether a body may follow. HTTP/1.1 announces it with a header (RFC 9112 section 6.3)."""
    if scope["type"] != "http" or not scope["http_version"].startswith("1"):
        return True
    if MAY_HAVE_BODY not in scope:  # the headers are read once for both middlewares
        scope[MAY_HAVE_BODY] = not BODY_HEADERS.isdisjoint([name for name, _ in scope["headers"]])
    return bool(scope[MAY_HAVE_BODY])
