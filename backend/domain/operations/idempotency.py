"""Idempotent requests: a client that retries gets the first response again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from domain.errors import AppError

KEY_MAX_LENGTH = 255
# As long as clients retry. Afterwards the same key is a new request.
ANSWERS_KEPT = timedelta(hours=24)


class IdempotencyKeyReused(AppError):
    """The key was used with another request before."""

    message = "This Idempotency-Key was already used for a different request. Use a new one."


class RequestInFlight(AppError):
    """The first request with this key has no response yet."""

    message = "This request is still being processed. Please try again in a moment."


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """The response to the first request with a key."""

    status: int
    headers: Mapping[str, str]
    body: str


@dataclass(frozen=True, slots=True)
class KeyedRequest:
    """A request with an idempotency key, and the hash that tells whether another one with the key is the same."""

    key: str
    request_hash: bytes
