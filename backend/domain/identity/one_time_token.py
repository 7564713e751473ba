"""Tokens that a mail carries to prove that its reader has the address."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from domain.errors import AppError


class TokenPurpose(StrEnum):
    """What a token is good for, and nothing else."""

    VERIFY_EMAIL = "verify_email"
    RESET_PASSWORD = "reset_password"  # noqa: S105  (the name of a purpose)
    CHANGE_EMAIL = "change_email"


# OWASP's forgot password cheat sheet wants them short; a mail is read within an hour, or the day for the one that
# nobody waits for.
LIFETIMES: dict[TokenPurpose, timedelta] = {
    TokenPurpose.VERIFY_EMAIL: timedelta(hours=24),
    TokenPurpose.RESET_PASSWORD: timedelta(minutes=30),
    TokenPurpose.CHANGE_EMAIL: timedelta(hours=1),
}


class InvalidLink(AppError):
    """The token was never issued, is for something else, was used or replaced, or is too old; which is not said."""

    message = "This link is no longer valid. Request a new one."


class HolderRequired(AppError):
    """The link is good, but the request shows neither a session nor the password of the account."""

    message = "Enter the account's password, or sign in first."


@dataclass(frozen=True, slots=True)
class OneTimeToken:
    """A token that was sent to an address; only a hash of its text is kept."""

    id: UUID
    user_id: UUID
    purpose: TokenPurpose
    email: str
