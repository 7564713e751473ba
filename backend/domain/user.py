"""A user: a person with an account."""

import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypedDict
from uuid import UUID

from domain.errors import AppError, NotFound
from domain.identity.one_time_token import LIFETIMES, TokenPurpose
from domain.language import Language
from domain.permissions import Permission, Role, permissions_of

# NIST SP 800-63B 5.1.1.2: at least 8; a maximum only keeps hashing cheap and must be at least 64.
PASSWORD_MIN_LENGTH = 8
PASSWORD_MAX_LENGTH = 128
# RFC 5321 4.5.3.1.3: a path has at most 256 octets, two of which are the angle brackets.
EMAIL_MAX_LENGTH = 254
# The prefix of a domain label in Punycode (RFC 5890).
ENCODED = "xn--"
NAME_MAX_LENGTH = 100


class EmailTaken(AppError):
    """An account with this address exists."""

    message = "An account with this email address already exists."


class EmailUnverified(AppError):
    """The account's address is not verified, so no credential can be added to it."""

    message = "Confirm your email address first."


class WrongPassword(AppError):
    """The password given as a proof is wrong."""

    message = "Wrong password."


class PasswordTooCommon(AppError):
    """The password is common, so it is among the first that attackers try."""

    message = "This password is too common. Choose another one."


class PasswordTooPersonal(AppError):
    """The password is little more than the user's address or the product's name."""

    message = "This password is too similar to your email address or our name. Choose another one."


class AddressNotProved(AppError):
    """The account's address was never verified, so another person may have created it."""

    message = "This account’s email address is not confirmed, so it may belong to another person."


class InvalidAddress(AppError, ValueError):
    """The address cannot exist, or could never receive email; the message says why."""

    message = "We can’t send email to this address."


class UserNotFound(NotFound):
    """No such user, or none that the actor may see."""

    message = "User not found."


@dataclass(frozen=True, slots=True)
class User:
    """A user: a person with an account."""

    id: UUID
    email: str
    name: str | None
    is_verified: bool
    is_active: bool
    roles: tuple[Role, ...]
    created_at: datetime
    avatar_id: UUID | None = None
    # Counts the changes that admins make.
    version: int = 1
    # The user's choice. Without it, emails are in the language of the request that causes them.
    language: Language | None = None
    # When the user was invited, the last time, until they prove the address.
    invited_at: datetime | None = None
    # Roles that grant nothing until the user has a second factor.
    withheld_roles: frozenset[Role] = frozenset()

    @property
    def permissions(self) -> frozenset[Permission]:
        """The permissions that the user's roles grant at present."""
        return permissions_of(role for role in self.roles if role not in self.withheld_roles)

    @property
    def invitation_expires_at(self) -> datetime | None:
        """When the user can no longer accept; None once they have, or without an invitation."""
        return self.invited_at and self.invited_at + LIFETIMES[TokenPurpose.INVITATION]

    @property
    def invitation_has_expired(self) -> bool:
        """Whether the account, with its roles, waits for another invitation."""
        return self.invitation_expires_at is not None and self.invitation_expires_at <= datetime.now(UTC)


class ProfileChanges(TypedDict, total=False):
    """The changes of a user to their own account. Missing fields stay as they are."""

    name: str | None
    language: Language | None


@dataclass(frozen=True, slots=True)
class Author:
    """The public data of the author of a text."""

    id: UUID
    name: str | None
    avatar_id: UUID | None


@dataclass(frozen=True, slots=True)
class Credentials:
    """The data that a sign-in is checked against."""

    user_id: UUID
    password_hash: str | None  # None for users who sign in elsewhere only
    is_active: bool
    is_verified: bool


def normalise_email(email: str) -> str:
    """Return the address in the form that identifies accounts: trimmed, in lower case, the domain in Unicode."""
    local, at, domain = unicodedata.normalize("NFC", email.strip().lower()).rpartition("@")
    return local + at + ".".join(map(_readable, _mapped(domain).split(".")))


def _mapped(domain: str) -> str:
    """Return a domain with the variants of Latin letters and the full stop replaced as browsers do (UTS 46)."""
    return unicodedata.normalize("NFKC", domain).lower().replace("\u3002", ".")


def _readable(label: str) -> str:
    """Return a domain label in its own script: `xn--mnchen-3ya` and `münchen` are the same."""
    if not label.startswith(ENCODED):
        return label
    try:
        readable = label.removeprefix(ENCODED).encode("ascii").decode("punycode")
        readable.encode()  # Python's codec also returns surrogates
    except UnicodeError:
        return label
    return readable if _mapped(readable) == readable and not readable.startswith(ENCODED) else label
