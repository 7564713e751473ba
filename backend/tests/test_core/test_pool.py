"""The pool is bounded, fair, and survives whatever happens to its connections."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import asyncpg
import pytest

from core.db import Database, TransactionAborted, open_database
from core.pool import RECYCLE_SECONDS, Connection, NoConnection
from core.settings import Settings
from tests.support.event_loop import until

SIZE = 2


@pytest.fixture
async def database(settings: Settings, request: pytest.FixtureRequest) -> AsyncIterator[Database]:
    patience = getattr(request, "param", 0.3)
    limits = {"database_pool_size": SIZE, "database_pool_timeout_seconds": patience}
    database = open_database(settings.model_copy(update=limits), application_name="pool tests")
    yield database
    await database.close()


@pytest.mark.parametrize("database", [60], indirect=True)
async def test_who_asks_first_is_served_first(database: Database) -> None:
    served: list[int] = []

    async def work(number: int) -> None:
        async with database.acquire() as connection:
            served.append(number)
            await connection.execute("SELECT pg_sleep(0.005)")

    async with database.acquire(), database.acquire():
        pass  # both connections are there: to open one takes longer for one than for the other
    async with asyncio.TaskGroup() as group:
        for number in range(20):
            group.create_task(work(number))
    assert served == list(range(20))
    assert database.pool_usage().checked_out == 0


async def test_waiting_ends_and_a_wait_in_vain_loses_nothing(database: Database) -> None:
    async with database.acquire(), database.acquire():
        for _ in range(SIZE + 1):
            with pytest.raises(NoConnection):
                await database.acquire().__aenter__()
    async with database.acquire() as connection:
        assert await connection.fetchval("SELECT 1") == 1


async def test_a_cancelled_statement_costs_its_connection_and_no_place(database: Database) -> None:
    async def wait() -> None:
        async with database.acquire() as connection:
            await connection.execute("SELECT pg_sleep(60)")

    for _ in range(SIZE * 3):
        waiting = asyncio.create_task(wait())
        await asyncio.sleep(0.05)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        await asyncio.sleep(0.1)
    async with database.acquire() as first, database.acquire() as second:
        assert await first.fetchval("SELECT 1") == await second.fetchval("SELECT 1") == 1


@pytest.fixture
def hang() -> Iterator[Callable[[asyncpg.Connection], Awaitable[None]]]:
    """Stop the server's side of a connection until the end of the test, and ask it something."""
    stopped: list[int] = []

    async def stop(connection: asyncpg.Connection) -> None:
        stopped.append(await connection.fetchval("SELECT pg_backend_pid()"))
        os.kill(stopped[-1], signal.SIGSTOP)
        await connection.execute("SELECT 1")

    yield stop
    for process_id in stopped:
        os.kill(process_id, signal.SIGCONT)


@pytest.fixture
def _closed_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait only a moment for the answer of a server to the end of a connection."""
    monkeypatch.setattr("core.pool.CLOSE_TIMEOUT_SECONDS", 0.1)


@pytest.mark.usefixtures("_closed_soon")
async def test_a_server_that_says_nothing_more_is_given_up_on_and_costs_no_place(
    settings: Settings, hang: Callable[[asyncpg.Connection], Awaitable[None]]
) -> None:
    limits = {"database_pool_size": 1, "database_pool_timeout_seconds": 3}
    database = open_database(settings.model_copy(update=limits), application_name="pool tests", answer_seconds=0.5)
    transaction = database.transaction()

    async def read() -> None:
        async with database.acquire() as connection:
            await hang(connection)

    async def write() -> None:
        async with transaction.connection() as connection:
            await hang(connection)

    async with asyncio.timeout(10):
        with pytest.raises(TimeoutError):
            await read()
        with pytest.raises(TimeoutError):
            await write()
        await transaction.close(reusable=True)
        async with database.acquire() as connection:
            assert await connection.fetchval("SELECT 1") == 1
    await database.close()


@pytest.mark.usefixtures("_closed_soon")
async def test_renewal_closes_connections_whose_server_hangs_and_waits_for_none_of_them(database: Database) -> None:
    async with database.acquire() as first, database.acquire() as second:
        processes = [first.get_server_pid(), second.get_server_pid()]
    for process in processes:
        os.kill(process, signal.SIGSTOP)
    try:
        database._pool.renew()
        async with asyncio.timeout(10), database.acquire() as connection:
            assert connection.get_server_pid() not in processes
        async with asyncio.timeout(3):
            await database.close()
        assert first.is_closed()
        assert second.is_closed()
    finally:
        for process in processes:
            os.kill(process, signal.SIGCONT)


async def test_an_old_connection_is_closed_before_a_new_one_is_opened(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with database.acquire() as first, database.acquire() as second:
        opened = [first, second]
        first.made_at = second.made_at = time.monotonic() - RECYCLE_SECONDS - 1
    connect, at_once = database._pool._connect, []

    async def counted() -> Connection:
        at_once.append(1 + sum(not connection.is_closed() for connection in opened))
        opened.append(await connect())
        return opened[-1]

    monkeypatch.setattr(database._pool, "_connect", counted)
    async with database.acquire(), database.acquire():
        assert first.is_closed()
        assert second.is_closed()
    assert at_once == [1, 2]


async def test_a_connection_that_the_server_ended_is_replaced(database: Database) -> None:
    async with database.acquire() as first, database.acquire() as second:
        await second.execute("SELECT pg_terminate_backend($1)", first.get_server_pid())
    await until(first.is_closed)
    for _ in range(SIZE * 2):
        async with database.acquire() as connection:
            assert await connection.fetchval("SELECT 1") == 1


async def test_two_tasks_cannot_use_one_transaction_at_once(database: Database) -> None:
    transaction = database.transaction()

    async def work() -> None:
        async with transaction.connection() as connection:
            await connection.execute("SELECT pg_sleep(0.05)")

    async def work_twice_at_once() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(work())
            group.create_task(work())

    await work()
    with pytest.raises(ExceptionGroup) as failures:
        await work_twice_at_once()
    assert failures.group_contains(asyncpg.InterfaceError, match="another operation is in progress")
    await transaction.close(reusable=False)
    assert database.pool_usage().checked_out == 0


async def test_a_transaction_whose_error_was_swallowed_does_not_commit_in_silence(database: Database) -> None:
    transaction = database.transaction()
    async with transaction.connection() as connection:
        with pytest.raises(Exception, match="division by zero"):
            await connection.execute("SELECT 1 / 0")
    with pytest.raises(TransactionAborted):
        await transaction.commit()
    await transaction.close(reusable=True)
    assert database.pool_usage().checked_out == 0


async def test_a_change_of_a_table_breaks_no_statement_that_was_prepared_before(database: Database) -> None:
    async with database.acquire() as connection:
        await connection.execute("CREATE TABLE IF NOT EXISTS pool_test (a int)")
        await connection.execute("ALTER TABLE pool_test ALTER a TYPE int")
        await connection.fetch("SELECT a FROM pool_test")
        await connection.execute("ALTER TABLE pool_test ALTER a TYPE text")
        assert await connection.fetch("SELECT a FROM pool_test") == []
        await connection.execute("DROP TABLE pool_test")
