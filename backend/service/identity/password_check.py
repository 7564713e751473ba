"""Checks the password of a sign-in."""

from dataclasses import dataclass
from typing import NoReturn
from uuid import UUID

from domain.identity.security_event import SecurityEventKind
from domain.session import InvalidCredentials
from domain.user import Credentials
from repository.user_repository import UserRepository
from service.identity.autonomous import OpensIdentityTransaction
from service.security import PasswordHasher


@dataclass(frozen=True, slots=True)
class CheckedPassword:
    """The id of a user whose password was right, and the hash it was checked against."""

    user_id: UUID
    password_hash: str | None


class PasswordCheck:
    """Checks passwords, and renews hashes with outdated parameters. Holds no connection while a hash is computed."""

    def __init__(
        self,
        users: UserRepository,
        *,
        hasher: PasswordHasher,
        autonomous_transaction: OpensIdentityTransaction,
        requires_verified: bool,
    ) -> None:
        self._users = users
        self._hasher = hasher
        self._autonomous_transaction = autonomous_transaction
        self._requires_verified = requires_verified

    async def check(self, email: str, password: str) -> CheckedPassword:
        """Return the user with this normalised address and password.

        An unknown address takes as long as a wrong password.

        Raises:
            InvalidCredentials: the address is unknown, the password is wrong, or the account may not sign in.
            TooBusy: too many passwords wait to be checked.
        """
        credentials = await self._users.get_credentials(email)
        is_right = await self._hasher.verify(password, credentials.password_hash if credentials else None)
        if credentials is None or not is_right or not self._may_sign_in(credentials):
            await self._refuse(credentials)
        return CheckedPassword(credentials.user_id, await self._renewed_hash(credentials, password))

    async def require_unchanged(self, checked: CheckedPassword) -> None:
        """Refuse a password that was replaced after the check, and keep it from being replaced before the commit.

        Raises:
            InvalidCredentials: the password was replaced, which ended all sessions.
        """
        if not await self._users.still_has_password(checked.user_id, checked.password_hash):
            raise InvalidCredentials

    async def _renewed_hash(self, credentials: Credentials, password: str) -> str | None:
        """Return the hash that the account has now, renewed if its parameters were outdated."""
        present = credentials.password_hash
        if not self._hasher.is_outdated(present):
            return present
        renewed = await self._hasher.hash(password)
        # Committed at once, so that no other sign-in of the user waits for this one.
        async with self._autonomous_transaction() as work:
            is_stored = await work.identity.user_repository.change_password(
                credentials.user_id, renewed, replacing=present
            )
        return renewed if is_stored else await self._checked_again(credentials, password)

    async def _checked_again(self, credentials: Credentials, password: str) -> str | None:
        """Return the hash that another sign-in or the owner has just stored, if the password matches it."""
        present = await self._users.get_password_hash(credentials.user_id)
        if not await self._hasher.verify(password, present):
            await self._refuse(credentials)
        return present

    def _may_sign_in(self, credentials: Credentials) -> bool:
        return credentials.is_active and (credentials.is_verified or not self._requires_verified)

    async def _refuse(self, credentials: Credentials | None) -> NoReturn:
        async with self._autonomous_transaction() as work:  # the refusal rolls this unit of work back
            work.identity.audit.record(SecurityEventKind.SIGN_IN_FAILED, credentials.user_id if credentials else None)
        raise InvalidCredentials
