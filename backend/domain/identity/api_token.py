"""Personal API tokens: what a program signs in with, in place of a person."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from domain.errors import AppError
from domain.permissions import Permission

TOKEN_HINT_LENGTH = 4

TOKEN_NAME_MAX_LENGTH = 100
TOKEN_LONGEST_DAYS = 365
# How exact "last used" is: a token in constant use costs one small write in this time.
TOKEN_USE_NOTED_EVERY = timedelta(minutes=5)
# Their owner may want to see for a while why a program stopped working.
EXPIRED_TOKENS_KEPT = timedelta(days=30)

# What a token may do as its owner: to write includes to read.
READ_SCOPE = "read"
WRITE_SCOPE = "write"
# The other scopes lend the token a permission of its owner. To change accounts is not lent: it takes a recent proof of
# identity, which a program cannot give.
LENDABLE_PERMISSIONS = tuple(permission for permission in Permission if permission is not Permission.WRITE_USERS)
TokenScope = StrEnum(  # type: ignore[misc]  # nearly every permission is one
    "TokenScope",
    {
        "READ": READ_SCOPE,
        "WRITE": WRITE_SCOPE,
        **{permission.name: permission.value for permission in LENDABLE_PERMISSIONS},
    },
)


class ApiTokenNotFound(AppError):
    """No such token, or it is somebody else's."""

    message = "API token not found."


class ScopeNotHeld(AppError):
    """Nobody can lend a permission that they do not have."""

    message = "You can't give a token a permission that you don't have yourself."


class ScopeMissing(AppError):
    """The token may only read."""

    message = 'This API token is read-only: it lacks the "write" scope.'


class SessionRequired(AppError):
    """What concerns credentials is for a person who is signed in, not for a program."""

    message = "API tokens can't do this. Sign in instead."


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A token as its owner sees it; the token itself is shown once and not kept."""

    id: UUID
    name: str
    hint: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None


def permissions_lent(scopes: tuple[str, ...]) -> frozenset[Permission]:
    """Return the permissions among `scopes`; a scope whose permission is not lent, or not any more, lends nothing."""
    return frozenset(permission for permission in LENDABLE_PERMISSIONS if permission in scopes)
