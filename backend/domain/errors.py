"""The root of all errors that the product's rules raise, and those that belong to no single entity.

An error has a sentence that a user may read. It knows no HTTP: `api/exceptions.py` gives it a status. It
knows no language: the sentence is English, and `api/error_handlers.py` translates it.
"""

from collections.abc import Mapping
from math import ceil
from typing import ClassVar

# Longer waits are told in minutes.
LONG_WAIT_SECONDS = 100


class AppError(Exception):
    """A rule refuses the request. Subclasses state `message`, a sentence that users may read.

    Args:
        message: replaces the message of the class.
        field: the invalid part of the request, if it is a single one.
        values: fill the placeholders of the message, so that a translation can be filled with them as well.
    """

    message: ClassVar[str] = "Something went wrong."

    def __init__(self, message: str | None = None, *, field: str | None = None, **values: object) -> None:
        self.sentence = message or self.message
        self.values: Mapping[str, object] = values
        self.field = field
        super().__init__(self.sentence.format(**values) if values else self.sentence)


def explained(error: BaseException) -> str:
    """Return the message of an error for operators, with that of its cause if it is a sentence for all users."""
    cause = error.__cause__
    if isinstance(error, AppError) and error.sentence == type(error).message and cause is not None:
        return f"{error} ({cause!r})"
    return str(error)


class InvalidField(AppError, ValueError):
    """A field of the request is invalid; the message says why. Raised in the validators of `api/schemas`."""

    message = "This value is not valid."


class PermissionDenied(AppError):
    """The actor is known, but is not allowed to do this."""

    message = "You don’t have permission to do this."


class NotFound(AppError):
    """There is no such entity, or none that the actor may see. Each entity has a subclass of its own."""


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
    in_seconds_message = "Too many attempts. Try again in {seconds} seconds."
    in_minutes_message = "Too many attempts. Try again in {minutes} minutes."

    def __init__(self, wait: float = 1) -> None:
        self.retry_after_seconds = seconds = max(1, ceil(wait))
        if seconds == 1:
            super().__init__()
        elif seconds < LONG_WAIT_SECONDS:
            super().__init__(self.in_seconds_message, seconds=seconds)
        else:
            super().__init__(self.in_minutes_message, minutes=ceil(seconds / 60))


class TooManyRequests(AppError):
    """The next request has to wait, because too many were sent."""

    message = "Too many requests. Please slow down."

    def __init__(self, wait: float = 1) -> None:
        self.retry_after_seconds = max(1, ceil(wait))
        super().__init__()
