"""HEAD and `If-None-Match` for every GET route."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.conditional import is_named
from api.middleware.raw_headers import value_of

# The headers that describe the body. Browsers apply all other headers of a 304, such as the security policy.
_OF_THE_BODY = frozenset({b"content-type", b"content-length", b"content-encoding", b"content-language"})


class ConditionalGetMiddleware:
    """Drops the body of responses to HEAD, and sends 304 when the client already has the current version."""

    def __init__(self, app: ASGIApp, *, prefix: str) -> None:
        self._app = app
        self._prefix = prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request."""
        if (
            scope["type"] != "http"
            or scope["method"] not in {"GET", "HEAD"}
            or not scope["path"].startswith(self._prefix)
        ):
            await self._app(scope, receive, send)
            return
        if scope["method"] == "GET" and value_of(b"if-none-match", scope["headers"]) is None:
            await self._app(scope, receive, send)
            return
        known = ",".join(Headers(scope=scope).getlist("if-none-match"))
        asked, scope["method"] = scope["method"], "GET"  # HEAD is handled like GET (RFC 9110 section 9.3.2)
        try:
            await self._app(scope, receive, _Bodiless(send, known=known, is_head=asked == "HEAD").send)
        except _AnswerComplete:
            pass
        finally:
            scope["method"] = asked  # for the log line and the metric


class _AnswerComplete(Exception):
    """Not an error: ends a response whose remaining body is not wanted and may be endless."""


class _Bodiless:
    """A response that may lose its body."""

    def __init__(self, send: Send, *, known: str, is_head: bool) -> None:
        self._send = send
        self._known = known
        self._loses_body = is_head

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start" and self._is_known(message):
            self._loses_body = True
            kept = [item for item in message["headers"] if item[0].lower() not in _OF_THE_BODY]
            message = {**message, "status": 304, "headers": kept}
        if message["type"] != "http.response.body" or not self._loses_body:
            await self._send(message)
            return
        await self._send({"type": "http.response.body", "body": b""})
        if message.get("more_body"):
            raise _AnswerComplete

    def _is_known(self, start: Message) -> bool:
        tag = Headers(raw=start["headers"]).get("etag")
        return tag is not None and start["status"] == 200 and is_named(tag, self._known)  # noqa: PLR2004
