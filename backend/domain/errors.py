"""The root of all errors that the product's rules raise, and those that belong to no single entity.

An error says what went wrong in a sentence a user may read. It knows no HTTP: `api/exceptions.py` gives it a status.
"""

from math import ceil
from typing import ClassVar


class AppError(Exception):
    """A rule refuses the request. Subclasses state `message`, a sentence that users may read.

    Args:
        message: replaces the message of the class, if the sentence needs values.
        field: the invalid part of the request, if it is a single one.
    """

    message: ClassVar[str] = "Something went wrong."

    def __init__(self, message: str | None = None, *, field: str | None = None) -> None:
        super().__init__(message or self.message)
        self.field = field


class PermissionDenied(AppError):
    """The actor is known, but is not allowed to do this."""

    message = "You don't have permission to do this."


class NotFound(AppError):
    """There is no such entity, or none that the actor may see. Each entity has its own kind of it."""


class VersionChanged(AppError):
    """The resource has changed since the version that the change is based on."""

    message = "This has changed since you opened it. Reload it and try again."


class DatabaseUnavailable(AppError):
    """PostgreSQL cannot be reached, or no connection became free in time."""

    message = "The service is unavailable right now. Please try again in a moment."


class TooBusy(AppError):
    """Too much work of one kind is queued already."""

    message = "The service is busy. Please try again in a moment."


class StorageUnavailable(AppError):
    """The file storage is unavailable or refuses the request."""

    message = "Files are unavailable right now. Please try again later."


class TooManyAttempts(AppError):
    """The next attempt has to wait, because too many were made."""

    message = "Too many attempts. Try again in a moment."

    def __init__(self, wait: float = 1) -> None:
        self.retry_after_seconds = max(1, ceil(wait))
        super().__init__(f"Too many attempts. Try again in {_in_words(self.retry_after_seconds)}.")


class TooManyRequests(AppError):
    """The next request has to wait, because too many were sent."""

    message = "Too many requests. Please slow down."

    def __init__(self, wait: float = 1) -> None:
        self.retry_after_seconds = max(1, ceil(wait))
        super().__init__()


def _in_words(seconds: int) -> str:
    if seconds < 100:  # noqa: PLR2004  (longer waits are told in minutes)
        return f"{seconds} second{'s' if seconds > 1 else ''}"
    return f"{ceil(seconds / 60)} minutes"
