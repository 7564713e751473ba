"""Databases of the tests: each process that runs tests has a number, and databases with that number in their names.

What a run leaves behind, also one that was killed, is replaced when its number is taken again.
"""

import asyncio
import fcntl
import hashlib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from core import product
from core.settings import REPOSITORY_ROOT
from embedded.process import try_lock
from embedded.services import lock_file
from embedded.valkey import DATABASES
from repository.operations import migrate

# The directory of the servers that all runs share.
SERVERS = REPOSITORY_ROOT / "var" / "test"
REPOSITORY = Path(migrate.__file__).parents[1]
TEMPLATES = "migrated_"
# No server listens on this port.
UNREACHABLE = "postgresql+asyncpg://app@127.0.0.1:1/none"
# Holds databases that are being made, by every run at once.
LOCK = SERVERS / "template.lock"


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Wait until no other process holds the lock, and hold it."""
    with lock_file(path) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def claimed_number(directory: Path) -> Iterator[int]:
    """Yield the lowest number that no other process has. It is free again when this one ends, however it does."""
    directory.mkdir(parents=True, exist_ok=True)
    for number in range(DATABASES):
        with lock_file(directory / f"{number}.lock") as lock:
            if try_lock(lock):
                yield number
                return
    raise AssertionError(f"{DATABASES} processes run tests already")


def create_database(server_url: str, name: str) -> str:
    """Make an empty database and return its URL; one of that name is dropped."""
    asyncio.run(_replace(server_url, name))
    return _url(server_url, name)


def create_migrated_database(server_url: str, name: str) -> str:
    """Make a database with all migrations and return its URL; one of that name is dropped.

    It is a copy of a template, which is made when there is none of these migrations.
    """
    with locked(LOCK):
        template = template_name()
        if not asyncio.run(_exists(server_url, template)):
            _make_template(server_url, template)
        asyncio.run(_replace(server_url, name, template=template))
    return _url(server_url, name)


def run_sql(url: str, *statements: str) -> list[tuple[Any, ...]]:
    """Run statements, each in a transaction of its own, and return the rows of the last one."""

    async def run() -> list[tuple[Any, ...]]:
        async with _connected(url) as connection:
            found = [await connection.fetch(statement) for statement in statements]
        return [tuple(row) for row in found[-1]]

    return asyncio.run(run())


@asynccontextmanager
async def filled_database(server_url: str, name: str, *statements: str) -> AsyncIterator[AsyncEngine]:
    """Make a migrated database, run the statements in it, and yield its engine.

    For the fixture `engine` of a module whose tests all need the same many rows.
    """
    url = await asyncio.to_thread(create_migrated_database, server_url, name)
    await asyncio.to_thread(run_sql, url, *statements)
    engine = create_async_engine(url)
    yield engine
    await engine.dispose()


def _make_template(server_url: str, template: str) -> None:
    unfinished = f"unfinished_{TEMPLATES}"
    migrate.upgrade(create_database(server_url, unfinished))
    asyncio.run(_rename(server_url, unfinished, template))


def template_name() -> str:
    """Return a name that changes with the migrations, and with the models and names that they may use."""
    folders = (REPOSITORY / "migrations", REPOSITORY / "models")
    files = [file for folder in folders for file in sorted(folder.rglob("*.py"))]
    files += [REPOSITORY / "base_model.py", Path(product.__file__)]
    contents = (file.name.encode() + file.read_bytes() for file in files)
    return TEMPLATES + hashlib.sha256(b"\0".join(contents)).hexdigest()[:16]


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    connection = await asyncpg.connect(make_url(url).set(drivername="postgresql").render_as_string(False))
    try:
        yield connection
    finally:
        await connection.close()


async def _replace(server_url: str, name: str, *, template: str = "template1") -> None:
    async with _connected(server_url) as server:
        await server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        await server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')


async def _exists(server_url: str, name: str) -> bool:
    async with _connected(server_url) as server:
        return await server.fetchval("SELECT true FROM pg_database WHERE datname = $1", name) or False


async def _rename(server_url: str, unfinished: str, template: str) -> None:
    """Give the template its name, and drop those of other migrations."""
    async with _connected(server_url) as server:
        for old in await server.fetch("SELECT datname FROM pg_database WHERE starts_with(datname, $1)", TEMPLATES):
            await server.execute(f'DROP DATABASE "{old["datname"]}"')
        await server.execute(f'ALTER DATABASE "{unfinished}" RENAME TO "{template}"')
        await server.execute(f'ALTER DATABASE "{template}" ALLOW_CONNECTIONS false')


def _url(server_url: str, name: str) -> str:
    return make_url(server_url).set(database=name).render_as_string(hide_password=False)
