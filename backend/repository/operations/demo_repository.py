"""Writes example content for development, with times in the past."""

from collections.abc import Mapping, Sequence
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
        self, parts: Sequence[Mapping[str, Sequence[Mapping[str, Any]]]], *, account_id: UUID, since: datetime
    ) -> None:
        """Insert the rows of tables, by the tables' names, unless they exist, and make the account as old as `since`.

        What a row refers to is inserted before it.
        """
        older = update(models.User).where(models.User.id == account_id).values(created_at=since)
        await self._connection.write(older)
        for table in BaseTableModel.metadata.sorted_tables:
            for rows in (part[table.name] for part in parts if part.get(table.name)):
                await self._connection.write(insert(table).values(list(rows)).on_conflict_do_nothing())
