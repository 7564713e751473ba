"""Conditional requests: `ETag`, `If-None-Match` and `If-Match`."""

import re
from binascii import crc32
from typing import Annotated

from fastapi import Depends, Header, Response
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# An entity tag without what compressing proxies add: nginx weakens the tag (RFC 9110 section 8.8.1), Apache and Jetty
# append the coding.
_ENTITY_TAG = re.compile(r'(?:W/)?"([^"]*?)(?:[-;]{1,2}(?:gzip|br|zstd|deflate))?"')
# The column holds no more digits.
_VERSION = re.compile(r"([0-9]{1,9})(?:-[0-9a-f]{8})?")
# The headers that describe the body. Browsers apply all other headers of a 304, such as the security policy.
_OF_THE_BODY = frozenset({b"content-type", b"content-length", b"content-encoding", b"content-language"})


def set_version(response: Response, version: int, *, beside: object = None) -> None:
    """Set the `ETag` of a response.

    Args:
        response: the response.
        version: the version of the resource; `If-Match` compares only this.
        beside: other content of the response that changes without a new version; `If-None-Match` compares it as well.
    """
    tag = str(version) if beside is None else f"{version}-{crc32(repr(beside).encode()):08x}"
    response.headers["ETag"] = f'"{tag}"'


def opaque_tags(header: str) -> set[str]:
    """Return the opaque parts of the tags in `ETag`, `If-Match` or `If-None-Match`."""
    return set(_ENTITY_TAG.findall(header))


def is_named(tag: str, if_none_match: str) -> bool:
    """Return whether `If-None-Match` contains `tag`, by weak comparison (RFC 9110 section 13.1.2)."""
    return if_none_match.strip() == "*" or not opaque_tags(tag).isdisjoint(opaque_tags(if_none_match))


async def _if_match(
    if_match: Annotated[
        str | None, Header(description="Apply the change only if the `ETag` is still this one.")
    ] = None,
) -> tuple[int, ...] | None:
    """Return the versions that the client accepts, or None for any."""
    if if_match is None or if_match.strip() == "*":
        return None
    # RFC 9110 section 13.1.1 forbids weak tags here, because the bytes may differ. These tags name a version, which
    # compression does not change, and a client behind a compressing proxy has only the weak one.
    versions = (_VERSION.fullmatch(tag) for tag in opaque_tags(if_match))
    return tuple(int(version[1]) for version in versions if version)


if_match_dep = Annotated[tuple[int, ...] | None, Depends(_if_match)]


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
