"""Reads and writes API tokens."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, func, insert, or_, select, update

from domain.identity.api_token import TOKEN_USE_NOTED_EVERY, ApiToken
from domain.session import NotAuthenticated
from domain.user import User
from repository import models
from repository.connection import BaseRepository, violation_means
from repository.sql.rows import RowMapper
from repository.sql.unlocked import unlocked
from repository.user_repository import USER

_TO_TUPLE = {"scopes": tuple}
_TOKEN = RowMapper(ApiToken, models.ApiToken, convert=_TO_TUPLE)
_TOKEN_OF_USER = RowMapper(ApiToken, models.ApiToken, prefix="token_", convert=_TO_TUPLE)
_USE_IS_DUE = or_(
    models.ApiToken.last_used_at.is_(None), models.ApiToken.last_used_at < func.now() - TOKEN_USE_NOTED_EVERY
)


class ApiTokenRepository(BaseRepository):
    """Reads and writes API tokens. Admins never need other users' tokens, so every method names the owner."""

    async def add(
        self, user_id: UUID, *, name: str, scopes: Sequence[str], token_hash: bytes, hint: str, lifetime: timedelta
    ) -> ApiToken:
        """Insert a token of the user and return it.

        Raises:
            NotAuthenticated: the account was deleted at the same moment.
        """
        values = {
            "user_id": user_id,
            "name": name,
            "scopes": list(scopes),
            "token_hash": token_hash,
            "hint": hint,
            "expires_at": func.now() + lifetime,
        }
        statement = insert(models.ApiToken).values(values).returning(*_TOKEN.columns)
        with violation_means("fk_api_tokens_user_id", NotAuthenticated):
            (token,) = await self._write_all(statement, rows_as=_TOKEN)
        return token

    async def find(self, user_id: UUID) -> list[ApiToken]:
        """Return the user's tokens, including expired ones, the newest first."""
        statement = (
            select(*_TOKEN.columns).where(models.ApiToken.user_id == user_id).order_by(models.ApiToken.id.desc())
        )
        return await self._fetch_all(statement, rows_as=_TOKEN)

    async def get_user_of_valid(self, token_hash: bytes) -> tuple[User, ApiToken, bool] | None:
        """Return the active user of an unexpired token, the token, and whether to record its use, or None."""
        statement = (
            select(*USER.columns, _USE_IS_DUE.label("use_is_due"), *_TOKEN_OF_USER.columns)
            .join(models.User, models.User.id == models.ApiToken.user_id)
            .where(
                models.ApiToken.token_hash == token_hash,
                models.ApiToken.expires_at > func.now(),
                models.User.is_active,
            )
        )
        row = await self._connection.fetch_one(statement)
        return (USER.read(row), _TOKEN_OF_USER.read(row), row["use_is_due"]) if row else None

    async def mark_used(self, token_ids: Sequence[UUID]) -> None:
        """Record that the tokens have just been used, unless another process did so a moment ago or is doing so."""
        used = unlocked(models.ApiToken, models.ApiToken.id.in_(token_ids), _USE_IS_DUE)
        await self._connection.write(update(models.ApiToken).where(used).values(last_used_at=func.now()))

    async def delete(self, token_id: UUID, *, user_id: UUID) -> ApiToken | None:
        """Delete a token of the user and return it, or None if there is none."""
        statement = delete(models.ApiToken).where(models.ApiToken.id == token_id, models.ApiToken.user_id == user_id)
        return await self._write_one(statement.returning(*_TOKEN.columns), rows_as=_TOKEN)

    async def delete_expired(self, *, older_than: timedelta) -> int:
        """Delete tokens that expired longer ago than this, and return how many."""
        expired = unlocked(models.ApiToken, models.ApiToken.expires_at < func.now() - older_than)
        return await self._connection.write(delete(models.ApiToken).where(expired))
