"""Counts rows by the `counters` of the repositories."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, TypeAlias
from uuid import UUID

from sqlalchemy import Date, Select, cast, func, literal, select, union_all

from domain.dashboard import ACTIVITY_DAYS, Activity, Count, ProductCounts
from domain.permissions import Actor
from repository import models
from repository.connection import BaseRepository
from repository.counter import Counter
from repository.ownership import Ownership, declared
from repository.sql.paging import AnyQuery

# The times of what counts.
Rows: TypeAlias = Select[datetime]
Unit: TypeAlias = Literal["day", "week"]
# By the name of the number.
Counted: TypeAlias = Mapping[str, Rows]


class StatisticsRepository(BaseRepository):
    """Counts rows. It returns numbers only, so it needs no actor."""

    async def count_activity(self, user_id: UUID) -> Activity:
        """Count the rows that the user wrote and received, in total and for each of the last days, in UTC."""
        today = datetime.now(UTC).date()
        days = tuple(today - timedelta(days=ago) for ago in reversed(range(ACTIVITY_DAYS)))
        totals, per_day = await self.count_totals(user_id), await self._count_by("day", _counted(user_id), days)
        return Activity(days, tuple(Count(name, total, per_day.get(name, ())) for name, total in totals.items()))

    async def count_totals(self, user_id: UUID) -> Mapping[str, int]:
        """Count the rows that the user wrote and received, by the names of the counters."""
        totals, _ = await self._count(_counted(user_id, with_parts=True))
        return totals

    async def count_by_week(self, user_id: UUID, mondays: Sequence[date]) -> Mapping[str, tuple[int, ...]]:
        """Count the user's rows in each of the weeks, in UTC. Counters that are parts of others are left out."""
        return await self._count_by("week", _counted(user_id), mondays)

    async def count_product(self) -> ProductCounts:
        """Count the totals of the product, and the jobs by state."""
        totals, now = await self._count({"users": select(models.User.created_at), **_counted()})
        states = select(models.Job.state, func.count().label("number")).group_by(models.Job.state)
        jobs = {of_state["state"]: of_state["number"] for of_state in await self._connection.fetch_all(states)}
        return ProductCounts(tuple(Count(name, total) for name, total in totals.items()), jobs, counted_at=now)

    async def _count(self, counted: Counted) -> tuple[dict[str, int], datetime]:
        numbers = (
            query.with_only_columns(func.count(), maintain_column_froms=True).scalar_subquery().label(name)
            for name, query in counted.items()
        )
        (row,) = await self._connection.fetch_all(select(*numbers, func.now().label("now")))
        return {name: row[name] for name in counted}, row["now"]

    async def _count_by(self, unit: Unit, counted: Counted, firsts: Sequence[date]) -> dict[str, tuple[int, ...]]:
        """Return how many there are in each of the days, or weeks, by their first days."""
        if not counted:
            return {}
        numbers = (_by(unit, name, query, since=firsts[0]) for name, query in counted.items())
        rows = await self._connection.fetch_all(union_all(*numbers))
        found = {(row["name"], row["first"]): row["number"] for row in rows}
        return {name: tuple(found.get((name, first), 0) for first in firsts) for name in counted}


def _counters() -> list[tuple[type[Ownership], Counter]]:
    found = [(kind, counter) for kind in declared() for counter in kind.counters]
    return sorted(found, key=lambda pair: pair[1].name)


def _counted(user_id: UUID | None = None, *, with_parts: bool = False) -> Counted:
    return {
        counter.name: _rows(kind, counter, user_id)
        for kind, counter in _counters()
        if with_parts or not counter.is_part
    }


def _rows(kind: type[Ownership], counter: Counter, user_id: UUID | None) -> Rows:
    rows = select(kind.table.created_at)
    if counter.where is not None:
        rows = rows.where(counter.where)
    if user_id is None:
        return rows
    return rows.where(counter.of_user(user_id) if counter.of_user else kind.changeable_by(Actor(user_id)))


def _by(unit: Unit, name: str, rows: Rows, *, since: date) -> AnyQuery:
    (created_at,) = rows.selected_columns
    first = cast(func.date_trunc(unit, func.timezone("UTC", created_at)), Date)  # ISO 8601: a week begins on Monday
    columns = (literal(name).label("name"), first.label("first"), func.count().label("number"))
    is_recent = created_at >= datetime.combine(since, time(), UTC)
    return rows.with_only_columns(*columns).where(is_recent).group_by(first)
