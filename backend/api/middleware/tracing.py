"""A span for each request of the API. Part of the application only while traces are on."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import get_contextvars

from api.middleware.methods import KNOWN_METHODS
from api.middleware.raw_headers import value_of
from api.middleware.requests import route_template
from core.trace_export import record_request, request_span

# Probes come every few seconds, and a stream of events is not a request that ends.
UNTRACED = frozenset({"/api/ping", "/api/health", "/api/ready", "/api/events"})


class TraceMiddleware:
    """Traces the requests of the API but not files of the front end, of which a page loads about thirty."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request."""
        if scope["type"] != "http" or not scope["path"].startswith("/api/") or scope["path"] in UNTRACED:
            await self._app(scope, receive, send)
            return
        status = 0

        async def note_status(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        method = scope["method"] if scope["method"] in KNOWN_METHODS else "other"
        caller = value_of(b"traceparent", scope["headers"])
        with request_span(method=method, caller=caller.decode("latin-1") if caller else None) as span:
            try:
                await self._app(scope, receive, note_status)
            finally:
                route = route_template(scope)
                known = get_contextvars()  # what the line of the request says as well
                record_request(
                    span,
                    name=f"{method} {route}",
                    route=route,
                    status=status,
                    request_id=known.get("request_id", ""),
                    user_id=known.get("user_id"),
                )
