"""Reads and writes the tokens in emailed links."""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, func, or_, select
from sqlalchemy.dialects.postgresql import insert

from domain.identity.one_time_token import OneTimeToken, TokenPurpose
from domain.session import NotAuthenticated
from repository import models
from repository.connection import BaseRepository, violation_means
from repository.sql.rows import RowMapper
from repository.sql.unlocked import unlocked

_TOKEN = RowMapper(OneTimeToken, models.OneTimeToken, convert={"purpose": TokenPurpose})
# A token proves control of an email address, so it is invalid once the account has another address.
_IS_GOOD = and_(
    models.OneTimeToken.expires_at > func.now(),
    models.OneTimeToken.user_id == models.User.id,
    models.User.is_active,
    or_(
        models.OneTimeToken.purpose == TokenPurpose.CHANGE_EMAIL,
        models.OneTimeToken.email == models.User.email,
    ),
)


class OneTimeTokenRepository(BaseRepository):
    """Reads and writes the tokens in emailed links."""

    async def put(self, token: OneTimeToken, *, token_hash: bytes, lifetime: timedelta) -> None:
        """Store a token in place of the user's last one for that purpose.

        Raises:
            NotAuthenticated: the account was deleted at the same moment.
        """
        values = {
            "id": token.id,
            "email": token.email,
            "token_hash": token_hash,
            "created_at": func.now(),
            "expires_at": func.now() + lifetime,
        }
        statement = insert(models.OneTimeToken).values(user_id=token.user_id, purpose=token.purpose, **values)
        renewed = statement.on_conflict_do_update(constraint="uq_one_time_tokens_user_id_purpose", set_=values)
        with violation_means("fk_one_time_tokens_user_id", NotAuthenticated):
            await self._connection.write(renewed)

    async def get(self, token_id: UUID) -> OneTimeToken | None:
        """Return a token that is still good, or None."""
        return await self._find(models.OneTimeToken.id == token_id)

    async def has(self, user_id: UUID, purpose: TokenPurpose) -> bool:
        """Return whether the user has a token that is still good for `purpose`."""
        is_theirs = and_(models.OneTimeToken.user_id == user_id, models.OneTimeToken.purpose == purpose)
        return await self._find(is_theirs) is not None

    async def find(self, token_hash: bytes, purpose: TokenPurpose) -> OneTimeToken | None:
        """Return the token with this hash if it is still good for `purpose`, or None."""
        return await self._find(_is_meant(token_hash, purpose))

    async def redeem(self, token_hash: bytes, purpose: TokenPurpose) -> OneTimeToken | None:
        """Delete a token that is still good for `purpose` and return it.

        Of several concurrent calls exactly one gets it. The others wait for the row and then find none.
        """
        statement = delete(models.OneTimeToken).where(_is_meant(token_hash, purpose), _IS_GOOD)
        return await self._write_one(statement.returning(*_TOKEN.columns), rows_as=_TOKEN)

    async def withdraw(self, user_id: UUID, purposes: Collection[TokenPurpose]) -> None:
        """Delete the user's tokens for these purposes."""
        statement = delete(models.OneTimeToken).where(
            models.OneTimeToken.user_id == user_id, models.OneTimeToken.purpose.in_(purposes)
        )
        await self._connection.write(statement)

    async def delete_expired(self) -> int:
        """Delete expired tokens and return how many."""
        expired = unlocked(models.OneTimeToken, models.OneTimeToken.expires_at <= func.now())
        return await self._connection.write(delete(models.OneTimeToken).where(expired))

    async def _find(self, condition: ColumnElement[bool]) -> OneTimeToken | None:
        statement = select(*_TOKEN.columns).join(models.User, models.User.id == models.OneTimeToken.user_id)
        return await self._fetch_one(statement.where(condition, _IS_GOOD), rows_as=_TOKEN)


def _is_meant(token_hash: bytes, purpose: TokenPurpose) -> ColumnElement[bool]:
    return and_(models.OneTimeToken.token_hash == token_hash, models.OneTimeToken.purpose == purpose)
