"""Other users' accounts, as admins see and change them."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypedDict

from domain.errors import AppError
from domain.permissions import Role

SEARCH_MAX_LENGTH = 100


class OwnAccount(AppError):
    """An admin tried to deactivate, demote or delete their own account."""

    message = "You can’t do this to your own account. Ask another admin."


class LastAdministrator(AppError):
    """The only admin tried to delete their account, which would leave no admin."""

    message = "You are the only admin. Make another user an admin first."


class GrantsTooMuch(AppError):
    """The account has, or would get, a permission that the actor does not have."""

    message = "You can only grant or remove permissions that you have yourself."


class AccountSort(StrEnum):
    """The orders in which accounts may be listed; each has its index. A minus means descending."""

    NEWEST = "-created_at"
    OLDEST = "created_at"
    EMAIL = "email"
    EMAIL_DESCENDING = "-email"


class AccountChanges(TypedDict, total=False):
    """The changes of an administrator to an account. Missing fields stay as they are."""

    name: str | None
    roles: tuple[Role, ...]
    is_active: bool
    is_verified: bool


@dataclass(frozen=True, slots=True)
class AccountFilter:
    """Filters of a list of accounts; None does not filter."""

    text: str | None = None
    role: Role | None = None
    is_active: bool | None = None
    is_invited: bool | None = None
