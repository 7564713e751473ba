"""Asks the database for its version, migrations, contents and limits."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import asyncpg
from sqlalchemy import (
    ColumnElement,
    Integer,
    Text,
    and_,
    case,
    cast,
    column,
    exists,
    func,
    not_,
    select,
    table,
)

from repository.connection import BaseRepository

_ALEMBIC_VERSION = table("alembic_version", column("version_num"))
_DATABASES = table("pg_database", column("datname"), column("datconnlimit"))
_SYSTEM_SCHEMAS = ("pg_catalog", "information_schema")
_ROLES = table("pg_roles", column("rolname"), column("rolconnlimit"))
_EXTENSIONS = table("pg_extension", column("extname"))
_AVAILABLE = table("pg_available_extensions", column("name"))
_ACTIVITY = table("pg_stat_activity", column("backend_type"), column("application_name"), column("datname"))
_TABLES = table("pg_tables", column("schemaname"))
_CLASSES = table("pg_class", column("oid"), column("relname"), column("relnamespace"), column("relkind"))
_TICKS = table("cron_ticks", column("tick"))
_JOBS = table("jobs", column("finished_at"))
TRIGRAMS = "pg_trgm"
NOTHING_WRITTEN = "0/0"
ROW_RIGHTS = ("SELECT", "INSERT", "UPDATE", "DELETE")
ORDINARY_TABLE = "r"  # PostgreSQL documentation, pg_class
_UNLIMITED = -1  # PostgreSQL documentation, CREATE ROLE and CREATE DATABASE


@dataclass(frozen=True, slots=True)
class DatabaseFacts:
    """The properties of the server, the database and the user.

    Attributes:
        version: of PostgreSQL.
        encoding: of the database.
        is_superuser: whether no rights are checked for the user.
        is_standby: whether it is a replica, which takes no changes.
        is_read_only: whether the settings say that it takes no changes.
        clock: the time of the server.
        has_trigrams: whether the database has the extension for searches.
        offers_trigrams: whether it can be created there.
        may_create: whether the user may create extensions and schemas.
        used: the connections to the server.
    """

    version: str
    encoding: str
    is_superuser: bool
    is_standby: bool
    is_read_only: bool
    clock: datetime
    has_trigrams: bool
    offers_trigrams: bool
    may_create: bool
    used: int


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

    async def describe(self) -> DatabaseFacts:
        """Return the properties of the server, the database and the user."""
        (row,) = await self._connection.fetch_all(
            select(
                func.current_setting("server_version").label("version"),
                func.current_setting("server_encoding").label("encoding"),
                (func.current_setting("is_superuser") == "on").label("is_superuser"),
                func.pg_is_in_recovery().label("is_standby"),
                (func.current_setting("transaction_read_only") == "on").label("is_read_only"),
                func.clock_timestamp().label("clock"),
                exists().where(_EXTENSIONS.c.extname == TRIGRAMS).label("has_trigrams"),
                exists().where(_AVAILABLE.c.name == TRIGRAMS).label("offers_trigrams"),
                func.has_database_privilege(func.current_database(), "CREATE").label("may_create"),
                select(func.count())
                .where(_ACTIVITY.c.backend_type == "client backend")
                .scalar_subquery()
                .label("used"),
            )
        )
        return DatabaseFacts(**{field.name: row[field.name] for field in fields(DatabaseFacts)})

    async def forbidden_tables(self) -> list[str]:
        """Return the tables whose rows the user may not read and change."""
        rights = [func.has_table_privilege(_CLASSES.c.oid, right) for right in ROW_RIGHTS]
        schema = func.to_regnamespace(cast(func.current_schema(), Text))
        tables = select(_CLASSES.c.relname).where(
            _CLASSES.c.relnamespace == schema, _CLASSES.c.relkind == ORDINARY_TABLE
        )
        return await self._connection.fetch_values(tables.where(not_(and_(*rights))))

    async def seconds_since_tick(self) -> float | None:
        """Return how long ago the scheduler last had something to do, or None if never."""
        return await self._connection.fetch_value(select(_seconds_since(func.max(_TICKS.c.tick))))

    async def seconds_since_job(self) -> float | None:
        """Return how long ago a worker last finished a job, or None if none of them is stored."""
        return await self._connection.fetch_value(select(_seconds_since(func.max(_JOBS.c.finished_at))))

    async def programs(self) -> list[str]:
        """Return the names of all programs that are connected, one for each connection."""
        return await self._connection.fetch_values(
            select(_ACTIVITY.c.application_name).where(_ACTIVITY.c.datname == func.current_database())
        )

    async def position(self) -> int:
        """Return the position of a primary, in bytes of its log."""
        written = await self._connection.fetch_value(select(cast(func.pg_current_wal_insert_lsn(), Text)))
        return _bytes(written or NOTHING_WRITTEN)

    async def replayed(self) -> int | None:
        """Return the replayed position of a standby, in bytes of its log, or None if the server is no standby."""
        position = case((func.pg_is_in_recovery(), cast(func.pg_last_wal_replay_lsn(), Text)), else_=None)
        replayed = await self._connection.fetch_value(select(position))
        return None if replayed is None else _bytes(replayed)

    async def seconds_behind(self) -> float:
        """Return how long ago the last transaction was committed that a standby has replayed."""
        return await self._connection.fetch_value(select(_seconds_since(func.pg_last_xact_replay_timestamp()))) or 0

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


def _bytes(position: str) -> int:
    """Return a position in the log, such as 16/B374D848, as a number (PostgreSQL documentation, pg_lsn type)."""
    high, _, low = position.partition("/")
    return int(high, 16) << 32 | int(low, 16)


def _seconds_since(moment: ColumnElement[Any]) -> ColumnElement[Any]:
    return func.date_part("epoch", func.now() - moment)


def _setting(name: str) -> ColumnElement[int]:
    return cast(func.current_setting(name), Integer)
