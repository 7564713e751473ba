"""Reads the contents of an activity report, beside the numbers of `StatisticsRepository`."""

from uuid import UUID

from sqlalchemy import func, select

from domain.language import Language, supported_language
from domain.report import PostActivity
from repository import models
from repository.connection import BaseRepository
from repository.sql.rows import RowMapper

_POST_ACTIVITY = RowMapper(PostActivity, models.Post)


class ActivityRepository(BaseRepository):
    """Reads the contents of an activity report, beside the numbers of `StatisticsRepository`."""

    async def author(self, user_id: UUID) -> str:
        """Return the user's name, or else their address."""
        named = select(func.coalesce(models.User.name, models.User.email)).where(models.User.id == user_id)
        return str(await self._connection.fetch_value(named) or "")

    async def language(self, user_id: UUID) -> Language | None:
        """Return the language that the user chose, or None."""
        chosen = select(models.User.language).where(models.User.id == user_id)
        return supported_language(await self._connection.fetch_value(chosen))

    async def newest_posts(self, user_id: UUID, *, limit: int) -> list[PostActivity]:
        """Return the user's newest posts."""
        statement = (
            select(*_POST_ACTIVITY.columns)
            .where(models.Post.author_id == user_id)
            .order_by(models.Post.created_at.desc(), models.Post.id.desc())
            .limit(limit)
        )
        return await self._fetch_all(statement, rows_as=_POST_ACTIVITY)
