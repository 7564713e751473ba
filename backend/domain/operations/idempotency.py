"""Doing once what a client asks for twice, because it could not know whether the first time had succeeded."""

from dataclasses import dataclass
from datetime import timedelta

from domain.errors import AppError

KEY_MAX_LENGTH = 255
# As long as clients retry; afterwards the same key is a new request.
ANSWERS_KEPT = timedelta(hours=24)


class IdempotencyKeyReused(AppError):
    """The key came with another request before."""

    message = "This Idempotency-Key was already used for a different request. Use a new one."


class RequestInFlight(AppError):
    """The first request with this key has not been answered yet."""

    message = "This request is still being processed. Please try again in a moment."


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """What was answered to the first request with a key."""

    status: int
    headers: dict[str, str]
    body: str


@dataclass(frozen=True, slots=True)
class KeyedRequest:
    """A request that must not be done twice: its key, and a hash by which another one with that key is noticed."""

    key: str
    request_hash: bytes
