"""Reauthentication before sensitive actions."""

from typing import NoReturn
from uuid import UUID

from domain.identity.mfa import ChallengePurpose, SecondFactor, WrongSecondFactor
from domain.identity.security_event import SecurityEventKind
from domain.permissions import Actor
from domain.user import WrongPassword
from repository.identity.sign_in_session_repository import SignInSessionRepository
from repository.user_repository import UserRepository
from service.base_service import BaseService
from service.identity.attempt_limits import AttemptLimits
from service.identity.audit_trail import AuditTrail
from service.identity.autonomous import OpensIdentityTransaction
from service.security import PasswordHasher, hash_token


class ReauthenticationService(BaseService):
    """Checks a factor of the user again, and records the time in the session."""

    def __init__(
        self,
        actor: Actor,
        users: UserRepository,
        sessions: SignInSessionRepository,
        *,
        hasher: PasswordHasher,
        audit: AuditTrail,
        limits: AttemptLimits,
        autonomous_transaction: OpensIdentityTransaction,
    ) -> None:
        super().__init__(actor)
        self._users = users
        self._sessions = sessions
        self._hasher = hasher
        self._audit = audit
        self._limits = limits
        self._autonomous_transaction = autonomous_transaction

    async def by_password(self, password: str) -> None:
        """Check the actor's password.

        Raises:
            NotAuthenticated: the caller is not signed in with a session.
            WrongPassword: the password is wrong.
            TooManyAttempts: too many guesses came from this session.
            TooBusy: too many passwords wait to be checked.
        """
        user_id, session_id = self._require_signed_in(), self._require_session()
        async with self._limits.reauthentication(session_id):
            if not await self._hasher.verify(password, await self._users.get_password_hash(user_id)):
                await self._refuse(user_id)
        await self._accept(user_id, session_id)

    async def by_second_factor(self, factor: SecondFactor) -> None:
        """Check the actor's code or passkey.

        Raises:
            NotAuthenticated: the caller is not signed in with a session.
            WrongSecondFactor: it is wrong or was used before.
            TooManyCodes: codes have to wait after too many wrong ones.
        """
        user_id, session_id = self._require_signed_in(), self._require_session()
        holder = hash_token(str(session_id))
        # A code is used up, and a try counts, although it is refused.
        async with self._autonomous_transaction() as work:
            method = await work.identity.second_factors.check(
                user_id, factor, holder=holder, purpose=ChallengePurpose.REAUTHENTICATION
            )
        if method is None:
            raise WrongSecondFactor
        await self._accept(user_id, session_id)

    async def _accept(self, user_id: UUID, session_id: UUID) -> None:
        await self._sessions.mark_authenticated(session_id)
        self._audit.record(SecurityEventKind.REAUTHENTICATED, user_id)

    async def _refuse(self, user_id: UUID) -> NoReturn:
        async with self._autonomous_transaction() as work:  # the refusal rolls this unit of work back
            work.identity.audit.record(SecurityEventKind.REAUTHENTICATION_FAILED, user_id)
        raise WrongPassword
