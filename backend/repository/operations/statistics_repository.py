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
    """Counts what was written. It returns numbers only, so it needs no actor."""

    async def count_activity(self, user_id: UUID) -> Activity:
        """Count the user's posts and the comments on them, in total and for each of the last days, in UTC."""
        totals = select(
            _number_of(models.Post, _written_by(user_id)).label("posts"),
            _number_of(models.Post, and_(_written_by(user_id), models.Post.published)).label("published"),
            _number_of(models.Comment, _said_to(user_id)).label("comments"),
        )
        (row,) = await self._connection.fetch_all(totals)
        days = await self._count_days(user_id)
        return Activity(row["posts"], row["published"], comments_received=row["comments"], days=days)

    async def count_product(self) -> ProductCounts:
        """Count the users, posts and comments, and the jobs by state."""
        totals = select(
            _number_of(models.User).label("users"),
            _number_of(models.Post).label("posts"),
            _number_of(models.Comment).label("comments"),
            func.now().label("now"),
        )
        (row,) = await self._connection.fetch_all(totals)
        states = select(models.Job.state, func.count().label("number")).group_by(models.Job.state)
        jobs = {of_state["state"]: of_state["number"] for of_state in await self._connection.fetch_all(states)}
        return ProductCounts(row["users"], row["posts"], row["comments"], jobs, counted_at=row["now"])

    async def _count_days(self, user_id: UUID) -> tuple[DayActivity, ...]:
        today = datetime.now(UTC).date()
        days = [today - timedelta(days=ago) for ago in reversed(range(ACTIVITY_DAYS))]
        numbers = union_all(
            _numbers_by_day("posts", models.Post.created_at, _written_by(user_id), since=days[0]),
            _numbers_by_day("comments", models.Comment.created_at, _said_to(user_id), since=days[0]),
        )
        rows = await self._connection.fetch_all(numbers)
        found = {(row["what"], row["day"]): row["number"] for row in rows}
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
    columns = (literal(what).label("what"), day.label("day"), func.count().label("number"))
    return select(*columns).where(condition, is_recent).group_by(day)
