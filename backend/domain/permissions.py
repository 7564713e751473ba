"""Authorisation: permissions, the roles that group them, and the actor on whose behalf work is done."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import NoReturn
from uuid import UUID

from domain.errors import PermissionDenied
from domain.identity.mfa import MfaEnrollmentRequired


class Permission(StrEnum):
    """One thing that an actor may do beyond managing their own data."""

    # All accounts: list and read.
    READ_USERS = "read:users"
    # All accounts: change, deactivate and delete.
    WRITE_USERS = "write:users"
    # The audit log of all accounts.
    READ_AUDIT = "read:audit"
    # All jobs: list and read.
    READ_JOBS = "read:jobs"
    # All jobs: retry, cancel and discard.
    WRITE_JOBS = "write:jobs"
    # Of all users: read drafts, change and delete posts and comments.
    WRITE_POSTS = "write:posts"
    # Of all users: read and download.
    WRITE_REPORTS = "write:reports"


class Role(StrEnum):
    """A named set of permissions, stored with the user."""

    MEMBER = "member"
    MODERATOR = "moderator"
    ADMIN = "admin"


ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.MEMBER: frozenset(),
    Role.MODERATOR: frozenset({Permission.WRITE_POSTS}),
    Role.ADMIN: frozenset(Permission),
}


def permissions_of(roles: Iterable[Role]) -> frozenset[Permission]:
    """Return every permission that one of `roles` grants."""
    return frozenset().union(*(ROLE_PERMISSIONS[role] for role in roles))


@dataclass(frozen=True, slots=True)
class Actor:
    """The user, or the system, on whose behalf a unit of work runs."""

    user_id: UUID | None = None
    session_id: UUID | None = None
    permissions: frozenset[Permission] = frozenset()
    # The API token that a program signed in with, instead of a session.
    token_id: UUID | None = None
    # Whether the address of the user's account is verified. Without it, no credential can be added to the account.
    is_verified: bool = False
    # Roles that grant nothing until the user has a second factor.
    withheld_roles: frozenset[Role] = frozenset()

    def may(self, permission: Permission) -> bool:
        """Return whether the actor holds `permission`."""
        return permission in self.permissions

    def would_hold(self, permission: Permission) -> bool:
        """Return whether the actor holds `permission`, or would with a second factor."""
        return self.may(permission) or permission in permissions_of(self.withheld_roles)

    def refuse(self, permission: Permission) -> NoReturn:
        """Raise the error for an actor without `permission`.

        Raises:
            PermissionDenied: no role of theirs grants it, or one does that waits for a second factor.
        """
        if self.would_hold(permission):
            raise MfaEnrollmentRequired
        raise PermissionDenied

    def may_change(self, owner_id: UUID, permission: Permission) -> bool:
        """Return whether the actor is the owner, or holds the permission to change the data of all users."""
        return self.may(permission) or self.user_id == owner_id


# Not signed in: sees what is public.
ANONYMOUS = Actor()
# The system itself: tasks and commands.
SYSTEM = Actor(permissions=frozenset(Permission))
