"""Other people's accounts, as administrators see and change them."""

from dataclasses import dataclass
from enum import StrEnum

from domain.errors import AppError
from domain.permissions import Role

SEARCH_MAX_LENGTH = 100


class AccountChanged(AppError):
    """The account is no longer the version that the change was made from."""

    message = "This account has changed since you opened it. Reload it and try again."


class OwnAccount(AppError):
    """An administrator tried to deactivate, demote or delete themselves."""

    message = "You can't do this to your own account. Ask another admin."


class LastAdministrator(AppError):
    """The only administrator wanted to delete their account, after which nobody could change anybody's."""

    message = "You are the only admin. Make another user an admin first."


class GrantsTooMuch(AppError):
    """The account holds, or would get, a permission that the actor does not have."""

    message = "You can only grant or remove permissions that you have yourself."


class AccountSort(StrEnum):
    """The orders in which accounts may be listed; each has its index. A minus means descending."""

    NEWEST = "-created_at"
    OLDEST = "created_at"
    EMAIL = "email"
    EMAIL_DESCENDING = "-email"


@dataclass(frozen=True, slots=True)
class AccountFilter:
    """Which accounts a list is about; None leaves a question open."""

    text: str | None = None
    role: Role | None = None
    is_active: bool | None = None
