"""Asks the database for its version, migrations, contents and limits."""

import asyncpg
from sqlalchemy import ColumnElement, Integer, cast, column, func, select, table

from repository.connection import BaseRepository

_ALEMBIC_VERSION = table("alembic_version", column("version_num"))
_DATABASES = table("pg_database", column("datname"), column("datconnlimit"))
_TABLES = table("pg_tables", column("schemaname"))
_SYSTEM_SCHEMAS = ("pg_catalog", "information_schema")
_ROLES = table("pg_roles", column("rolname"), column("rolconnlimit"))
_UNLIMITED = -1  # PostgreSQL documentation, CREATE ROLE and CREATE DATABASE


class HealthRepository(BaseRepository):
    """Asks the database for its version, migrations, contents and limits."""

    async def applied_revisions(self) -> frozenset[str]:
        """Return the revisions that the database is at: none before its first migration, several between branches."""
        try:
            return frozenset(await self._connection.fetch_values(select(_ALEMBIC_VERSION.c.version_num)))
        except asyncpg.UndefinedTableError:
            return frozenset()

    async def server_version(self) -> int:
        """Return the major version of the server."""
        return int(await self._connection.fetch_value(select(_setting("server_version_num"))) or 0) // 10_000

    async def has_tables(self) -> bool:
        """Return whether the database has any tables."""
        own = select(func.count()).select_from(_TABLES).where(_TABLES.c.schemaname.not_in(_SYSTEM_SCHEMAS))
        return bool(await self._connection.fetch_value(own))

    async def connection_limit(self) -> int:
        """Return how many connections PostgreSQL allows this user."""
        all_connections = _setting("max_connections") - _setting("superuser_reserved_connections")
        of_database = select(func.nullif(_DATABASES.c.datconnlimit, _UNLIMITED)).where(
            _DATABASES.c.datname == func.current_database()
        )
        of_role = select(func.nullif(_ROLES.c.rolconnlimit, _UNLIMITED)).where(_ROLES.c.rolname == func.current_user())
        limits = (
            all_connections - _setting("reserved_connections"),
            of_database.scalar_subquery(),
            of_role.scalar_subquery(),
        )
        return int(await self._connection.fetch_value(select(func.least(*limits))) or 0)


def _setting(name: str) -> ColumnElement[int]:
    return cast(func.current_setting(name), Integer)
