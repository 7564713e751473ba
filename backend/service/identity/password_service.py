"""Changes the password of a signed-in user."""

from typing import NoReturn
from uuid import UUID

from domain.events import CredentialsChange
from domain.identity.security_event import SecurityEventKind
from domain.session import Identity, NotAuthenticated, ReauthenticationRequired, SessionTokens
from domain.user import WrongPassword
from repository.user_repository import UserRepository
from service.identity.attempt_limits import AttemptLimits
from service.identity.autonomous import OpensIdentityTransaction
from service.identity.credential_changes import CredentialChanges
from service.identity.one_time_links import OneTimeLinks
from service.identity.session_issuer import SessionIssuer
from service.security import PasswordHasher


class PasswordService:
    """Changes the passwords of signed-in users."""

    def __init__(
        self,
        users: UserRepository,
        *,
        hasher: PasswordHasher,
        links: OneTimeLinks,
        issuer: SessionIssuer,
        changes: CredentialChanges,
        limits: AttemptLimits,
        autonomous_transaction: OpensIdentityTransaction,
    ) -> None:
        self._users = users
        self._hasher = hasher
        self._links = links
        self._issuer = issuer
        self._changes = changes
        self._limits = limits
        self._autonomous_transaction = autonomous_transaction

    async def change(self, identity: Identity, new_password: str, *, current_password: str | None) -> SessionTokens:
        """Replace a password, end the other sessions, and return new tokens of the current one.

        A user without a password gives none, but needs recent authentication.

        Raises:
            NotAuthenticated: the caller is not signed in with a session, or it has just ended.
            WrongPassword: the current password is wrong.
            TooManyAttempts: too many guesses came from this session.
            ReauthenticationRequired: the account has no password, and the last authentication is too old.
            PasswordTooCommon: the new password is too common.
            PasswordTooPersonal: the new password is too close to the address or the product's name.
            TooBusy: too many passwords wait to be hashed.
        """
        user, session_id = identity.user, identity.actor.session_id
        if session_id is None:
            raise NotAuthenticated
        async with self._limits.reauthentication(session_id):
            present = await self._proved(identity, current_password)
        password_hash = await self._hasher.hash_new(new_password, email=user.email, field="new_password")
        await self._changes.require_open_session()
        if not await self._users.change_password(user.id, password_hash, replacing=present):
            raise WrongPassword  # it was changed while we were hashing
        await self._links.withdraw(user.id)
        await self._changes.revoke_sessions_and_notify(
            user.id, SecurityEventKind.PASSWORD_CHANGED, CredentialsChange.PASSWORD_CHANGED
        )
        return await self._issuer.restart(user, session_id)

    async def _proved(self, identity: Identity, current_password: str | None) -> str | None:
        """Return the present hash, once it is known that the request comes from the account's owner."""
        present = await self._users.get_password_hash(identity.user.id)
        if present is None and not identity.is_recently_authenticated:
            raise ReauthenticationRequired
        if present is not None and not await self._hasher.verify(current_password or "", present):
            await self._refuse(identity.user.id)
        return present

    async def _refuse(self, user_id: UUID) -> NoReturn:
        async with self._autonomous_transaction() as work:  # the refusal rolls this unit of work back
            work.identity.audit.record(SecurityEventKind.PASSWORD_CHANGE_FAILED, user_id)
        raise WrongPassword
