"""Asks the database how it is."""

from sqlalchemy import column, select, table

from repository.connection import BaseRepository

_ALEMBIC_VERSION = table("alembic_version", column("version_num"))


class HealthRepository(BaseRepository):
    """Asks the database how it is."""

    async def applied_revision(self) -> str | None:
        """Return the revision of the last migration that was applied, or None on an empty table."""
        row = await self._connection.fetch_one(select(_ALEMBIC_VERSION.c.version_num))
        return str(row[0]) if row else None
