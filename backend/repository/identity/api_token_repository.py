"""Reads and writes API tokens."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, func, insert, or_, select, update

from domain.identity.api_token import TOKEN_USE_NOTED_EVERY, ApiToken
from domain.user import User
from repository import models
from repository.connection import AnyRow, BaseRepository
from repository.user_repository import USER_COLUMNS, to_user

_COLUMNS = (
    models.ApiToken.id,
    models.ApiToken.name,
    models.ApiToken.hint,
    models.ApiToken.scopes,
    models.ApiToken.created_at,
    models.ApiToken.expires_at,
    models.ApiToken.last_used_at,
)
_USE_IS_DUE = or_(
    models.ApiToken.last_used_at.is_(None), models.ApiToken.last_used_at < func.now() - TOKEN_USE_NOTED_EVERY
)


def _to_token(row: AnyRow) -> ApiToken:
    """Return the token in a row that ends with `_COLUMNS`."""
    token_id, name, hint, scopes, created_at, expires_at, last_used_at = row[-len(_COLUMNS) :]
    return ApiToken(token_id, name, hint, tuple(scopes), created_at, expires_at, last_used_at)


class ApiTokenRepository(BaseRepository):
    """Reads and writes API tokens. An administrator has no use for other people's, so the owner is always named."""

    async def add(
        self, user_id: UUID, *, name: str, scopes: Sequence[str], token_hash: bytes, hint: str, lifetime: timedelta
    ) -> ApiToken:
        """Insert a token of the user and return it."""
        values = {
            "user_id": user_id,
            "name": name,
            "scopes": list(scopes),
            "token_hash": token_hash,
            "hint": hint,
            "expires_at": func.now() + lifetime,
        }
        rows = await self._connection.fetch_all(insert(models.ApiToken).values(values).returning(*_COLUMNS))
        return _to_token(rows[0])

    async def find(self, user_id: UUID) -> list[ApiToken]:
        """Return the user's tokens, expired ones among them, the newest first."""
        statement = select(*_COLUMNS).where(models.ApiToken.user_id == user_id).order_by(models.ApiToken.id.desc())
        return [_to_token(row) for row in await self._connection.fetch_all(statement)]

    async def get_user_of_valid(self, token_hash: bytes) -> tuple[User, ApiToken, bool] | None:
        """Return the active user of an unexpired token, the token, and whether its use should be noted, or None."""
        statement = (
            select(*USER_COLUMNS, _USE_IS_DUE, *_COLUMNS)
            .join(models.User, models.User.id == models.ApiToken.user_id)
            .where(
                models.ApiToken.token_hash == token_hash,
                models.ApiToken.expires_at > func.now(),
                models.User.is_active,
            )
        )
        row = await self._connection.fetch_one(statement)
        return (to_user(row), _to_token(row), bool(row[len(USER_COLUMNS)])) if row else None

    async def mark_used(self, token_ids: Sequence[UUID]) -> None:
        """Note that the tokens have just been used, unless another process did so a moment ago."""
        statement = update(models.ApiToken).where(models.ApiToken.id.in_(token_ids), _USE_IS_DUE)
        await self._connection.execute(statement.values(last_used_at=func.now()))

    async def delete(self, token_id: UUID, *, user_id: UUID) -> ApiToken | None:
        """Delete a token of the user and return it, or None if there is none."""
        statement = delete(models.ApiToken).where(models.ApiToken.id == token_id, models.ApiToken.user_id == user_id)
        row = await self._connection.fetch_one(statement.returning(*_COLUMNS))
        return _to_token(row) if row else None

    async def delete_expired(self, *, older_than: timedelta) -> int:
        """Delete tokens that expired longer ago than this, and return how many."""
        expired = models.ApiToken.expires_at < func.now() - older_than
        return await self._connection.execute(delete(models.ApiToken).where(expired))
