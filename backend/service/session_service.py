"""Sessions: recognising, refreshing and ending them."""

from collections.abc import Collection
from uuid import UUID

from domain.permissions import Actor
from domain.session import ENDED_SESSIONS_KEPT, NotAuthenticated, RefreshToken, Session, SessionExpired, SessionTokens
from domain.user import User
from repository.session_repository import SessionRepository
from service.base_service import BaseService
from service.ports import OpensSeparateWork
from service.security import AccessTokens, hash_token
from service.session_issuer import SessionIssuer


class SessionService(BaseService):
    """Recognises, refreshes and ends sessions."""

    def __init__(
        self,
        actor: Actor,
        sessions: SessionRepository,
        lookups: SessionRepository,
        *,
        access_tokens: AccessTokens,
        issuer: SessionIssuer,
        separate_work: OpensSeparateWork,
    ) -> None:
        """Write through `sessions`, look up through `lookups`, and record theft in separate work."""
        super().__init__(actor)
        self._sessions = sessions
        self._lookups = lookups
        self._access_tokens = access_tokens
        self._issuer = issuer
        self._separate_work = separate_work

    async def authenticate(self, access_token: str) -> tuple[User, Actor]:
        """Return the user whose open session the token names, and the actor for a unit of work.

        Raises:
            NotAuthenticated: the token is not valid, its session has ended or the user is deactivated.
        """
        claims = self._access_tokens.read(access_token)
        user = await self._lookups.get_user_of_open(claims.session_id)
        if user is None or user.id != claims.user_id:
            raise NotAuthenticated
        return user, Actor(user.id, claims.session_id, user.permissions)

    async def refresh(self, token: str) -> tuple[User, SessionTokens]:
        """Exchange a refresh token for its one successor.

        Asked again within the grace period it gives the same successor. Later the token must have been stolen: its
        session ends, although the answer is a refusal. Of two at once, one writes and the other repeats its answer.

        Raises:
            SessionExpired: the token is unknown or was used before, or its session has ended.
        """
        state = await self._find_token(token)
        if state.was_used and not state.is_in_grace:
            await self._end_stolen(state)
        user = await self._lookups.get_user_of_open(state.session_id)
        if user is None:
            raise SessionExpired
        if not state.was_used and await self._sessions.use_token(hash_token(token)):
            return user, await self._issuer.advance(user, state.session_id, token)
        return user, self._issuer.repeat(user, state.session_id, token)

    async def sign_out(self, *, refresh_token: str | None) -> None:
        """End the actor's session, or the one that the refresh token belongs to. One that has ended stays so."""
        if self._actor.session_id is not None:
            await self._sessions.revoke(self._actor.session_id)
        elif refresh_token and (state := await self._sessions.get_token(hash_token(refresh_token))):
            await self._sessions.revoke(state.session_id)

    async def overview(self) -> tuple[Session, int]:
        """Return the actor's session and how many sessions they have open.

        Raises:
            NotAuthenticated: the actor has no session, or it has just ended.
        """
        session = await self._lookups.get_open(self._actor.session_id) if self._actor.session_id else None
        if session is None:
            raise NotAuthenticated
        return session, await self._lookups.count_open(session.user_id)

    async def open_among(self, session_ids: Collection[UUID]) -> frozenset[UUID]:
        """Return those of the sessions that are open and belong to an active user."""
        return await self._lookups.open_among(session_ids)

    async def delete_ended(self) -> int:
        """Delete the sessions that ended over a month ago, with their tokens, and return how many."""
        return await self._sessions.delete_ended(older_than=ENDED_SESSIONS_KEPT)

    async def _find_token(self, token: str) -> RefreshToken:
        state = await self._lookups.get_token(hash_token(token))
        if state is None:
            raise SessionExpired
        return state

    async def _end_stolen(self, state: RefreshToken) -> None:
        async with self._separate_work() as work:  # the refusal rolls this unit of work back
            await work.session_repository.revoke(state.session_id)
        raise SessionExpired
