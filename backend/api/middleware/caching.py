"""Which responses a cache may store. What is not listed here is not stored: nearly every response belongs to its user."""

from typing import TypeAlias

from starlette.types import Scope

NOT_STORED = b"no-store"
# Each to be asked about before it is used again.
ITS_READER = b"private, no-cache"
ANYONE = b"public, no-cache"
# A name that carries a hash or an id: another content would have another one.
ANYONE_FOR_EVER = b"public, max-age=31536000, immutable"

KEPT_BY = {
    "/api/docs": ANYONE,
    "/api/docs/assets/{name}": ANYONE,
    "/api/openapi.json": ANYONE,
    "/api/posts/{post_id}": ITS_READER,
    "/api/users/{user_id}/avatar": ANYONE,
    "/dev/style.css": ANYONE,
}
_READING = frozenset({"GET", "HEAD"})
_SUCCESSES = frozenset({200, 206, 304})

# As ASGI has them: names in lower case.
RawHeaders: TypeAlias = list[tuple[bytes, bytes]]


def caching_headers(scope: Scope, status: int, headers: RawHeaders) -> RawHeaders:
    """Return the headers about caching that an answer lacks; a file may have said `Cache-Control` itself.

    Args:
        scope: the request's.
        status: the answer's.
        headers: those that it has.
    """
    said = next((value for name, value in headers if name == b"cache-control"), None)
    kept_by = said or _kept_by(scope, status)
    lacking = [] if said else [(b"cache-control", kept_by)]
    if not kept_by.startswith(b"public"):
        lacking.append((b"vary", b"Cookie, Authorization"))
    return lacking


def _kept_by(scope: Scope, status: int) -> bytes:
    if status not in _SUCCESSES or scope["method"] not in _READING:
        return NOT_STORED
    return KEPT_BY.get(getattr(scope.get("route"), "path", ""), NOT_STORED)
