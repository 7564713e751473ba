"""Refuses requests for unknown host names.

The page of another site can point its own name at this server (DNS rebinding). The browser then treats both as one
origin and lets the page read the responses of this server. Only `Host` reveals this.
"""

import re
from collections.abc import Iterable

import structlog
from starlette.types import ASGIApp, Receive, Scope, Send

from api.error_handlers import error_response
from api.exceptions import APIException, MalformedRequestException, UnknownHostException

log = structlog.get_logger()

# Load balancers and scrapers use the address of a machine. These responses contain no secrets.
PROBES = frozenset({"/api/", "/api/ping", "/api/health", "/api/ready", "/metrics"})
ANY = "*"
# A name or an address, and a port (RFC 9112 section 3.2). The final dot of a fully qualified name is ignored.
_HOST = re.compile(rb"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9_.-]+?)\.?(?::[0-9]*)?")


class KnownHostsMiddleware:
    """Returns 421 for an unknown `Host`, and 400 for a malformed one.

    In `hosts`, `.example.com` accepts all names under that domain, and `*` accepts all hosts.
    """

    def __init__(self, app: ASGIApp, *, hosts: Iterable[str]) -> None:
        self._app = app
        self._names = frozenset(hosts)
        self._endings = tuple(name for name in self._names if name.startswith("."))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request."""
        refusal = self._refusal(scope) if scope["type"] == "http" and scope["path"] not in PROBES else None
        if refusal is None:
            await self._app(scope, receive, send)
        else:
            await error_response(refusal, scope)(scope, receive, send)

    def _refusal(self, scope: Scope) -> type[APIException] | None:
        if ANY in self._names:
            return None
        values = [value for name, value in scope["headers"] if name == b"host"]
        match = _HOST.fullmatch(values[0]) if len(values) == 1 else None
        if match is None:
            return MalformedRequestException
        name = match[1].decode().lower()
        if name in self._names or name.endswith(self._endings):
            return None
        log.warning("unknown host", host=name, setting="ALLOWED_HOSTS")
        return UnknownHostException
