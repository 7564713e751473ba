"""Personal API tokens: credentials of programs that act for a user."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from domain.errors import AppError, NotFound
from domain.permissions import Permission

TOKEN_HINT_LENGTH = 4

TOKEN_NAME_MAX_LENGTH = 100
TOKEN_LONGEST_DAYS = 365
# Precision of "last used": a token in constant use costs one small write in this time.
TOKEN_USE_NOTED_EVERY = timedelta(minutes=5)
# Expired tokens stay visible for a while, so that their owner can see why a program stopped working.
EXPIRED_TOKENS_KEPT = timedelta(days=30)

# A token reads or writes as its owner. Writing includes reading.
READ_SCOPE = "read"
WRITE_SCOPE = "write"
# The other scopes lend the token a permission of its owner. To change accounts is not lent: it requires recent
# authentication, which a program cannot give.
LENDABLE_PERMISSIONS = tuple(permission for permission in Permission if permission is not Permission.WRITE_USERS)
TokenScope = StrEnum(  # type: ignore[misc]  # nearly every permission is one
    "TokenScope",
    {
        "READ": READ_SCOPE,
        "WRITE": WRITE_SCOPE,
        **{permission.name: permission.value for permission in LENDABLE_PERMISSIONS},
    },
)


class ApiTokenNotFound(NotFound):
    """No such token, or it belongs to another user."""

    message = "API token not found."


class ScopeNotHeld(AppError):
    """A user cannot lend a permission that they do not have."""

    message = "You can’t give a token a permission that you don’t have yourself."


class ScopeMissing(AppError):
    """The token may only read."""

    message = 'This API token is read-only: it lacks the "write" scope.'


class SessionRequired(AppError):
    """Credentials are managed by a signed-in user, not by a program."""

    message = "API tokens can’t do this. Sign in instead."


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A token as its owner sees it. Its text is shown once and not stored."""

    id: UUID
    name: str
    hint: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None


def permissions_lent(scopes: tuple[str, ...]) -> frozenset[Permission]:
    """Return the permissions among `scopes`. A scope that is no longer lendable grants nothing."""
    return frozenset(permission for permission in LENDABLE_PERMISSIONS if permission in scopes)
