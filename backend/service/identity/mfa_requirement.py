"""Roles that grant nothing without a second factor."""

from collections.abc import Collection
from dataclasses import replace

from domain.permissions import Role
from domain.user import User
from repository.identity.mfa_repository import MfaRepository


class MfaRequirement:
    """Withholds the permissions of some roles from users without a second factor."""

    def __init__(self, mfa: MfaRepository, roles: Collection[str]) -> None:
        self._mfa = mfa
        self._roles = frozenset(map(Role, roles))

    def concerns(self, user: User) -> bool:
        """Return whether a role of the user's requires a second factor."""
        return not self._roles.isdisjoint(user.roles)

    async def apply(self, user: User) -> User:
        """Return the user as they stand; only users with such a role cost a query."""
        if not self.concerns(user) or (await self._mfa.get_status(user.id)).has_any:
            return user
        return replace(user, withheld_roles=self._roles.intersection(user.roles))
