"""Reads and writes data exports."""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.dialects import postgresql

from domain.identity.data_export import ABANDONED, DataExport, DataExportState
from domain.session import NotAuthenticated
from repository import models
from repository.connection import BaseRepository, violation_means
from repository.sql.rows import RowMapper
from repository.sql.unlocked import unlocked

_EXPORT = RowMapper(DataExport, models.DataExport, convert={"state": DataExportState})
_PENDING = models.DataExport.state == DataExportState.PENDING


class DataExportRepository(BaseRepository):
    """Reads and writes data exports."""

    async def add(self, user_id: UUID) -> DataExport | None:
        """Insert an export in place of the user's last one, and return it; None while that is unfinished.

        Raises:
            NotAuthenticated: the account was deleted at the same moment.
        """
        statement = postgresql.insert(models.DataExport).values(user_id=user_id)
        statement = statement.on_conflict_do_update(
            index_elements=[models.DataExport.user_id],
            set_={
                "id": func.uuidv7(),
                "created_at": func.now(),
                "state": DataExportState.PENDING,
                "size_bytes": None,
                "finished_at": None,
            },
            where=or_(~_PENDING, models.DataExport.created_at < func.now() - ABANDONED),
        )
        with violation_means("fk_data_exports_user_id", NotAuthenticated):
            return await self._write_one(statement.returning(*_EXPORT.columns), rows_as=_EXPORT)

    async def get(self, export_id: UUID) -> DataExport | None:
        """Return the export, or None."""
        query = select(*_EXPORT.columns).where(models.DataExport.id == export_id)
        return await self._fetch_one(query, rows_as=_EXPORT)

    async def get_of(self, user_id: UUID, *, lifetime: timedelta) -> DataExport | None:
        """Return the export of a user, or None if there is none, or it was finished longer ago than this."""
        expired = models.DataExport.finished_at < func.now() - lifetime
        query = select(*_EXPORT.columns).where(models.DataExport.user_id == user_id, expired.is_not(True))
        return await self._fetch_one(query, rows_as=_EXPORT)

    async def finish(self, export_id: UUID, *, size_bytes: int) -> DataExport | None:
        """Record that the file is stored. Return None when the export has ended or was deleted."""
        return await self._end(export_id, DataExportState.READY, size_bytes)

    async def give_up(self, export_id: UUID) -> DataExport | None:
        """Record that the export failed. Return None when it has ended or was deleted."""
        return await self._end(export_id, DataExportState.FAILED, None)

    async def find_existing(self, export_ids: Collection[UUID]) -> set[UUID]:
        """Return those of the ids that are exports."""
        query = select(models.DataExport.id).where(models.DataExport.id.in_(export_ids))
        return set(await self._connection.fetch_values(query))

    async def delete_older(self, than: timedelta) -> None:
        """Delete exports that were finished longer ago than this."""
        old = unlocked(models.DataExport, models.DataExport.finished_at < func.now() - than)
        await self._connection.write(delete(models.DataExport).where(old))

    async def _end(self, export_id: UUID, state: DataExportState, size_bytes: int | None) -> DataExport | None:
        statement = update(models.DataExport).where(models.DataExport.id == export_id, _PENDING)
        statement = statement.values(state=state, size_bytes=size_bytes, finished_at=func.now())
        return await self._write_one(statement.returning(*_EXPORT.columns), rows_as=_EXPORT)
