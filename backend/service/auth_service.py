"""Sign-in by password."""

from typing import NoReturn

from domain.identity.security_event import SecurityEventKind
from domain.identity.sign_in import SecondFactorRequired, SignedIn
from domain.session import InvalidCredentials
from domain.user import Credentials, normalise_email
from repository.user_repository import UserRepository
from service.identity.attempt_limits import AttemptLimits
from service.identity.autonomous import OpensAutonomousTransaction
from service.identity.sign_in_completion import SignInCompletion
from service.security import PasswordHasher


class AuthService:
    """Signs users in by password and opens their sessions.

    Args:
        requires_verified: whether only verified addresses may sign in.
    """

    def __init__(
        self,
        users: UserRepository,
        lookups: UserRepository,
        *,
        hasher: PasswordHasher,
        completion: SignInCompletion,
        limits: AttemptLimits,
        autonomous_transaction: OpensAutonomousTransaction,
        requires_verified: bool,
    ) -> None:
        self._users = users
        self._lookups = lookups
        self._hasher = hasher
        self._completion = completion
        self._limits = limits
        self._autonomous_transaction = autonomous_transaction
        self._requires_verified = requires_verified

    async def sign_in(self, email: str, *, password: str, in_browser: bool = True) -> SignedIn | SecondFactorRequired:
        """Check a password and open a session; an unknown address answers the same, and as late, as a wrong password.

        Args:
            email: the account's address.
            password: its password.
            in_browser: whether the client keeps its session in cookies, which a second factor needs.

        Raises:
            InvalidCredentials: unknown address, wrong password, or an account that may not sign in.
            TooManyAttempts: too many guesses came from there, or at this account.
            TooBusy: too many passwords wait to be checked.
        """
        async with self._limits.sign_in(normalise_email(email)):
            return await self._sign_in(normalise_email(email), password=password, in_browser=in_browser)

    async def _sign_in(self, email: str, *, password: str, in_browser: bool) -> SignedIn | SecondFactorRequired:
        credentials = await self._lookups.get_credentials(email)
        is_right = await self._hasher.verify(password, credentials.password_hash if credentials else None)
        if credentials is None or not is_right or not self._may_sign_in(credentials):
            await self._refuse(credentials)
        checked = await self._renewed_hash(credentials, password)
        user = await self._lookups.get(credentials.user_id)
        if user is None:  # deleted while the password was being checked
            raise InvalidCredentials
        outcome = await self._completion.complete(user, in_browser=in_browser)
        if not await self._users.still_has_password(user.id, checked):  # the owner replaced it, and ended all sessions
            raise InvalidCredentials
        return outcome

    async def _renewed_hash(self, credentials: Credentials, password: str) -> str | None:
        """Return the hash that the account has now: one with today's parameters."""
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
        """Return the hash that another sign-in, or the owner, stored meanwhile, if the password belongs to it."""
        present = await self._lookups.get_password_hash(credentials.user_id)
        if not await self._hasher.verify(password, present):
            await self._refuse(credentials)
        return present

    def _may_sign_in(self, credentials: Credentials) -> bool:
        return credentials.is_active and (credentials.is_verified or not self._requires_verified)

    async def _refuse(self, credentials: Credentials | None) -> NoReturn:
        async with self._autonomous_transaction() as work:  # the refusal rolls this unit of work back
            work.identity.audit.record(SecurityEventKind.SIGN_IN_FAILED, credentials.user_id if credentials else None)
        raise InvalidCredentials
