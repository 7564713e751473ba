"""Reads all data that the tables have about a user."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, LargeBinary, case, inspect, or_, select, tuple_

from domain.page import EXPORT_BATCH
from repository.base_model import BaseTableModel
from repository.connection import BaseRepository, Row
from repository.ownership import ownership_of
from repository.personal_data import NotExported, PersonalData
from repository.sql.paging import AnyQuery


@dataclass(frozen=True, slots=True)
class Subject:
    """A table and its exported columns."""

    table: type[BaseTableModel]
    data: PersonalData

    @property
    def name(self) -> str:
        """The name of the file, without its ending."""
        return self.data.name or self.table.__tablename__

    @property
    def columns(self) -> dict[str, ColumnElement[Any]]:
        """The selected columns, by name."""
        return {
            attribute.key: self._column(attribute.key)
            for attribute in inspect(self.table).column_attrs
            if not attribute.deferred
            and attribute.key not in self.data.without
            and not isinstance(attribute.columns[0].type, LargeBinary)
        }

    @property
    def owner(self) -> ColumnElement[UUID]:
        """The column with the user's id."""
        return cast("ColumnElement[UUID]", getattr(self.table, self.data.of))

    def _column(self, name: str) -> ColumnElement[Any]:
        column = cast("ColumnElement[Any]", getattr(self.table, name))
        if self.data.actor is None or name not in self.data.of_actor:
            return column
        actor = cast("ColumnElement[UUID]", getattr(self.table, self.data.actor))
        return case((or_(actor.is_(None), actor == self.owner), column)).label(name)


def personal_data_of(table: type[BaseTableModel]) -> PersonalData | NotExported | None:
    """Return the declaration of a table, or the one that its owner implies, or None."""
    ownership = ownership_of(table)
    by_owner = PersonalData(ownership.owner.key) if ownership and ownership.owner is not None else None
    return table.personal_data or by_owner


def subjects() -> list[Subject]:
    """Return the tables that are exported, by name."""
    tables = (mapper.class_ for mapper in BaseTableModel.registry.mappers)
    found = ((table, personal_data_of(table)) for table in tables)
    exported = [Subject(table, data) for table, data in found if isinstance(data, PersonalData)]
    return sorted(exported, key=lambda subject: subject.name)


class PersonalDataRepository(BaseRepository):
    """Reads all data about one user, of all features."""

    def read(self, user_id: UUID) -> Iterator[tuple[str, AsyncIterator[Sequence[Mapping[str, Any]]]]]:
        """Yield the name of each subject, and its rows in batches, the oldest first."""
        for subject in subjects():
            yield subject.name, self._batches(subject, user_id)

    async def _batches(self, subject: Subject, user_id: UUID) -> AsyncIterator[Sequence[Mapping[str, Any]]]:
        columns, last = subject.columns, None
        while True:
            rows = await self._connection.fetch_all(_batch(subject, columns, user_id, after=last))
            if rows:
                yield [{name: row[name] for name in columns} for row in rows]
            if len(rows) < EXPORT_BATCH:
                return
            last = rows[-1]


def _batch(
    subject: Subject, columns: Mapping[str, ColumnElement[Any]], user_id: UUID, *, after: Row | None
) -> AnyQuery:
    """Select one batch. Neither column of the order ever changes, so no row is missed, or read twice."""
    order = (subject.table.created_at, subject.table.id)
    query = select(*columns.values()).where(subject.owner == user_id)
    if after is not None:
        query = query.where(tuple_(*order) > tuple_(after["created_at"], after["id"]))
    return query.order_by(*order).limit(EXPORT_BATCH)
