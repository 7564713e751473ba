"""Proving again who one is, before something sensitive."""

from typing import NoReturn
from uuid import UUID

from domain.permissions import Actor
from domain.security_event import SecurityEventKind
from domain.session import NotAuthenticated
from domain.user import WrongPassword
from repository.session_repository import SessionRepository
from repository.user_repository import UserRepository
from service.attempt_limits import AttemptLimits
from service.audit_trail import AuditTrail
from service.base_service import BaseService
from service.ports import OpensSeparateWork
from service.security import PasswordHasher


class ReauthenticationService(BaseService):
    """Notes with a session that its owner has just proved again who they are."""

    def __init__(
        self,
        actor: Actor,
        lookups: UserRepository,
        sessions: SessionRepository,
        *,
        hasher: PasswordHasher,
        audit: AuditTrail,
        limits: AttemptLimits,
        separate_work: OpensSeparateWork,
    ) -> None:
        """Serve `actor`; `lookups` holds no connection while a hash is computed."""
        super().__init__(actor)
        self._lookups = lookups
        self._sessions = sessions
        self._hasher = hasher
        self._audit = audit
        self._limits = limits
        self._separate_work = separate_work

    async def by_password(self, password: str) -> None:
        """Check the actor's password.

        Raises:
            NotAuthenticated: nobody is signed in with a session.
            WrongPassword: the password is another.
            TooManyAttempts: too many guesses came from this session.
            TooBusy: too many passwords wait to be checked.
        """
        user_id, session_id = self._require_signed_in(), self._actor.session_id
        if session_id is None:
            raise NotAuthenticated
        async with self._limits.reauthentication(session_id):
            if not await self._hasher.verify(password, await self._lookups.get_password_hash(user_id)):
                await self._refuse(user_id)
        await self._sessions.mark_authenticated(session_id)
        self._audit.record(SecurityEventKind.REAUTHENTICATED, user_id)

    async def _refuse(self, user_id: UUID) -> NoReturn:
        async with self._separate_work() as work:  # the refusal rolls this unit of work back
            work.audit.record(SecurityEventKind.REAUTHENTICATION_FAILED, user_id)
        raise WrongPassword
