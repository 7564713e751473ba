"""Versions in HTTP: `ETag` says which one was sent, `If-None-Match` and `If-Match` which one the client has."""

import re
from binascii import crc32
from typing import Annotated

from fastapi import Depends, Header, Response
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# One tag of a header, without what a proxy adds when it compresses: nginx weakens the tag (RFC 9110 section 8.8.1), Apache
# and Jetty append the coding.
_ENTITY_TAG = re.compile(r'(?:W/)?"([^"]*?)(?:[-;]{1,2}(?:gzip|br|zstd|deflate))?"')
# More digits do not fit into the column.
_VERSION = re.compile(r"([0-9]{1,9})(?:-[0-9a-f]{8})?")
# What describes a body that is not sent. Browsers take over every other header of a 304, the security policy among them.
_OF_THE_BODY = frozenset({b"content-type", b"content-length", b"content-encoding", b"content-language"})


def set_version(response: Response, version: int, *, beside: object = None) -> None:
    """Tell the client which version it gets.

    Args:
        response: what carries it.
        version: what a change is made from; `If-Match` looks at nothing else.
        beside: what else is shown and changes without a new version; a client that has another one gets the answer anew.
    """
    tag = str(version) if beside is None else f"{version}-{crc32(repr(beside).encode()):08x}"
    response.headers["ETag"] = f'"{tag}"'


def opaque_tags(header: str) -> set[str]:
    """Return what the tags in `ETag`, `If-Match` or `If-None-Match` are compared by."""
    return set(_ENTITY_TAG.findall(header))


def is_named(tag: str, if_none_match: str) -> bool:
    """Whether `If-None-Match` names `tag`, compared weakly (RFC 9110 section 13.1.2)."""
    return if_none_match.strip() == "*" or not opaque_tags(tag).isdisjoint(opaque_tags(if_none_match))


async def _if_match(
    if_match: Annotated[str | None, Header(description="Change it only if it is still this `ETag`.")] = None,
) -> tuple[int, ...] | None:
    """Return the versions that the change was made from, or None if any will do."""
    if if_match is None or if_match.strip() == "*":
        return None
    # RFC 9110 section 13.1.1 lets no weak tag match, because its bytes may differ. Ours names a version, which compression
    # does not change, and behind a compressing proxy the client has no other.
    versions = (_VERSION.fullmatch(tag) for tag in opaque_tags(if_match))
    return tuple(int(version[1]) for version in versions if version)


if_match_dep = Annotated[tuple[int, ...] | None, Depends(_if_match)]


class ConditionalGetMiddleware:
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
        known = ",".join(Headers(scope=scope).getlist("if-none-match"))
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
