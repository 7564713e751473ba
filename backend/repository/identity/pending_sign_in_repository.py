"""Reads and writes sign-ins that wait for a second factor."""

from uuid import UUID

from sqlalchemy import delete, func, insert, select, update

from domain.identity.mfa import SIGN_IN_LIFETIME, SIGN_IN_TRIES
from domain.session import AccountGone
from repository import models
from repository.connection import BaseRepository, violation_means
from repository.sql.unlocked import unlocked

_PENDING = models.PendingSignIn


class PendingSignInRepository(BaseRepository):
    """Reads and writes sign-ins that wait for a second factor."""

    async def add(self, user_id: UUID, token_hash: bytes) -> None:
        """Insert a sign-in whose first factor was right.

        Raises:
            AccountGone: the account was deleted at the same moment.
        """
        values = {"user_id": user_id, "token_hash": token_hash, "expires_at": func.now() + SIGN_IN_LIFETIME}
        with violation_means("fk_pending_sign_ins_user_id", AccountGone):
            await self._connection.write(insert(_PENDING).values(values))

    async def get_user_id(self, token_hash: bytes) -> UUID | None:
        """Return the id of the user, or None when the sign-in has ended or has no tries left."""
        is_open = (_PENDING.token_hash == token_hash, _PENDING.expires_at > func.now(), _PENDING.tries < SIGN_IN_TRIES)
        return await self._connection.fetch_value(select(_PENDING.user_id).where(*is_open))

    async def count_try(self, token_hash: bytes) -> UUID | None:
        """Count a try before it is checked, and return the id of the user, or None when there are no tries left.

        Concurrent tries wait for each other here, so no more are checked than are allowed. The user, who has to be
        active, is locked before the sign-in, as changes of credentials do it: the factor's row is written next.
        """
        is_meant = _PENDING.token_hash == token_hash
        user = (
            select(models.User.id)
            .join(_PENDING, _PENDING.user_id == models.User.id)
            .where(is_meant, models.User.is_active)
            .with_for_update(read=True, of=models.User)
            .cte("locked_user")
        )
        statement = update(_PENDING).where(
            is_meant, _PENDING.expires_at > func.now(), _PENDING.tries < SIGN_IN_TRIES, _PENDING.user_id == user.c.id
        )
        return await self._connection.write_value(
            statement.values(tries=_PENDING.tries + 1).returning(_PENDING.user_id)
        )

    async def end(self, token_hash: bytes) -> None:
        """Delete a sign-in. Its token stops working."""
        await self._connection.write(delete(_PENDING).where(_PENDING.token_hash == token_hash))

    async def delete_expired(self, *, limit: int) -> int:
        """Delete at most `limit` sign-ins that are too old and return how many."""
        expired = unlocked(_PENDING, _PENDING.expires_at < func.now(), limit=limit)
        return await self._connection.write(delete(_PENDING).where(expired))
