"""Runs migrations one instance at a time, and gives up on a lock rather than queueing every query behind itself."""

import asyncio
import time
from functools import partial

from alembic import context
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

import repository.models  # noqa: F401  (registers every table)
from core.db import connect
from repository.base_model import BaseTableModel
from repository.operations.definitions import PLUGIN
from repository.operations.migrate import LOCK_TIMEOUT
from repository.operations.revision import MigrationError

# Any number that nothing else in the database uses.
MIGRATION_LOCK = 0x6C616D696E61
# How long a second instance waits for the first one's migrations.
INSTANCE_WAIT_SECONDS = 600
INSTANCE_POLL_SECONDS = 0.2
# Long enough to build an index on a large table; short enough that a mistake ends.
STATEMENT_TIMEOUT = "30min"


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=BaseTableModel.metadata,
        transaction_per_migration=True,
        compare_server_default=True,
        autogenerate_plugins=["alembic.autogenerate.*", PLUGIN],
    )
    _wait_for_other_instances(connection)
    connection.execute(text(f"SET lock_timeout = '{LOCK_TIMEOUT}'"))
    connection.execute(text(f"SET statement_timeout = '{STATEMENT_TIMEOUT}'"))
    connection.commit()  # the advisory lock belongs to the connection and outlives this transaction
    with context.begin_transaction():
        context.run_migrations()


def _wait_for_other_instances(connection: Connection) -> None:
    # Asked again and again, each time in a transaction of its own: a transaction that waits for the lock would be
    # waited for by the first instance's CREATE INDEX CONCURRENTLY.
    deadline = time.monotonic() + INSTANCE_WAIT_SECONDS
    while not connection.scalar(text(f"SELECT pg_try_advisory_lock({MIGRATION_LOCK})")):
        connection.rollback()
        if time.monotonic() > deadline:
            raise MigrationError("Another instance has been migrating this database for too long.")
        time.sleep(INSTANCE_POLL_SECONDS)


async def _run_online(url: str) -> None:
    engine = create_async_engine("postgresql+asyncpg://", poolclass=NullPool, async_creator=partial(connect, url))
    async with engine.connect() as connection:
        await connection.run_sync(_run)
    await engine.dispose()


def _write_sql() -> None:
    context.configure(
        dialect_name="postgresql", target_metadata=BaseTableModel.metadata, transaction_per_migration=True
    )
    context.execute(f"SET lock_timeout = '{LOCK_TIMEOUT}'")
    context.execute(f"SET statement_timeout = '{STATEMENT_TIMEOUT}'")
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    _write_sql()
else:
    asyncio.run(_run_online(context.config.attributes["url"]))
