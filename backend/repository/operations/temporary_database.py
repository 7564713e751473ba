"""A database for the length of a command, on the server of the one in use."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from secrets import token_hex

import asyncpg

from core import product
from core.database_errors import explain
from core.database_url import with_database
from core.db import connect
from core.pool import CONNECTION_ERRORS, Connection, NoConnection
from repository.operations.revision import MigrationError

PREFIX = f"{product.IDENTIFIER}_temporary_"
# Alike on every server, and never in use by a session, as template1 may be.
_OPTIONS = "TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER builtin LOCALE 'C' BUILTIN_LOCALE 'C.UTF-8'"
_FORBIDDEN = (
    "The user of DATABASE_URL may not create databases, and models and migrations are compared in a temporary one: have"
    " a superuser run ALTER ROLE … CREATEDB, or leave DATABASE_URL unset to use the embedded PostgreSQL."
)
# Each database has the name of a session that lasts as long. Without the session, its command was killed.
_LEFT_BEHIND = """
SELECT datname FROM pg_database
WHERE starts_with(datname, $1) AND pg_has_role(datdba, 'USAGE')
AND datname NOT IN (SELECT application_name FROM pg_stat_activity WHERE application_name IS NOT NULL)
"""


@contextmanager
def temporary_database(database_url: str) -> Iterator[str]:
    """Yield the URL of an empty database that is dropped at the end, with those that killed commands left behind.

    Raises:
        MigrationError: PostgreSQL cannot be reached, or the user of `database_url` may not create databases.
    """
    name = PREFIX + token_hex(8)
    with asyncio.Runner() as runner:
        try:
            session = runner.run(connect(database_url, server_settings={"application_name": name}))
        except NoConnection as error:
            raise MigrationError(explain(error) or str(error)) from error
        try:
            runner.run(_create(session, name))
            yield with_database(database_url, name)
        finally:
            runner.run(_close(session, name))


async def _create(session: Connection, name: str) -> None:
    for left_behind in await session.fetch(_LEFT_BEHIND, PREFIX):
        await _drop(session, left_behind["datname"])
    try:
        await session.execute(f'CREATE DATABASE "{name}" {_OPTIONS}')
    except asyncpg.InsufficientPrivilegeError as error:
        raise MigrationError(_FORBIDDEN) from error


async def _close(session: Connection, name: str) -> None:
    with suppress(*CONNECTION_ERRORS):  # the next command drops it
        await _drop(session, name)
        await session.close()


async def _drop(session: Connection, name: str) -> None:
    await session.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
