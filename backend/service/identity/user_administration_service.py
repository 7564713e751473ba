"""The administration of user accounts: change, sign out, delete."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from domain.errors import VersionChanged
from domain.identity.account import AccountChanges, OwnAccount
from domain.identity.mfa import MfaStatus
from domain.identity.security_event import SecurityEventKind
from domain.permissions import Actor, permissions_of
from domain.session import Session, SessionNotFound
from domain.user import User, UserNotFound
from repository.identity.account_repository import AccountRepository
from repository.identity.mfa_repository import MfaRepository
from repository.identity.sign_in_session_repository import SignInSessionRepository
from service.base_service import BaseService
from service.identity.account_guard import AccountGuard
from service.identity.audit_trail import AuditTrail
from service.identity.second_factor_removal import SecondFactorRemoval


class UserAdministrationService(BaseService):
    """Changes, signs out and deletes the accounts of other users.

    An admin can only change accounts whose permissions, before and after, are a subset of their own, and cannot demote,
    deactivate or delete their own account. So no user gains permissions this way, and one admin always remains.
    """

    def __init__(
        self,
        actor: Actor,
        accounts: AccountRepository,
        *,
        guard: AccountGuard,
        sessions: SignInSessionRepository,
        factors: MfaRepository,
        removal: SecondFactorRemoval,
        audit: AuditTrail,
    ) -> None:
        super().__init__(actor)
        self._accounts = accounts
        self._guard = guard
        self._sessions = sessions
        self._factors = factors
        self._removal = removal
        self._audit = audit

    async def update(self, user_id: UUID, changes: AccountChanges, *, versions: Collection[int] | None) -> User:
        """Change an account; with `versions`, only if it is still one of these. Deactivating it ends its sessions.

        Raises:
            NotAuthenticated: the caller is not signed in.
            UserNotFound: there is none.
            PermissionDenied: the actor lacks `write:users`.
            GrantsTooMuch: it holds, or would get, more than the actor does.
            OwnAccount: the actor would lose access by it.
            VersionChanged: the account has another version.
        """
        before = await self._guard.lock_changeable(user_id, granting=changes.get("roles", ()))
        if user_id == self._actor.user_id and _takes_access(before, changes):
            raise OwnAccount
        after = await self._accounts.update(user_id, changes, versions=versions)
        if after is None:
            raise VersionChanged
        if not after.is_active:
            await self._sessions.revoke_all(user_id)
        self._audit.record(SecurityEventKind.ACCOUNT_CHANGED, user_id, **_difference(before, after))
        return after

    async def delete(self, user_id: UUID, *, versions: Collection[int] | None) -> None:
        """Delete an account with everything that belongs to it; with `versions`, only if it is still one of these.

        Raises:
            NotAuthenticated: the caller is not signed in.
            UserNotFound: there is none.
            PermissionDenied: the actor lacks `write:users`.
            GrantsTooMuch: it holds more than the actor does.
            OwnAccount: it is the actor's.
            VersionChanged: the account has another version.
        """
        user = await self._guard.lock_changeable(user_id)
        if user_id == self._actor.user_id:
            raise OwnAccount
        if await self._accounts.delete(user_id, versions=versions) is None:
            raise VersionChanged
        self._audit.record(SecurityEventKind.ACCOUNT_DELETED, user_id, email=user.email)

    async def find_sessions(self, user_id: UUID) -> list[Session]:
        """Return the open sessions of a user.

        Raises:
            UserNotFound: there is no such account.
        """
        await self._require_exists(user_id)
        return await self._sessions.find_open(user_id)

    async def end_sessions(self, user_id: UUID) -> None:
        """End all sessions of a user.

        Raises:
            NotAuthenticated: the caller is not signed in.
            UserNotFound: there is no such account.
            PermissionDenied: the actor lacks `write:users`.
            GrantsTooMuch: the account holds more than the actor does.
        """
        await self._guard.lock_changeable(user_id)
        ended = await self._sessions.revoke_all(user_id)
        self._audit.record(SecurityEventKind.SESSIONS_ENDED, user_id, sessions=ended)

    async def end_session(self, user_id: UUID, session_id: UUID) -> None:
        """End one session of a user.

        Raises:
            NotAuthenticated: the caller is not signed in.
            UserNotFound: there is no such account.
            PermissionDenied: the actor lacks `write:users`.
            GrantsTooMuch: the account holds more than the actor does.
            SessionNotFound: it has ended, or belongs to another user.
        """
        await self._guard.lock_changeable(user_id)
        if not await self._sessions.revoke(session_id, user_id=user_id):
            raise SessionNotFound
        self._audit.record(SecurityEventKind.SESSIONS_ENDED, user_id, session=str(session_id))

    async def get_second_factors(self, user_id: UUID) -> MfaStatus:
        """Return which second factors a user has.

        Raises:
            UserNotFound: there is no such account.
        """
        await self._require_exists(user_id)
        return await self._factors.get_status(user_id)

    async def remove_second_factors(self, user_id: UUID) -> None:
        """Let a user who has lost their second factors sign in without them, and tell them by mail.

        Raises:
            NotAuthenticated: the caller is not signed in.
            UserNotFound: there is no such account.
            PermissionDenied: the actor lacks `write:users`.
            GrantsTooMuch: the account holds more than the actor does.
            OwnAccount: it is the actor's, who can do it on the account page.
            MfaNotEnabled: there is nothing to remove.
        """
        await self._guard.lock_changeable(user_id)
        if user_id == self._actor.user_id:
            raise OwnAccount
        await self._removal.remove(user_id)

    async def _require_exists(self, user_id: UUID) -> None:
        if await self._accounts.get(user_id) is None:
            raise UserNotFound


def _takes_access(user: User, changes: AccountChanges) -> bool:
    return not changes.get("is_active", True) or not user.permissions <= permissions_of(
        changes.get("roles", user.roles)
    )


def _difference(before: User, after: User) -> dict[str, Any]:
    """Return the old and new values of the changed fields, for the audit log, which outlives the account."""
    fields = {"name", "roles", "is_active", "is_verified"}
    pairs = {field: (getattr(before, field), getattr(after, field)) for field in sorted(fields)}
    return {field: {"from": old, "to": new} for field, (old, new) in pairs.items() if old != new}
