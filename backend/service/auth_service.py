"""Proving who somebody is by password."""

from typing import NoReturn
from uuid import UUID

from domain.events import UserSignedUp
from domain.permissions import Role
from domain.security_event import SecurityEventKind
from domain.session import InvalidCredentials, SessionTokens
from domain.user import Credentials, User, normalise_email
from repository.user_repository import UserRepository
from service.outbox import Outbox
from service.ports import OpensSeparateWork
from service.security import PasswordHasher
from service.sign_in_completion import SignInCompletion


class AuthService:
    """Proves who somebody is by password, and opens their session."""

    def __init__(
        self,
        users: UserRepository,
        lookups: UserRepository,
        *,
        hasher: PasswordHasher,
        completion: SignInCompletion,
        outbox: Outbox,
        separate_work: OpensSeparateWork,
    ) -> None:
        """Prove who somebody is.

        Args:
            users: for what is written.
            lookups: for what is looked up; holds no connection while a hash is computed.
            hasher: hashes and checks passwords.
            completion: opens sessions.
            outbox: takes the events that the rest of the product hears of.
            separate_work: opens a unit of work that outlives a refusal.
        """
        self._users = users
        self._lookups = lookups
        self._hasher = hasher
        self._completion = completion
        self._outbox = outbox
        self._separate_work = separate_work

    async def sign_up(self, email: str, *, password: str, name: str | None) -> tuple[User, SessionTokens]:
        """Create an account, sign it in, and let the rest of the product know.

        Raises:
            EmailTaken: the address has an account.
            TooBusy: too many passwords wait to be hashed.
        """
        password_hash = await self._hasher.hash(password)
        user = await self._users.add(
            normalise_email(email), name=name, password_hash=password_hash, roles=[Role.MEMBER]
        )
        self._outbox.publish(UserSignedUp(user.id))
        return user, await self._completion.open_session(user, SecurityEventKind.SIGNED_UP)

    async def sign_in(self, email: str, *, password: str, may_continue: bool = True) -> tuple[User, SessionTokens]:
        """Check a password and open a session; an unknown address answers the same, and as late, as a wrong password.

        Args:
            email: the account's address.
            password: its password.
            may_continue: whether a second factor can follow, which needs a browser and its cookies.

        Raises:
            InvalidCredentials: unknown address, wrong password or deactivated account.
            MfaRequired: the account asks for a second factor; the error names the sign-in that waits for it.
            TooBusy: too many passwords wait to be checked.
        """
        credentials = await self._lookups.get_credentials(normalise_email(email))
        is_right = await self._hasher.verify(password, credentials.password_hash if credentials else None)
        if credentials is None or credentials.password_hash is None or not is_right or not credentials.is_active:
            await self._refuse(credentials)
        if self._hasher.is_outdated(credentials.password_hash):
            await self._renew_hash(credentials.user_id, password)
        user = await self._lookups.get(credentials.user_id)
        if user is None:  # deleted while the password was being checked
            raise InvalidCredentials
        return user, await self._completion.complete(user, may_continue=may_continue)

    async def _renew_hash(self, user_id: UUID, password: str) -> None:
        password_hash = await self._hasher.hash(password)
        async with self._separate_work() as work:  # a second factor may be asked for, which rolls this one back
            await work.user_repository.replace_password_hash(user_id, password_hash)

    async def _refuse(self, credentials: Credentials | None) -> NoReturn:
        async with self._separate_work() as work:  # the refusal rolls this unit of work back
            work.audit.record(SecurityEventKind.SIGN_IN_FAILED, credentials.user_id if credentials else None)
        raise InvalidCredentials
