"""Reads and writes sign-ins and their chains of refresh tokens."""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Uuid, and_, any_, delete, func, insert, literal, or_, select, update

from domain.identity.client_info import ClientInfo
from domain.identity.one_time_token import TokenPurpose
from domain.session import RECENT_AUTHENTICATION, REFRESH_GRACE, AccountGone, RefreshToken, Session
from domain.user import User
from repository import models
from repository.connection import BaseRepository, violation_means
from repository.sql.rows import RowMapper
from repository.sql.unlocked import unlocked
from repository.user_repository import USER

_SESSION = RowMapper(Session, models.Session)
_REFRESH_TOKEN = RowMapper(RefreshToken)
_IS_OPEN = and_(models.Session.revoked_at.is_(None), models.Session.expires_at > func.now())


class SignInSessionRepository(BaseRepository):
    """Reads and writes sign-ins and their chains of refresh tokens.

    A transaction locks the user before sessions, and a session before its refresh tokens, as the deletion of an account
    does. Another order would deadlock with it.
    """

    async def open(
        self, user_id: UUID, *, client: ClientInfo, lifetime: timedelta, proof_age: timedelta = timedelta()
    ) -> Session:
        """Insert a session that ends after `lifetime` unless it is refreshed, and return it.

        Args:
            user_id: whose it is.
            client: where the user signed in.
            lifetime: how long it lives without use.
            proof_age: how long ago the user authenticated.

        Raises:
            AccountGone: the account was deleted at the same moment.
        """
        values = {
            "user_id": user_id,
            "expires_at": func.now() + lifetime,
            "authenticated_at": func.now() - proof_age,
            "ip_address": client.address,
            "user_agent": client.user_agent,
        }
        statement = insert(models.Session).values(values).returning(*_SESSION.columns)
        with violation_means("fk_sessions_user_id", AccountGone):
            (session,) = await self._write_all(statement, rows_as=_SESSION)
        return session

    async def get_open(self, session_id: UUID) -> Session | None:
        """Return the session if it is neither revoked nor expired."""
        statement = select(*_SESSION.columns).where(models.Session.id == session_id, _IS_OPEN)
        return await self._fetch_one(statement, rows_as=_SESSION)

    async def get_user_of_open(self, session_id: UUID) -> tuple[User, bool] | None:
        """Return the active user of an open session and whether they proved it recently, or None, in one query."""
        is_recent = models.Session.authenticated_at > func.now() - RECENT_AUTHENTICATION
        statement = (
            select(*USER.columns, is_recent.label("is_recent"))
            .join(models.Session, models.Session.user_id == models.User.id)
            .where(models.Session.id == session_id, _IS_OPEN, models.User.is_active)
        )
        row = await self._connection.fetch_one(statement)
        return (USER.read(row), row["is_recent"]) if row else None

    async def lock_user_of_open(self, session_id: UUID) -> User | None:
        """Return the active user whose open session this is, or None, and make every change of their credentials wait.

        Neither the end of the session nor the deletion of the account can come between this and the commit.
        """
        owner = select(models.User.id).join(models.Session, models.Session.user_id == models.User.id)
        await self._connection.write_value(owner.where(models.Session.id == session_id).with_for_update(of=models.User))
        # Another statement, because one that waited for the lock has read the session before.
        found = await self.get_user_of_open(session_id)
        return found[0] if found else None

    async def find_open(self, user_id: UUID) -> list[Session]:
        """Return the user's open sessions, the most recently used first."""
        statement = select(*_SESSION.columns).where(models.Session.user_id == user_id, _IS_OPEN)
        return await self._fetch_all(statement.order_by(models.Session.last_seen_at.desc()), rows_as=_SESSION)

    async def open_among(self, session_ids: Collection[UUID]) -> frozenset[UUID]:
        """Return those of the sessions that are open and belong to an active user."""
        statement = (
            select(models.Session.id)
            .join(models.User, models.User.id == models.Session.user_id)
            .where(models.Session.id == any_(literal(list(session_ids), ARRAY(Uuid))), _IS_OPEN, models.User.is_active)
        )
        return frozenset(await self._connection.fetch_values(statement))

    async def count_open(self, user_id: UUID) -> int:
        """Return how many sessions of the user are open."""
        statement = select(func.count()).select_from(models.Session).where(models.Session.user_id == user_id, _IS_OPEN)
        return await self._connection.fetch_value(statement) or 0

    async def sign_out(self, session_id: UUID, *, user_id: UUID) -> bool:
        """End a session of the user at its own request and return whether it was open. Its tokens stop working."""
        return await self._revoke(models.Session.id == session_id, models.Session.user_id == user_id) > 0

    async def revoke(self, session_id: UUID, *, user_id: UUID) -> bool:
        """End a session of the user that may be a thief's, and return whether it was open.

        A change of address that waits to be confirmed ends as well.
        """
        await self._withdraw_change_of_address(user_id)
        return await self.sign_out(session_id, user_id=user_id)

    async def revoke_by_token(self, token_hash: bytes) -> Session | None:
        """End the session that a refresh token belongs to, even one used before, and return it if it was open."""
        of_token = and_(
            models.RefreshToken.token_hash == token_hash, models.RefreshToken.session_id == models.Session.id
        )
        statement = update(models.Session).where(of_token, _IS_OPEN).values(revoked_at=func.now())
        return await self._write_one(statement.returning(*_SESSION.columns), rows_as=_SESSION)

    async def revoke_all(self, user_id: UUID, *, but: UUID | None = None) -> int:
        """End every session of the user, except `but`, and return how many were open.

        Sign-ins that wait for a second factor end as well: the change may be of their first factor. So does a change
        of address that waits to be confirmed: a thief may have asked for it.
        """
        await self._withdraw_change_of_address(user_id)
        await self._connection.write(delete(models.PendingSignIn).where(models.PendingSignIn.user_id == user_id))
        return await self._revoke(models.Session.user_id == user_id, models.Session.id.is_distinct_from(but))

    async def prolong(self, session_id: UUID, *, client: ClientInfo, lifetime: timedelta, at_most: timedelta) -> None:
        """Record that the session was used.

        It now ends after `lifetime`, but no later than `at_most` after it began.
        """
        end = func.least(func.now() + lifetime, models.Session.created_at + at_most)
        seen = {"last_seen_at": func.now(), "ip_address": client.address, "user_agent": client.user_agent}
        statement = update(models.Session).where(models.Session.id == session_id)
        await self._connection.write(statement.values(expires_at=end, **seen))

    async def mark_authenticated(self, session_id: UUID) -> None:
        """Record that the user has just proved their identity again."""
        statement = update(models.Session).where(models.Session.id == session_id)
        await self._connection.write(statement.values(authenticated_at=func.now()))

    async def add_token(self, session_id: UUID, token_hash: bytes) -> None:
        """Insert a fresh refresh token of the session."""
        await self._connection.write(insert(models.RefreshToken).values(session_id=session_id, token_hash=token_hash))

    async def delete_tokens(self, session_id: UUID) -> None:
        """Delete every refresh token of the session, which goes on with tokens that are added afterwards."""
        await self._connection.write(delete(models.RefreshToken).where(models.RefreshToken.session_id == session_id))

    async def use_token(self, token_hash: bytes) -> bool:
        """Mark a fresh token of an open session as used and return whether this call did it.

        Of several concurrent calls exactly one gets True. The others wait for the session and then find the token used.
        """
        is_meant = models.RefreshToken.token_hash == token_hash
        session = (
            select(models.Session.id)
            .join(models.RefreshToken, models.RefreshToken.session_id == models.Session.id)
            .where(is_meant, _IS_OPEN)
            .with_for_update(key_share=True, of=models.Session)
            .cte("session")
        )
        statement = update(models.RefreshToken).where(
            is_meant, models.RefreshToken.used_at.is_(None), models.RefreshToken.session_id == session.c.id
        )
        return await self._connection.write(statement.values(used_at=func.now())) > 0

    async def get_token(self, token_hash: bytes) -> RefreshToken | None:
        """Return the state of a refresh token and of its session, or None if there never was one."""
        is_in_grace = and_(
            _IS_OPEN,
            models.RefreshToken.used_at.is_not(None),
            models.RefreshToken.used_at > func.now() - REFRESH_GRACE,
        )
        statement = (
            select(
                models.RefreshToken.session_id,
                models.Session.user_id,
                models.RefreshToken.used_at.is_not(None).label("was_used"),
                func.coalesce(is_in_grace, False).label("is_in_grace"),
                models.Session.revoked_at.is_not(None).label("was_revoked"),
            )
            .join(models.Session, models.Session.id == models.RefreshToken.session_id)
            .where(models.RefreshToken.token_hash == token_hash)
        )
        return await self._fetch_one(statement, rows_as=_REFRESH_TOKEN)

    async def delete_ended(self, *, older_than: timedelta) -> int:
        """Delete sessions that ended longer ago than this, with their tokens, and return how many."""
        ended = or_(
            models.Session.expires_at < func.now() - older_than, models.Session.revoked_at < func.now() - older_than
        )
        return await self._connection.write(delete(models.Session).where(unlocked(models.Session, ended)))

    async def _withdraw_change_of_address(self, user_id: UUID) -> None:
        # The deletion of the account, which locks the user first, and sign-ins wait here or are waited for.
        user = select(models.User.id).where(models.User.id == user_id)
        await self._connection.write_value(user.with_for_update(key_share=True))
        is_pending = models.OneTimeToken.purpose == TokenPurpose.CHANGE_EMAIL
        await self._connection.write(
            delete(models.OneTimeToken).where(models.OneTimeToken.user_id == user_id, is_pending)
        )

    async def _revoke(self, *which: ColumnElement[bool]) -> int:
        statement = update(models.Session).where(*which, _IS_OPEN)
        return await self._connection.write(statement.values(revoked_at=func.now()))
