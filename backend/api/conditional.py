"""Versions in HTTP: `ETag` says which one was sent, `If-None-Match` and `If-Match` which one the client has."""

import re
from binascii import crc32
from typing import Annotated

from fastapi import Depends, Header, Response
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# More digits do not fit into the column.
_VERSION_TAG = re.compile(r'"(\d{1,9})(?:-[0-9a-f]{8})?"')
# What describes a body that is not sent. Browsers take over every other header of a 304, the security policy among them.
_OF_THE_BODY = frozenset({b"content-type", b"content-length", b"content-encoding", b"content-language"})


def set_version(response: Response, version: int, *, beside: object = None) -> None:
    """Tell the client which version it gets, and to ask for a newer one before it uses its own again.

    Args:
        response: what carries it.
        version: what a change is made from; `If-Match` looks at nothing else.
        beside: what else is shown and changes without a new version; a client that has another one gets the answer anew.
    """
    tag = str(version) if beside is None else f"{version}-{crc32(repr(beside).encode()):08x}"
    response.headers["ETag"] = f'"{tag}"'
    response.headers["Cache-Control"] = "private, no-cache"


async def _if_match(
    if_match: Annotated[str | None, Header(description="Change it only if it is still this `ETag`.")] = None,
) -> tuple[int, ...] | None:
    """Return the versions that the change was made from, or None if any will do."""
    if if_match is None or if_match.strip() == "*":
        return None
    # A weak tag never matches here: RFC 9110 section 13.1.1. Neither does what we cannot have sent.
    tags = (_VERSION_TAG.fullmatch(tag.strip()) for tag in if_match.split(","))
    return tuple(int(tag[1]) for tag in tags if tag)


if_match_dep = Annotated[tuple[int, ...] | None, Depends(_if_match)]


class BodilessMiddleware:
    """Leaves the body away where HTTP wants none: for HEAD, and when the client has the version that it would get."""

    def __init__(self, app: ASGIApp, *, prefix: str) -> None:
        """Wrap `app`, for the paths that start with `prefix`."""
        self._app = app
        self._prefix = prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if (
            scope["type"] != "http"
            or scope["method"] not in {"GET", "HEAD"}
            or not scope["path"].startswith(self._prefix)
        ):
            await self._app(scope, receive, send)
            return
        known = Headers(scope=scope).get("if-none-match")
        asked, scope["method"] = scope["method"], "GET"  # HEAD is answered by what answers GET: RFC 9110 section 9.3.2
        try:
            await self._app(scope, receive, _Bodiless(send, known=known, is_head=asked == "HEAD").send)
        except _AnswerComplete:
            pass
        finally:
            scope["method"] = asked  # the log line and the metric are about what was asked


class _AnswerComplete(Exception):
    """Not an error: ends an answer whose body would go on, for ever perhaps, and that nobody wants."""


class _Bodiless:
    """One answer that may lose its body on the way."""

    def __init__(self, send: Send, *, known: str | None, is_head: bool) -> None:
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
        if self._known is None or tag is None or start["status"] != 200:  # noqa: PLR2004
            return False
        # Compared weakly: RFC 9110 section 13.1.2.
        return tag in {known.strip().removeprefix("W/") for known in self._known.split(",")} or self._known == "*"
