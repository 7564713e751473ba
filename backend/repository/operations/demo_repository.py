"""Writes example content for development, with times in the past."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from repository import models
from repository.base_model import BaseTableModel
from repository.connection import BaseRepository


class DemoRepository(BaseRepository):
    """Inserts rows as they are. For the system, and never in production."""

    async def has_account(self, user_id: UUID) -> bool:
        """Return whether there is an account with this id."""
        statement = select(models.User.id).where(models.User.id == user_id)
        return await self._connection.fetch_value(statement) is not None

    async def add(
        self,
        parts: Sequence[Mapping[str, Sequence[Mapping[str, Any]]]],
        *,
        changes: Sequence[Mapping[str, Mapping[UUID, Mapping[str, Any]]]],
        account_id: UUID,
        since: datetime,
    ) -> None:
        """Insert rows in foreign-key order, then apply `changes`. Existing rows are left as they are.

        The account becomes as old as `since`.

        Raises:
            KeyError: there is no table of the name of a change.
        """
        older = update(models.User).where(models.User.id == account_id).values(created_at=since)
        await self._connection.write(older)
        for table in BaseTableModel.metadata.sorted_tables:
            for rows in (part[table.name] for part in parts if part.get(table.name)):
                await self._connection.write(insert(table).values(list(rows)).on_conflict_do_nothing())
        for name, row_id, values in _flat(changes):
            table = BaseTableModel.metadata.tables[name]
            await self._connection.write(update(table).where(table.c.id == row_id).values(**values))


def _flat(
    changes: Sequence[Mapping[str, Mapping[UUID, Mapping[str, Any]]]],
) -> Iterator[tuple[str, UUID, Mapping[str, Any]]]:
    for part in changes:
        for name, rows in part.items():
            for row_id, values in rows.items():
                yield name, row_id, values
