"""Lets pages of other origins read responses, with the cookies of their user (CORS)."""

from typing import Any

from api.dependencies import EXPECTED_USER_HEADER
from api.document_details import HEADERS

METHODS = ("DELETE", "GET", "HEAD", "PATCH", "POST", "PUT")
# Headers that the front end sends, and that need permission.
REQUEST_HEADERS = (
    *("Content-Type", "Idempotency-Key", "If-Match", "If-None-Match", "Last-Event-ID", "X-Request-ID"),
    EXPECTED_USER_HEADER,
)
RESPONSE_HEADERS = ("Content-Disposition", "Content-Language", *HEADERS)
# The longest that Chromium remembers the answer to a preflight.
PREFLIGHT_SECONDS = 7_200


def cors_options(origins: tuple[str, ...]) -> dict[str, Any]:
    """Return the arguments of Starlette's `CORSMiddleware`, which allow exactly these origins."""
    return {
        "allow_origins": origins,
        "allow_credentials": True,
        "allow_methods": METHODS,
        "allow_headers": REQUEST_HEADERS,
        "expose_headers": RESPONSE_HEADERS,
        "max_age": PREFLIGHT_SECONDS,
    }
