"""Issues the tokens of a session; shared by the services that open one and the one that refreshes it."""

from datetime import timedelta
from uuid import UUID

from domain.identity.client_info import ClientInfo
from domain.session import Session, SessionTokens
from domain.user import User
from repository.identity.sign_in_session_repository import SignInSessionRepository
from service.identity.known_devices import KnownDevices
from service.security import AccessTokens, RefreshTokens, hash_token


class SessionIssuer:
    """Opens sessions and issues their tokens, within one unit of work.

    Args:
        lifetime: how long a session lives after its last use.
        longest: how long a session lives at most.
    """

    def __init__(
        self,
        sessions: SignInSessionRepository,
        access: AccessTokens,
        refresh: RefreshTokens,
        devices: KnownDevices,
        *,
        client: ClientInfo,
        lifetime: timedelta,
        longest: timedelta,
    ) -> None:
        self._sessions = sessions
        self._access = access
        self._refresh = refresh
        self._devices = devices
        self._client = client
        self._lifetime = lifetime
        self._longest = longest

    async def open(self, user: User, *, proof_age: timedelta = timedelta()) -> SessionTokens:
        """Open a session for a user whose proof of identity has this age, and return its first tokens."""
        session = await self._sessions.open(user.id, client=self._client, lifetime=self._lifetime, proof_age=proof_age)
        token = self._refresh.fresh()
        await self._sessions.add_token(session.id, hash_token(token))
        return self._tokens(user, session.id, token)

    async def end_replaced(self) -> Session | None:
        """End the session that the browser holds, even another user's, and return it if it was open.

        Call it after `open`: a deleted account locks its row before its sessions.
        """
        token = self._client.refresh_token
        return await self._sessions.revoke_by_token(hash_token(token)) if token else None

    async def rotate(self, user: User, session_id: UUID, token: str) -> SessionTokens:
        """Replace the session's refresh token, which was just used, and return the new tokens."""
        successor = self._refresh.successor(token)
        await self._sessions.add_token(session_id, hash_token(successor))
        await self._sessions.prolong(session_id, client=self._client, lifetime=self._lifetime, at_most=self._longest)
        return self._tokens(user, session_id, successor)

    async def restart(self, user: User, session_id: UUID) -> SessionTokens:
        """Start a new chain of refresh tokens for a session after a reauthentication, and return its tokens.

        A stolen refresh token of the old chain stops working.
        """
        await self._sessions.mark_authenticated(session_id)
        await self._sessions.delete_tokens(session_id)
        token = self._refresh.fresh()
        await self._sessions.add_token(session_id, hash_token(token))
        return self._tokens(user, session_id, token)

    def reissue(self, user: User, session_id: UUID, token: str) -> SessionTokens:
        """Return again the tokens that a refresh moments ago returned, and write nothing."""
        return self._tokens(user, session_id, self._refresh.successor(token))

    def _tokens(self, user: User, session_id: UUID, refresh_token: str) -> SessionTokens:
        access_token, expires_in = self._access.issue(user, session_id)
        # A mark outlives every session, so an unverified address gets none.
        device_token = self._devices.mark(user.email, self._client) if user.is_verified else None
        return SessionTokens(session_id, access_token, expires_in, refresh_token, self._lifetime, device_token)
