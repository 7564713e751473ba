"""The outermost work of every request: its id, its log line, its metric, and the answer to unhandled exceptions.

Pure ASGI, as all middleware here: `BaseHTTPMiddleware` costs 150 microseconds per request and breaks cancellation.
"""

import re
import secrets
import time

import structlog
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.error_handlers import error_response
from api.exceptions import APIException, InternalErrorException, exception_for_status
from api.middleware.caching import caching_headers
from api.middleware.client_address import ClientAddresses
from api.middleware.methods import KNOWN_METHODS
from api.middleware.raw_headers import RawHeaders, value_of
from api.middleware.security_headers import security_headers
from core.metrics.metrics import Metrics
from core.sentry import report_error

log = structlog.get_logger()

# Other ids could forge log lines or bloat them.
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")

FRONTEND_ROUTE = "frontend"


class RequestMiddleware:
    """Assigns the request id, turns unhandled exceptions into a 500, adds security headers, logs and measures."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        metrics: Metrics,
        addresses: ClientAddresses,
        sends_hsts: bool,
    ) -> None:
        self._app = app
        self._metrics = metrics
        self._addresses = addresses
        self._security_headers = security_headers(sends_hsts=sends_hsts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _request_id(scope)
        scope.setdefault("state", {})["request_id"] = request_id
        answer = _Answer(scope, receive, send, request_id=request_id, security_headers=self._security_headers)
        started = time.perf_counter()
        structlog.contextvars.clear_contextvars()
        address = self._addresses.address_of(HTTPConnection(scope))
        structlog.contextvars.bind_contextvars(request_id=request_id, ip_address=address)
        try:
            await self._app(scope, receive, answer.send)
        except Exception as error:
            report_error(error)
            log.exception("unhandled error")
            await answer.fail(InternalErrorException)
        finally:
            self._account(scope, answer.status, time.perf_counter() - started)

    def _account(self, scope: Scope, status: int, seconds: float) -> None:
        method = scope["method"] if scope["method"] in KNOWN_METHODS else "other"
        route = route_template(scope)
        self._metrics.observe_request(method, route, status, seconds=seconds)
        # A page loads about thirty files, which would only fill the log.
        write = log.debug if route == FRONTEND_ROUTE and status < InternalErrorException.status_code else log.info
        refusal = {"code": code} if (code := scope["state"].get("error_code")) else {}
        write("request", method=method, route=route, status=status, **refusal, ms=round(seconds * 1000, 1))


class _Answer:
    """A response that is being sent."""

    def __init__(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
        *,
        request_id: str,
        security_headers: RawHeaders,
    ) -> None:
        self.status = 0
        self._scope = scope
        self._receive = receive
        self._send = send
        self._request_id = request_id
        self._security_headers = security_headers
        self._is_replaced = False

    async def send(self, message: Message) -> None:
        """Send `message` with additional headers.

        Plain-text errors of the framework are replaced by the error shape.
        """
        if message["type"] == "http.response.start":
            if _is_plain_text_error(message):
                self._is_replaced = True
                await self.fail(exception_for_status(message["status"]))
                return
            self._add_headers(message)
        if not self._is_replaced:
            await self._send(message)

    async def fail(self, kind: type[APIException]) -> None:
        """Respond with an error, unless the response has started."""
        if self.status == 0:
            await error_response(kind, self._scope)(self._scope, self._receive, self._send_error)

    async def _send_error(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._add_headers(message)
        await self._send(message)

    def _add_headers(self, message: Message) -> None:
        self.status = message["status"]
        headers: RawHeaders = message["headers"]
        present = {name for name, _ in headers}
        message["headers"] = [
            *headers,
            (b"x-request-id", self._request_id.encode()),
            *[item for item in self._security_headers if item[0] not in present],
            *caching_headers(self._scope, self.status, headers),
            *self._scope["state"].get("rate_limit_headers", ()),
        ]


def _is_plain_text_error(message: Message) -> bool:
    is_error = message["status"] >= 400  # noqa: PLR2004
    return is_error and (value_of(b"content-type", message["headers"]) or b"").startswith(b"text/plain")


def _request_id(scope: Scope) -> str:
    offered = (value_of(b"x-request-id", scope["headers"]) or b"").decode("latin-1")
    return offered if REQUEST_ID.fullmatch(offered) else secrets.token_hex(16)


def route_template(scope: Scope) -> str:
    """Return the pattern of the route. The path would give Prometheus an unbounded number of labels."""
    return getattr(scope.get("route"), "path", "unmatched")
