"""Real PostgreSQL and Valkey for every test; what a test writes is rolled back when it ends."""

import asyncio
import io
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import UUID

import httpx2 as httpx
import pytest
import redis
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from api.app import create_app
from api.server.route_index import RouteIndex
from core.db import Database, open_database
from core.email import Mailbox
from core.logging import configure_logging
from core.metrics.database import unseen_metrics
from core.pool import Pool, PoolUsage
from core.runtime.blocking import forbid_blocking_calls
from core.runtime.garbage import freeze_and_resume_collection
from core.settings import Environment, Settings, unset_environment
from domain.tasks import broker
from embedded.services import Urls
from embedded.warm import open_warm_services
from repository.base_model import BaseTableModel
from repository.connection import SNAPSHOT
from service import security
from service.factory import Factory
from service.files.images import ImageProcessor
from service.resources import Resources
from tests.support import specimen as specimen_tables
from tests.support.databases import SERVERS, claimed_number, create_migrated_database
from tests.support.secrets_used import SECRETS_USED
from tests.support.specimen_routes import with_memos
from worker.job_runner import JobRunner

# The tests of `make test`, and of `pytest` without the name of a file or a marker.
EVERY_DAY = "not process and not nightly"
CHECKED = Path(__file__).with_name("test_architecture")


def pytest_configure(config: pytest.Config) -> None:
    """Leave the tests that start programs to `make test-all`, and those of the architecture to `make check`."""
    if config.args_source is not pytest.Config.ArgsSource.TESTPATHS:
        return
    config.option.ignore = [*(config.option.ignore or ()), CHECKED]
    config.option.markexpr = config.option.markexpr or EVERY_DAY


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the tests that have a longer timeout, or one worker would end the run alone with such a test."""
    limits = {item: marker.args[0] for item in items if (marker := item.get_closest_marker("timeout"))}
    items.sort(key=lambda item: limits.get(item, 0), reverse=True)


def pytest_collection_finish() -> None:
    """Collect no garbage among what stays to the end."""
    freeze_and_resume_collection()


@pytest.fixture(scope="session")
def services() -> Iterator[Urls]:
    """One PostgreSQL and one Valkey for all runs of this checkout; they stay for the next one."""
    unset_environment("PG")
    with open_warm_services(SERVERS) as urls:
        yield urls


@pytest.fixture(scope="session")
def process_number() -> Iterator[int]:
    """A number that no other process of this run, or of another one, has meanwhile."""
    with claimed_number(SERVERS / "processes") as number:
        yield number


@pytest.fixture(scope="session")
def database_url(services: Urls, process_number: int) -> str:
    """A migrated database of this process's own."""
    return create_migrated_database(services.database_url, f"test_{process_number}")


@pytest.fixture(scope="session")
def redis_url(services: Urls, process_number: int) -> str:
    """A Redis database of this process's own, which is empty."""
    separator = "&" if "?" in services.redis_url else "?"
    url = f"{services.redis_url}{separator}db={process_number}"
    with closing(redis.Redis.from_url(url)) as client:
        client.flushdb()
    return url


@pytest.fixture(scope="session")
def settings(database_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(
        _env_file=None,
        environment=Environment.TEST,
        database_url=database_url,
        redis_url=redis_url,
        var_directory=tmp_path_factory.mktemp("var"),
        frontend_directory=tmp_path_factory.mktemp("dist"),
        allowed_hosts="product.test",  # what the browsers of tests call it
        rate_limits_enabled=False,  # all tests come from one address
        identity_snapshot_seconds=0,  # tests change rows behind the process's back
    )


class Tee(io.StringIO):
    """Keeps what is written, and writes it to the standard output of the moment."""

    def write(self, text: str) -> int:
        sys.stdout.write(text)
        return super().write(text)


@pytest.fixture(autouse=True, scope="session")
def log_output() -> io.StringIO:
    """Everything that the whole suite logs; pytest shows a failed test its part. It needs no server."""
    output = Tee()
    configure_logging(Settings(_env_file=None, environment=Environment.TEST), stream=output)
    return output


@pytest.fixture(autouse=True, scope="session")
def _nothing_secret_in_logs(log_output: io.StringIO) -> Iterator[None]:
    """Search all that the suite logged for everything that it kept secret."""
    yield
    assert SECRETS_USED.found_in_long(log_output.getvalue()) == []


@pytest.fixture(scope="session")
async def engine(settings: Settings) -> AsyncIterator[AsyncEngine]:
    """SQLAlchemy's own way to the database, for what tests say in SQL."""
    engine = create_async_engine(settings.require_database_url(), skip_autocommit_rollback=True)
    yield engine
    await engine.dispose()


@pytest.fixture(scope="session")
async def specimen(engine: AsyncEngine) -> None:
    """The tables of `tests/support/specimen.py`."""
    await specimen_tables.create_tables(engine)


class SavepointConnection:
    """The driver's connection of a test. What would begin and end transactions makes and releases savepoints."""

    def __init__(self, driver: Any) -> None:
        self._driver = driver
        self._is_busy = asyncio.Lock()
        self._depth = 0

    async def fetch(self, sql: str, *arguments: object) -> Any:
        async with self._is_busy:
            return await self._driver.fetch(sql, *arguments)

    async def execute(self, sql: str, *arguments: object) -> str:
        async with self._is_busy:
            if sql == SNAPSHOT:  # the isolation of the outer transaction is fixed
                return sql
            if sql not in {"BEGIN", "COMMIT", "ROLLBACK"}:
                tag: str = await self._driver.execute(sql, *arguments)
                return tag
            self._depth += 1 if sql == "BEGIN" else -1
            for statement in SAVEPOINTS[sql]:
                await self._driver.execute(statement.format(self._depth if sql == "BEGIN" else self._depth + 1))
            return sql

    async def prepare(self, sql: str) -> Any:
        async with self._is_busy:
            return await self._driver.prepare(sql)

    async def executemany(self, sql: str, rows: Any) -> None:
        async with self._is_busy:
            await self._driver.executemany(sql, rows)

    def is_in_transaction(self) -> bool:
        return self._depth > 0


SAVEPOINTS = {
    "BEGIN": ("SAVEPOINT unit_of_work_{}",),
    "COMMIT": ("RELEASE SAVEPOINT unit_of_work_{}",),
    "ROLLBACK": ("ROLLBACK TO SAVEPOINT unit_of_work_{}", "RELEASE SAVEPOINT unit_of_work_{}"),
}


class RolledBackDatabase(Database):
    """Runs everything on one connection, whose transaction the test rolls back; commits release savepoints."""

    def __init__(self, connection: AsyncConnection) -> None:
        assert connection.sync_connection is not None
        super().__init__(OneConnection(SavepointConnection(connection.sync_connection.connection.driver_connection)))


class OneConnection(Pool):
    """Lends the same connection to all callers."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self.metrics = unseen_metrics()

    async def acquire(self) -> Any:
        return self._connection

    def release(self, connection: object, *, reusable: bool) -> None:
        pass

    def usage(self) -> PoolUsage:
        return PoolUsage(checked_out=1, idle=0, size=1)

    async def close(self) -> None:
        pass


class HeldTransport:
    """Keeps the ids that would wake workers, so that a test decides when jobs run."""

    def __init__(self) -> None:
        self.job_ids: list[UUID] = []

    async def send(self, job_ids: Sequence[UUID], *, queue: str) -> None:
        self.job_ids.extend(job_ids)

    async def waiting(self, queue: str) -> int:
        return len(self.job_ids)

    async def close(self) -> None:
        self.job_ids.clear()


@pytest.fixture
def transport() -> HeldTransport:
    return HeldTransport()


@pytest.fixture
def mailbox(tmp_path: Path) -> Mailbox:
    return Mailbox(tmp_path / "mailbox")


@pytest.fixture
async def connection(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """The connection whose transaction is rolled back after the test."""
    async with engine.connect() as connection:
        transaction = await connection.begin()
        await connection.execute(text("SELECT 1"))  # only now PostgreSQL hears of the transaction
        yield connection
        await _assert_nothing_secret_in_jobs(connection)
        await transaction.rollback()


async def _assert_nothing_secret_in_jobs(connection: AsyncConnection) -> None:
    if not connection.in_transaction() or connection.closed:
        return
    payloads = await connection.execute(text("SELECT payload::text || coalesce(last_error, '') FROM jobs"))
    assert SECRETS_USED.found_in("\n".join(payloads.scalars())) == []


@asynccontextmanager
async def opened_factory(
    settings: Settings, database: Database, transport: HeldTransport, mailbox: Mailbox
) -> AsyncIterator[Factory]:
    """Yield a factory on `database`, which the caller closes."""
    factory = Factory(
        Resources(
            settings, routes=broker.routes, transport=transport, component="tests", database=database, mailer=mailbox
        )
    )
    yield factory
    factory.streams.close()
    await factory.resources.close_clients()
    factory.resources.close_pools()


@pytest.fixture
async def factory(
    settings: Settings,
    connection: AsyncConnection,
    transport: HeldTransport,
    mailbox: Mailbox,
    images: ImageProcessor,
) -> AsyncIterator[Factory]:
    async with opened_factory(settings, RolledBackDatabase(connection), transport, mailbox) as factory:
        factory.resources.images = images
        yield factory


@pytest.fixture(scope="session")
def images() -> Iterator[ImageProcessor]:
    """One process for the pictures of all tests: to start it takes longer than most of them."""
    with closing(ImageProcessor()) as images:
        yield images


@pytest.fixture(autouse=True, scope="session")
def _routes_are_built_once() -> Iterator[None]:
    """Give all applications with the same routers the same routes: to build those takes longer than most tests."""
    build = vars(RouteIndex)["_table"].func
    built: dict[tuple[int, ...], tuple[Any, Any]] = {}

    def table(index: RouteIndex) -> Any:
        router = index._router
        # Production has one less, and a test may have added its own.
        routers = tuple(id(getattr(included, "original_router", included)) for included in router.routes)
        if routers not in built:
            built[routers] = build(index), router.routes
        found, router.routes = built[routers]
        return found

    with patch.object(RouteIndex, "_table", property(table)):
        yield


@pytest.fixture(autouse=True)
def _hashes_are_cheap(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash passwords with hardly any memory, because nearly every test signs a user up; `real_hashes` does not."""
    if request.node.get_closest_marker("real_hashes") is None:
        monkeypatch.setattr(security, "ARGON2_MEMORY_KIB", 8)
        monkeypatch.setattr(security, "ARGON2_PASSES", 1)


@pytest.fixture
def app(settings: Settings, factory: Factory) -> FastAPI:
    return create_app(settings, factory=factory)


@pytest.fixture
def specimen_app(settings: Settings, factory: Factory, specimen: None) -> FastAPI:
    """The application with the routes of memos."""
    return with_memos(create_app(settings, factory=factory))


@pytest.fixture
async def specimen_client(specimen_app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A browser on the application with the routes of memos."""
    async with browser(specimen_app) as client:
        yield client


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A browser on our own page: it keeps cookies and says where a request comes from."""
    async with browser(app) as client:
        yield client


def browser(app: FastAPI) -> httpx.AsyncClient:
    """Return a client of its own, with an empty cookie jar."""
    client = httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app, raise_app_exceptions=False),
        base_url="http://product.test",
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    return SECRETS_USED.watch(client)


@pytest.fixture
async def committing_factory(
    settings: Settings, engine: AsyncEngine, transport: HeldTransport, mailbox: Mailbox
) -> AsyncIterator[Factory]:
    """A factory whose commits are real, for tests in which transactions meet; tables are emptied afterwards."""
    database = open_database(settings, application_name="tests")
    async with opened_factory(settings, database, transport, mailbox) as factory:
        yield factory
    await database.close()
    tables = ", ".join(table.name for table in BaseTableModel.metadata.sorted_tables)
    async with engine.begin() as connection:
        await connection.execute(text(f"TRUNCATE {tables} CASCADE"))


@pytest.fixture
def committing_app(settings: Settings, committing_factory: Factory) -> FastAPI:
    return create_app(settings, factory=committing_factory)


async def run_due_jobs(factory: Factory) -> None:
    """Run every job whose id was sent, as a worker would, and those that they enqueue."""
    transport = factory.resources.transport
    assert isinstance(transport, HeldTransport)
    await factory.resources.wake_ups.flush()
    while transport.job_ids:
        job_ids, transport.job_ids = transport.job_ids, []
        for job_id in job_ids:
            await JobRunner(factory, broker).run(job_id)
        await factory.resources.wake_ups.flush()


@pytest.fixture(autouse=True, scope="session")
def _no_blocking_calls() -> Iterator[None]:
    """Fail on a blocking call that our own code makes on the event loop."""
    with forbid_blocking_calls():
        yield
