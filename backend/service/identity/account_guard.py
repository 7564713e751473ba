"""Which accounts an admin may change, and which permissions they may grant."""

from collections.abc import Iterable
from uuid import UUID

from domain.errors import PermissionDenied
from domain.identity.account import GrantsTooMuch
from domain.permissions import Actor, Permission, Role, permissions_of
from domain.session import NotAuthenticated
from domain.user import User, UserNotFound
from repository.identity.account_repository import AccountRepository


class AccountGuard:
    """Keeps admins from changing accounts, and from granting permissions, beyond their own.

    Each method locks the permissions of all accounts, so that its result stays true until the transaction ends.
    """

    def __init__(self, actor: Actor, accounts: AccountRepository) -> None:
        self._actor = actor
        self._accounts = accounts

    async def lock_changeable(self, user_id: UUID, *, granting: Iterable[Role] = ()) -> User:
        """Return the account as it is now, if the actor may still change it and grant it these roles.

        Raises:
            NotAuthenticated: the caller is not signed in.
            PermissionDenied: the actor lacks `write:users`.
            UserNotFound: there is none.
            GrantsTooMuch: it holds, or would get, more than the actor holds.
        """
        held = await self._lock_held()
        user = await self._accounts.get(user_id)
        if user is None:
            raise UserNotFound
        if not user.permissions | permissions_of(granting) <= held:
            raise GrantsTooMuch
        return user

    async def require_grantable(self, roles: Iterable[Role]) -> None:
        """Refuse roles that grant a permission which the actor no longer holds, or never held.

        Raises:
            NotAuthenticated: the caller is not signed in.
            PermissionDenied: the actor lacks `write:users`.
            GrantsTooMuch: the roles grant more than the actor holds.
        """
        if not permissions_of(roles) <= await self._lock_held():
            raise GrantsTooMuch

    async def _lock_held(self) -> frozenset[Permission]:
        """Return the permissions of the request that the actor still holds."""
        if self._actor.user_id is None:
            raise NotAuthenticated
        await self._accounts.lock()
        actor = await self._accounts.get(self._actor.user_id)
        # The identity of the request may be a second old, and the actor may have lost permissions since.
        if actor is None or not actor.is_active or Permission.WRITE_USERS not in actor.permissions:
            raise PermissionDenied
        return self._actor.permissions & actor.permissions
