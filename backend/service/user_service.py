"""Users: the list for holders of the permission, and each user's own account."""

from uuid import UUID

from domain.events import AccountDeleted
from domain.identity.account import AccountFilter, AccountSort, LastAdministrator
from domain.identity.client_info import ClientInfo
from domain.identity.security_event import SecurityEventKind
from domain.page import Page, PageRequest
from domain.permissions import Actor, Permission
from domain.session import NotAuthenticated
from domain.user import ProfileChanges, User, UserNotFound
from repository.identity.account_repository import AccountRepository
from repository.user_repository import UserRepository
from service.base_service import BaseService
from service.identity.audit_trail import AuditTrail
from service.jobs.outbox import Outbox


class UserService(BaseService):
    """Serves users: finds them, and changes and deletes the actor's own account."""

    def __init__(
        self,
        actor: Actor,
        users: UserRepository,
        accounts: AccountRepository,
        *,
        outbox: Outbox,
        audit: AuditTrail,
        client: ClientInfo,
    ) -> None:
        super().__init__(actor)
        self._users = users
        self._accounts = accounts
        self._outbox = outbox
        self._audit = audit
        self._language = client.language

    async def find(self, account_filter: AccountFilter, *, sort: AccountSort, page: PageRequest) -> Page[User]:
        """Return a page of the users that the actor may see."""
        return await self._accounts.find(account_filter, sort=sort, page=page)

    async def get(self, user_id: UUID) -> User:
        """Return a user.

        Raises:
            UserNotFound: there is none, or none that the actor may see.
        """
        user = await self._accounts.get(user_id)
        if user is None:
            raise UserNotFound
        return user

    async def change_profile(self, changes: ProfileChanges) -> User:
        """Change the name or the language of the actor. None removes it.

        Raises:
            NotAuthenticated: the caller is not signed in.
        """
        user = await self._users.change_profile(self._require_signed_in(), changes)
        if user is None:
            raise NotAuthenticated
        self._audit.record(SecurityEventKind.PROFILE_CHANGED, user.id)
        return self._as_actor_stands(user)

    async def delete(self) -> None:
        """Delete the actor's account and everything that belongs to it, and confirm it by email.

        Raises:
            NotAuthenticated: the caller is not signed in.
            LastAdministrator: no other admin would remain.
        """
        user_id = self._require_signed_in()
        if self._actor.would_hold(Permission.WRITE_USERS):
            await self._require_another_administrator(user_id)
        user = await self._users.delete(user_id)
        if user is None:
            raise NotAuthenticated
        self._audit.record(SecurityEventKind.ACCOUNT_DELETED, user.id)
        name = user.name if user.is_verified else None
        self._outbox.publish(AccountDeleted(user.email, name, user.language or self._language))

    async def _require_another_administrator(self, user_id: UUID) -> None:
        await self._accounts.lock()  # another admin may be leaving at the same moment
        if not await self._accounts.has_administrator_besides(user_id):
            raise LastAdministrator
