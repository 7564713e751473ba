"""Sessions: recognising, refreshing and ending them."""

from collections.abc import Collection
from uuid import UUID

from domain.events import CredentialsChange
from domain.identity.security_event import SecurityEventKind
from domain.permissions import Actor
from domain.session import (
    ENDED_SESSIONS_KEPT,
    Identity,
    NotAuthenticated,
    RefreshToken,
    Session,
    SessionExpired,
    SessionNotFound,
    SessionRevoked,
    SessionTokens,
)
from domain.user import User
from repository.identity.sign_in_session_repository import SignInSessionRepository
from service.base_service import BaseService
from service.identity.audit_trail import AuditTrail
from service.identity.autonomous import OpensIdentityTransaction
from service.identity.mfa_requirement import MfaRequirement
from service.identity.session_issuer import SessionIssuer
from service.security import AccessTokens, hash_token


class SessionService(BaseService):
    """Recognises, refreshes and ends sessions."""

    def __init__(
        self,
        actor: Actor,
        sessions: SignInSessionRepository,
        *,
        access_tokens: AccessTokens,
        issuer: SessionIssuer,
        requirement: MfaRequirement,
        audit: AuditTrail,
        autonomous_transaction: OpensIdentityTransaction,
    ) -> None:
        super().__init__(actor)
        self._sessions = sessions
        self._access_tokens = access_tokens
        self._issuer = issuer
        self._requirement = requirement
        self._audit = audit
        self._autonomous_transaction = autonomous_transaction

    async def authenticate(self, access_token: str) -> Identity:
        """Return the identity of the token: the active user whose open session it names.

        Raises:
            NotAuthenticated: the token is not valid, its session has ended or the user is deactivated.
        """
        claims = self._access_tokens.read(access_token)
        found = await self._sessions.get_user_of_open(claims.session_id)
        if found is None or found[0].id != claims.user_id:
            raise NotAuthenticated
        user, is_recent = await self._requirement.apply(found[0]), found[1]
        actor = Actor(
            user.id,
            claims.session_id,
            user.permissions,
            is_verified=user.is_verified,
            withheld_roles=user.withheld_roles,
        )
        return Identity(user, actor, is_recent)

    async def refresh(self, token: str) -> tuple[User, SessionTokens]:
        """Exchange a refresh token for its one successor.

        Asked again within the grace period it gives the same successor. Later the token must have been stolen: its
        session ends, although the answer is a refusal. Of two at once, one writes and the other repeats its answer.

        Raises:
            SessionExpired: the token is unknown or was used before, or its session has expired.
            SessionRevoked: its session was ended before.
        """
        state = await self._find_token(token)
        if state.was_used and not state.is_in_grace:
            await self._end_stolen(state)
        found = await self._sessions.get_user_of_open(state.session_id)
        if found is None:
            if state.was_revoked:
                raise SessionRevoked
            raise SessionExpired
        user = await self._requirement.apply(found[0])
        if state.was_used:
            return user, self._issuer.reissue(user, state.session_id, token)
        if await self._sessions.use_token(hash_token(token)):
            return user, await self._issuer.rotate(user, state.session_id, token)
        return await self.refresh(token)  # another request has just used it, or ended the session

    async def find_open(self) -> list[Session]:
        """Return the actor's open sessions, the one that was seen last first.

        Raises:
            NotAuthenticated: the caller is not signed in.
        """
        return await self._sessions.find_open(self._require_signed_in())

    async def revoke(self, session_id: UUID) -> None:
        """End one of the actor's sessions; it may be the one that they are using.

        Raises:
            NotAuthenticated: the caller is not signed in.
            SessionNotFound: it has ended, or belongs to another user.
        """
        user_id = self._require_signed_in()
        if not await self._sessions.revoke(session_id, user_id=user_id):
            raise SessionNotFound
        self._audit.record(SecurityEventKind.SESSION_REVOKED, user_id, session_id=str(session_id))

    async def revoke_others(self) -> int:
        """End every session of the actor but the one that they are using, and return how many were open.

        Raises:
            NotAuthenticated: the caller is not signed in.
        """
        user_id = self._require_signed_in()
        number = await self._sessions.revoke_all(user_id, but=self._actor.session_id)
        self._audit.record(SecurityEventKind.OTHER_SESSIONS_REVOKED, user_id, number=number)
        return number

    async def overview(self) -> tuple[Session, int]:
        """Return the actor's session and how many sessions they have open.

        Raises:
            NotAuthenticated: the actor has no session, or it has just ended.
        """
        session = await self._sessions.get_open(self._actor.session_id) if self._actor.session_id else None
        if session is None:
            raise NotAuthenticated
        return session, await self._sessions.count_open(session.user_id)

    async def open_among(self, session_ids: Collection[UUID]) -> frozenset[UUID]:
        """Return those of the sessions that are open and belong to an active user."""
        return await self._sessions.open_among(session_ids)

    async def delete_ended(self) -> int:
        """Delete the sessions that ended over a month ago, with their tokens, and return how many."""
        return await self._sessions.delete_ended(older_than=ENDED_SESSIONS_KEPT)

    async def _find_token(self, token: str) -> RefreshToken:
        state = await self._sessions.get_token(hash_token(token))
        if state is None:
            raise SessionExpired
        return state

    async def _end_stolen(self, state: RefreshToken) -> None:
        async with self._autonomous_transaction() as work:  # the refusal rolls this unit of work back
            if await work.identity.session_repository.revoke(state.session_id, user_id=state.user_id):
                session_id = str(state.session_id)
                work.identity.audit.record(SecurityEventKind.REFRESH_TOKEN_REUSED, state.user_id, session_id=session_id)
                work.identity.audit.warn_owner(state.user_id, CredentialsChange.REFRESH_TOKEN_REUSED)
        raise SessionExpired
