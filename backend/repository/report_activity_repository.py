"""Counts a user's posts and comments, and the comments they received."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import Date, and_, cast, func, select

from domain.report import ActivityTotals, PostActivity, WeekActivity
from repository import models
from repository.connection import BaseRepository
from repository.sql.paging import AnyQuery
from repository.sql.rows import RowMapper

_TOTALS = RowMapper(ActivityTotals)
_POST_ACTIVITY = RowMapper(PostActivity)
_POST, _COMMENT = models.Post, models.Comment
# Authors' comments on their own posts do not count.
_IS_RECEIVED = and_(_COMMENT.post_id == _POST.id, _COMMENT.author_id != _POST.author_id)


class ActivityRepository(BaseRepository):
    """Counts a user's posts and comments, and the comments they received."""

    async def author(self, user_id: UUID) -> str:
        """Return the user's name, or else their address."""
        named = select(func.coalesce(models.User.name, models.User.email)).where(models.User.id == user_id)
        return str(await self._connection.fetch_value(named) or "")

    async def totals(self, user_id: UUID) -> ActivityTotals:
        """Return the numbers since the user signed up."""
        mine = _POST.author_id == user_id
        statement = select(
            select(func.count()).where(mine).label("posts"),
            select(func.count()).where(mine, _POST.published).label("published"),
            select(func.count()).select_from(_COMMENT).join(_POST, _IS_RECEIVED).where(mine).label("comments_received"),
            select(func.count()).where(_COMMENT.author_id == user_id).label("comments_written"),
        )
        (row,) = await self._connection.fetch_all(statement)
        return _TOTALS.read(row)

    async def by_week(self, user_id: UUID, mondays: Sequence[date]) -> list[WeekActivity]:
        """Return the numbers of the weeks that begin on these days, including weeks without any."""
        mine = _POST.author_id == user_id
        posts = await self._count_by_week(_POST, select(func.count().label("number")).where(mine), mondays)
        received = select(func.count().label("number")).select_from(_COMMENT).join(_POST, _IS_RECEIVED).where(mine)
        comments = await self._count_by_week(_COMMENT, received, mondays)
        return [WeekActivity(monday, posts.get(monday, 0), comments.get(monday, 0)) for monday in mondays]

    async def newest_posts(self, user_id: UUID, *, limit: int) -> list[PostActivity]:
        """Return the user's newest posts with how many comments each received."""
        received = select(func.count()).where(_IS_RECEIVED).label("comments")
        statement = (
            select(_POST.title, _POST.published, _POST.created_at, received)
            .where(_POST.author_id == user_id)
            .order_by(_POST.created_at.desc(), _POST.id.desc())
            .limit(limit)
        )
        return [_POST_ACTIVITY.read(row) for row in await self._connection.fetch_all(statement)]

    async def _count_by_week(
        self, table: type[models.Post | models.Comment], count: AnyQuery, mondays: Sequence[date]
    ) -> dict[date, int]:
        written = func.timezone("UTC", table.created_at)
        monday = cast(func.date_trunc("week", written), Date)  # ISO 8601: a week begins on Monday
        statement = count.add_columns(monday.label("monday")).where(written >= mondays[0]).group_by(monday)
        return {row["monday"]: row["number"] for row in await self._connection.fetch_all(statement)}
