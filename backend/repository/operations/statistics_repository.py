"""Counts what was written."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Date, and_, cast, func, literal, select, union_all
from sqlalchemy.orm import InstrumentedAttribute

from domain.dashboard import ACTIVITY_DAYS, Activity, DayActivity, ProductCounts
from repository import models
from repository.base_model import BaseTableModel
from repository.connection import BaseRepository
from repository.sql.paging import AnyQuery


class StatisticsRepository(BaseRepository):
    """Counts what was written. It gives numbers only, so it does not ask for whom."""

    async def count_activity(self, user_id: UUID) -> Activity:
        """Count what the user wrote and what others said about it, in all and on each of the last days, in UTC."""
        totals = select(
            _number_of(models.Post, _written_by(user_id)),
            _number_of(models.Post, and_(_written_by(user_id), models.Post.published)),
            _number_of(models.Comment, _said_to(user_id)),
        )
        ((posts, published, comments),) = await self._connection.fetch_all(totals)
        return Activity(posts, published, comments, await self._count_days(user_id))

    async def count_product(self) -> ProductCounts:
        """Count the users, posts and comments, and the jobs by state."""
        totals = select(*(_number_of(table) for table in (models.User, models.Post, models.Comment)), func.now())
        ((users, posts, comments, now),) = await self._connection.fetch_all(totals)
        states = select(models.Job.state, func.count()).group_by(models.Job.state)
        jobs = {state: count for state, count in await self._connection.fetch_all(states)}  # noqa: C416  (rows, not pairs)
        return ProductCounts(users, posts, comments, jobs, now)

    async def _count_days(self, user_id: UUID) -> tuple[DayActivity, ...]:
        today = datetime.now(UTC).date()
        days = [today - timedelta(days=ago) for ago in reversed(range(ACTIVITY_DAYS))]
        numbers = union_all(
            _numbers_by_day("posts", models.Post.created_at, _written_by(user_id), since=days[0]),
            _numbers_by_day("comments", models.Comment.created_at, _said_to(user_id), since=days[0]),
        )
        found = {(what, day): number for what, day, number in await self._connection.fetch_all(numbers)}
        return tuple(DayActivity(day, found.get(("posts", day), 0), found.get(("comments", day), 0)) for day in days)


def _written_by(user_id: UUID) -> ColumnElement[bool]:
    return models.Post.author_id == user_id


def _said_to(user_id: UUID) -> ColumnElement[bool]:
    posts = select(models.Post.id).where(_written_by(user_id))
    return and_(models.Comment.post_id.in_(posts), models.Comment.author_id != user_id)


def _number_of(table: type[BaseTableModel], *conditions: ColumnElement[bool]) -> ColumnElement[int]:
    return select(func.count()).select_from(table).where(*conditions).scalar_subquery()


def _numbers_by_day(
    what: str, column: InstrumentedAttribute[datetime], condition: ColumnElement[bool], *, since: date
) -> AnyQuery:
    day = cast(func.timezone("UTC", column), Date)
    is_recent = column >= datetime.combine(since, time(), UTC)
    return select(literal(what), day, func.count()).where(condition, is_recent).group_by(day)
