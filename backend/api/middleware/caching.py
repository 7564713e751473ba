"""Caching headers. A response that is not listed here is not stored, because almost all are private to their user."""

from starlette.types import Scope

from api.middleware.raw_headers import RawHeaders, value_of

NOT_STORED = b"no-store"
# Revalidated before every use. A route whose response is for its user only, but not secret, sets it as `Cache-Control`.
PRIVATE = "private, no-cache"
PUBLIC = b"public, no-cache"
# The name contains a hash or an id, so the content never changes.
PUBLIC_FOREVER = b"public, max-age=31536000, immutable"

CACHE_CONTROL = {
    "/api/docs": PUBLIC,
    "/api/docs/assets/{name}": PUBLIC,
    "/api/openapi.json": PUBLIC,
    "/api/users/{user_id}/avatar": PUBLIC,
    "/dev/style.css": PUBLIC,
}
_READING = frozenset({"GET", "HEAD"})
_SUCCESSES = frozenset({200, 206, 304})


def caching_headers(scope: Scope, status: int, headers: RawHeaders) -> RawHeaders:
    """Return the caching headers to add to a response that does not set `Cache-Control` itself.

    Args:
        scope: the ASGI scope of the request.
        status: the status of the response.
        headers: the headers that the response already has.
    """
    existing = value_of(b"cache-control", headers)
    cache_control = existing or _cache_control_of(scope, status)
    missing = [] if existing else [(b"cache-control", cache_control)]
    if not cache_control.startswith(b"public"):
        missing.append((b"vary", b"Cookie, Authorization"))
    return missing


def _cache_control_of(scope: Scope, status: int) -> bytes:
    if status not in _SUCCESSES or scope["method"] not in _READING:
        return NOT_STORED
    return CACHE_CONTROL.get(getattr(scope.get("route"), "path", ""), NOT_STORED)
