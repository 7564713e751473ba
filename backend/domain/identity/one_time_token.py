"""Tokens in emailed links. They prove that the user reads the mail to an address."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from domain.errors import AppError


class TokenPurpose(StrEnum):
    """The only purpose of a token."""

    VERIFY_EMAIL = "verify_email"
    RESET_PASSWORD = "reset_password"  # noqa: S105  (the name of a purpose)
    CHANGE_EMAIL = "change_email"
    INVITATION = "invitation"


# OWASP's forgot password cheat sheet wants them short: an hour at most for emails that the user waits for, a day for
# the one that arrives unasked. An invitation opens an empty account only, and its reader may be away for some days.
LIFETIMES: dict[TokenPurpose, timedelta] = {
    TokenPurpose.VERIFY_EMAIL: timedelta(hours=24),
    TokenPurpose.RESET_PASSWORD: timedelta(minutes=30),
    TokenPurpose.CHANGE_EMAIL: timedelta(hours=1),
    TokenPurpose.INVITATION: timedelta(days=7),
}


class InvalidLink(AppError):
    """The token is unknown, of another purpose, used, replaced or expired. The user is not told which."""

    message = "This link is no longer valid. Request a new one."


class HolderRequired(AppError):
    """The link is valid, but the request has neither a session nor the account's password."""

    message = "Enter the account’s password, or sign in first."


@dataclass(frozen=True, slots=True)
class OneTimeToken:
    """A token that was sent to an address. Only a hash of its text is stored."""

    id: UUID
    user_id: UUID
    purpose: TokenPurpose
    email: str
