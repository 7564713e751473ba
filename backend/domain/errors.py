"""The root of all errors that the product's rules raise, and those that belong to no single entity.

An error says what went wrong in a sentence a user may read. It knows no HTTP: `api/exceptions.py` gives it a status.
"""

from math import ceil
from typing import ClassVar


class AppError(Exception):
    """Something that a rule refuses. Subclasses state `message`, in words that may be shown to the user."""

    message: ClassVar[str] = "Something went wrong."

    def __init__(self, message: str | None = None, *, field: str | None = None) -> None:
        """Take `message` where the sentence needs values; otherwise the class's own is used.

        Args:
            message: in place of the class's own.
            field: the part of what was asked that is at fault, when it is one.
        """
        super().__init__(message or self.message)
        self.field = field


class PermissionDenied(AppError):
    """The actor is known and may not do this."""

    message = "You don't have permission to do this."


class DatabaseUnavailable(AppError):
    """PostgreSQL cannot be reached, or no connection became free in time."""

    message = "The service is unavailable right now. Please try again in a moment."


class TooBusy(AppError):
    """More work of one kind is waiting than is worth queueing."""

    message = "The service is busy. Please try again in a moment."


class StorageUnavailable(AppError):
    """The place where files are kept cannot be reached, or refuses us."""

    message = "Files are unavailable right now. Please try again later."


class TooManyAttempts(AppError):
    """So much was tried that the next attempt has to wait."""

    message = "Too many attempts. Try again in a moment."

    def __init__(self, wait: float = 1) -> None:
        """Say that the next attempt has to wait so many seconds."""
        self.retry_after_seconds = max(1, ceil(wait))
        super().__init__(f"Too many attempts. Try again in {_in_words(self.retry_after_seconds)}.")


class TooManyRequests(AppError):
    """So many requests were sent that the next one has to wait."""

    message = "Too many requests. Please slow down."

    def __init__(self, wait: float = 1) -> None:
        """Say that the next request has to wait so many seconds."""
        self.retry_after_seconds = max(1, ceil(wait))
        super().__init__()


def _in_words(seconds: int) -> str:
    if seconds < 100:  # noqa: PLR2004  (beyond it nobody counts seconds)
        return f"{seconds} second{'s' if seconds > 1 else ''}"
    return f"{ceil(seconds / 60)} minutes"
