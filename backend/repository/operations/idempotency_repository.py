"""Stores the first response to each request with an idempotency key."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import and_, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from domain.operations.idempotency import ANSWERS_KEPT, KeyedRequest, StoredAnswer
from domain.session import NotAuthenticated
from repository import models
from repository.connection import BaseRepository, violation_means
from repository.sql.rows import RowMapper
from repository.sql.unlocked import unlocked

_ANSWER = RowMapper(StoredAnswer, models.IdempotencyKey)
_IS_EXPIRED = models.IdempotencyKey.created_at < func.now() - ANSWERS_KEPT


class IdempotencyRepository(BaseRepository):
    """Stores the first response to each request with an idempotency key."""

    async def claim(self, user_id: UUID, key: str) -> tuple[bool, bytes | None, StoredAnswer | None]:
        """Return whether no other transaction works on the user's key, and the stored request's hash and response.

        The claim ends with the transaction. It is an advisory lock, because waiting on the row of the other
        transaction would hold a connection for as long as that one works.
        """
        is_ours = func.pg_try_advisory_xact_lock(func.hashtextextended(f"{user_id}:{key}", 0)).label("is_ours")
        claim = select(is_ours).subquery("claim")
        stored = and_(models.IdempotencyKey.user_id == user_id, models.IdempotencyKey.key == key, ~_IS_EXPIRED)
        statement = select(
            claim.c.is_ours,
            models.IdempotencyKey.request_hash,
            *_ANSWER.columns,
        ).select_from(claim.outerjoin(models.IdempotencyKey, stored))
        (row,) = await self._connection.write_all(statement)
        request_hash = row["request_hash"]
        return row["is_ours"], request_hash, _ANSWER.read(row) if request_hash is not None else None

    async def keep(self, user_id: UUID, request: KeyedRequest, answer: StoredAnswer) -> bool:
        """Store the response in place of an expired one; return False when another transaction was faster.

        Raises:
            NotAuthenticated: the user's account was deleted at the same moment.
        """
        values = {
            "request_hash": request.request_hash,
            "status": answer.status,
            "headers": answer.headers,
            "body": answer.body,
        }
        statement = insert(models.IdempotencyKey).values(user_id=user_id, key=request.key, **values)
        renewed = statement.on_conflict_do_update(
            constraint="uq_idempotency_keys_user_id_key", set_={**values, "created_at": func.now()}, where=_IS_EXPIRED
        )
        with violation_means("fk_idempotency_keys_user_id", NotAuthenticated):
            return await self._connection.write(renewed) > 0

    async def delete_older(self, than: timedelta) -> int:
        """Delete responses older than this and return how many."""
        older = unlocked(models.IdempotencyKey, models.IdempotencyKey.created_at < func.now() - than)
        return await self._connection.write(delete(models.IdempotencyKey).where(older))
