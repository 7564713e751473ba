"""Checks before a program starts: permanent errors refuse the start, temporary ones are logged."""

import asyncio
import errno

import structlog
from redis.exceptions import RedisError

from core import product
from core.database_errors import explain, is_permanent
from core.db import open_database
from core.local_files import try_directory, unwritable
from core.redis import server as redis_server
from core.redis.client import create_redis
from core.settings import Settings, SettingsError
from domain.errors import DatabaseUnavailable
from repository.connection import Connection
from repository.operations.health_repository import HealthRepository
from repository.operations.revision import read_history
from service.operations.connection_budget import refuse_beyond

log = structlog.get_logger()

MIGRATE = "apply the migrations: `main.py upgrade-database`"
# The program can work, but stores no file until there is space.
_NO_SPACE = (errno.ENOSPC, errno.EDQUOT)


async def check_start(settings: Settings, *, stores_files: bool) -> None:
    """Check, before the program starts, that the servers accept it.

    An unavailable server is no error: the program waits for it.

    Args:
        settings: the servers, and the requirements on them.
        stores_files: whether the program reads and writes files of users.

    Raises:
        SettingsError: PostgreSQL or Redis rejects the settings or is unsuitable, PostgreSQL allows too few connections,
            or the directory of files cannot be written.
    """
    await check_database(settings)
    await check_redis(settings)
    if stores_files and settings.storage_url is None:
        await asyncio.to_thread(check_directory, settings)


async def check_database(settings: Settings) -> None:
    """Check that PostgreSQL accepts us and allows enough connections, and log missing migrations.

    PgBouncer has its own limits, so they are not checked.

    Raises:
        SettingsError: it allows too few, rejects `DATABASE_URL`, or `DATABASE_URL` is not set.
    """
    database = open_database(settings, application_name=f"{product.SLUG} start", size=1)
    try:
        health = HealthRepository(Connection(database.acquire))
        allowed = await health.connection_limit()
        if not read_history().is_applied(await health.applied_revisions()):
            log.warning("migrations missing", remedy=MIGRATE)
    except DatabaseUnavailable as error:
        if is_permanent(error):
            raise SettingsError(explain(error) or str(error)) from error
        log.warning("database unavailable", reason=explain(error))
        return
    finally:
        await database.close()
    if not settings.database_transaction_pooling:
        refuse_beyond(allowed, settings)


async def check_redis(settings: Settings) -> None:
    """Check that Redis accepts us and has the commands that we use, and log how it may lose data.

    Raises:
        SettingsError: it rejects `REDIS_URL`, is too old, or `REDIS_URL` is not set.
    """
    redis = create_redis(settings.require_redis_url())
    try:
        server = await redis_server.describe_server(redis)
    except (RedisError, OSError) as error:
        if isinstance(error, RedisError) and redis_server.is_permanent(error):
            raise SettingsError(redis_server.explain(error)) from error
        log.warning("redis unavailable", reason=redis_server.explain(error))
        return
    finally:
        await redis.aclose()
    if server.is_too_old:
        raise SettingsError(redis_server.too_old(server))
    for complaint in redis_server.complaints(server):
        log.warning("redis unsuitable", reason=complaint)


def check_directory(settings: Settings) -> None:
    """Check that files can be written to the local directory.

    Raises:
        SettingsError: they cannot, for another reason than a full disk.
    """
    try:
        try_directory(settings.files_directory)
    except OSError as error:
        if error.errno not in _NO_SPACE:
            raise SettingsError(unwritable(settings, error)) from None
        log.warning("storage full", reason=unwritable(settings, error))
