"""Proving who somebody is by password."""

from typing import NoReturn

from domain.events import UserSignedUp
from domain.permissions import Role
from domain.security_event import SecurityEventKind
from domain.session import InvalidCredentials, SessionTokens
from domain.user import Credentials, User, normalise_email
from repository.user_repository import UserRepository
from service.attempt_limits import AttemptLimits
from service.audit_trail import AuditTrail
from service.outbox import Outbox
from service.ports import OpensSeparateWork
from service.security import PasswordHasher
from service.session_issuer import SessionIssuer


class AuthService:
    """Proves who somebody is by password, and opens their session."""

    def __init__(  # noqa: PLR0913  (whoever signs in is looked up, checked, slowed down, let in and reported)
        self,
        users: UserRepository,
        lookups: UserRepository,
        *,
        hasher: PasswordHasher,
        issuer: SessionIssuer,
        outbox: Outbox,
        audit: AuditTrail,
        limits: AttemptLimits,
        separate_work: OpensSeparateWork,
    ) -> None:
        """Prove who somebody is.

        Args:
            users: for what is written.
            lookups: for what is looked up; holds no connection while a hash is computed.
            hasher: hashes and checks passwords.
            issuer: opens sessions.
            outbox: takes the events that the rest of the product hears of.
            audit: reports what happened.
            limits: makes guessing slow.
            separate_work: opens a unit of work that outlives a refusal.
        """
        self._users = users
        self._lookups = lookups
        self._hasher = hasher
        self._issuer = issuer
        self._outbox = outbox
        self._audit = audit
        self._limits = limits
        self._separate_work = separate_work

    async def sign_up(self, email: str, *, password: str, name: str | None) -> tuple[User, SessionTokens]:
        """Create an account, sign it in, and let the rest of the product know.

        Raises:
            EmailTaken: the address has an account.
            TooManyAttempts: too many accounts were made from the client's address.
            TooBusy: too many passwords wait to be hashed.
        """
        await self._limits.sign_up()
        password_hash = await self._hasher.hash(password)
        user = await self._users.add(
            normalise_email(email), name=name, password_hash=password_hash, roles=[Role.MEMBER]
        )
        self._outbox.publish(UserSignedUp(user.id))
        self._audit.record(SecurityEventKind.SIGNED_UP, user.id)
        return user, await self._issuer.open(user)

    async def sign_in(self, email: str, *, password: str) -> tuple[User, SessionTokens]:
        """Check a password and open a session; an unknown address answers the same, and as late, as a wrong password.

        Raises:
            InvalidCredentials: unknown address, wrong password or deactivated account.
            TooManyAttempts: too many guesses came from there, or at this account.
            TooBusy: too many passwords wait to be checked.
        """
        async with self._limits.sign_in(normalise_email(email)):
            return await self._sign_in(normalise_email(email), password=password)

    async def _sign_in(self, email: str, *, password: str) -> tuple[User, SessionTokens]:
        credentials = await self._lookups.get_credentials(email)
        is_right = await self._hasher.verify(password, credentials.password_hash if credentials else None)
        if credentials is None or not is_right or not credentials.is_active:
            await self._refuse(credentials)
        if self._hasher.is_outdated(credentials.password_hash):
            await self._users.replace_password_hash(credentials.user_id, await self._hasher.hash(password))
        user = await self._users.get(credentials.user_id)
        if user is None:  # deleted while the password was being checked
            raise InvalidCredentials
        self._audit.record(SecurityEventKind.SIGNED_IN, user.id)
        return user, await self._issuer.open(user)

    async def _refuse(self, credentials: Credentials | None) -> NoReturn:
        async with self._separate_work() as work:  # the refusal rolls this unit of work back
            work.audit.record(SecurityEventKind.SIGN_IN_FAILED, credentials.user_id if credentials else None)
        raise InvalidCredentials
