"""`work.session`: SQLAlchemy's own session in the transaction of the unit of work, next to the fast path."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import IntegrityError, InvalidRequestError, ResourceClosedError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession
from sqlalchemy.orm import Session, selectinload

from core.db import open_database
from core.settings import Settings
from domain.errors import DatabaseUnavailable
from domain.permissions import ANONYMOUS, SYSTEM, Actor
from domain.session import NotAuthenticated
from domain.user import EmailTaken
from repository import models
from repository.connection import violation_means
from repository.session import CommitRefused, SessionOver, unscoped
from repository.sql import session_driver
from service.factory import Factory, Work
from tests.support.helpers import new_actor
from tests.support.specimen import FoundMemo, Memo, Remark, memos_of, remarks_of
from tests.test_architecture.source import BACKEND

pytestmark = pytest.mark.usefixtures("specimen")


@asynccontextmanager
async def _failing(error: type[Exception], factory: Factory, actor: Actor = ANONYMOUS) -> AsyncIterator[Work]:
    """Yield a unit of work that ends with `error`."""
    with pytest.raises(error):
        async with factory.unit_of_work(actor) as work:
            yield work


def _fail() -> None:
    raise ZeroDivisionError


async def _new_user(factory: Factory) -> Actor:
    return await new_actor(factory, "author@example.com", name="An author")


@pytest.fixture
async def author(factory: Factory) -> Actor:
    return await _new_user(factory)


def _memo(**values: Any) -> Memo:
    return Memo(**{"title": "A title", **values})


async def _added(work: Work) -> FoundMemo:
    """Add a memo on the fast path."""
    return await memos_of(work).add("A title")


async def _memos(connection: AsyncConnection) -> int:
    return await connection.scalar(select(func.count()).select_from(Memo)) or 0


async def test_it_is_a_session_as_sqlalchemy_describes_it(factory: Factory) -> None:
    async with factory.unit_of_work() as work:
        assert isinstance(work.session, AsyncSession)
        assert work.session is work.session


async def test_either_way_sees_what_the_other_wrote(factory: Factory, author: Actor) -> None:
    async with factory.unit_of_work(author) as work:
        fast = await _added(work)
        assert await work.session.scalar(select(Memo.title).where(Memo.id == fast.id)) == fast.title
        ordinary = _memo(published=True)
        work.session.add(ordinary)
        await work.session.flush()
        found = await memos_of(work).get(ordinary.id)
        assert found is not None
        assert found.title == ordinary.title


async def test_reading_begins_the_transaction(factory: Factory) -> None:
    async with factory.unit_of_work() as work:
        assert not work._transaction.has_begun
        await work.session.scalars(select(Memo))
        assert work._transaction.has_begun


async def test_what_was_added_is_written_before_the_commit(
    factory: Factory, author: Actor, connection: AsyncConnection
) -> None:
    async with factory.unit_of_work(author) as work:
        work.session.add(_memo())
        assert work.writes
    assert await _memos(connection) == 1


async def test_an_error_rolls_everything_back(factory: Factory, author: Actor, connection: AsyncConnection) -> None:
    async with _failing(ZeroDivisionError, factory, author) as work:
        await _added(work)
        work.session.add(_memo())
        await work.session.flush()
        _fail()
    assert await _memos(connection) == 0


@pytest.mark.race
async def test_a_violation_surfaces_inside_the_unit_of_work(committing_factory: Factory, engine: AsyncEngine) -> None:
    author = await _new_user(committing_factory)
    async with _failing(IntegrityError, committing_factory, author) as work:
        work.session.add(_memo(id=(await _added(work)).id))
    async with engine.connect() as connection:
        assert await _memos(connection) == 0
    assert committing_factory.resources.database.pool_usage().checked_out == 0


async def test_a_violation_is_translated_by_its_name(factory: Factory) -> None:
    async with factory.unit_of_work(SYSTEM) as work:
        work.session.add(models.User(email="taken@example.com"))
    async with _failing(EmailTaken, factory, SYSTEM) as work:
        work.session.add(models.User(email="taken@example.com"))
        with violation_means("uq_users_email", EmailTaken):
            await work.session.flush()
    async with _failing(IntegrityError, factory, SYSTEM) as work:
        work.session.add(models.User(email="taken@example.com"))
        with violation_means("uq_users_name", EmailTaken):
            await work.session.flush()


async def test_a_savepoint_outlives_a_violation(factory: Factory, author: Actor, connection: AsyncConnection) -> None:
    async with factory.unit_of_work(author) as work:
        kept = await _added(work)
        with pytest.raises(IntegrityError):
            async with work.session.begin_nested():
                work.session.add(_memo(id=kept.id))
        work.session.add(_memo())
    assert await _memos(connection) == 2


@pytest.mark.parametrize("what", ["commit", "rollback", "begin"])
async def test_only_the_unit_of_work_commits(
    factory: Factory, author: Actor, connection: AsyncConnection, what: str
) -> None:
    def say(session: Session) -> None:
        getattr(session, what)()

    async with factory.unit_of_work(author) as work:
        work.session.add(_memo())
        with pytest.raises(CommitRefused, match="Only the unit of work commits"):
            await work.session.run_sync(say)
        with pytest.raises(CommitRefused):
            await getattr(work.session, what)()
    assert await _memos(connection) == 1


async def test_what_ends_sqlalchemys_own_transaction_ends_none_of_ours(
    factory: Factory, author: Actor, connection: AsyncConnection
) -> None:
    async with _failing(ZeroDivisionError, factory, author) as work:
        work.session.add(_memo())
        await work.session.flush()
        await (await work.session.connection()).commit()
        await work.session.close()
        assert work.has_begun
        with pytest.raises(SessionOver):
            await work.session.scalars(select(Memo))
        _fail()
    assert await _memos(connection) == 0


@pytest.mark.race
async def test_nothing_runs_in_the_transaction_of_another_unit_of_work(committing_factory: Factory) -> None:
    author = await _new_user(committing_factory)
    async with committing_factory.unit_of_work(author) as first:
        leaked = await first.session.connection()
        await first.session.begin_nested()
        first.session.add(_memo())
    async with committing_factory.unit_of_work(author) as work:
        assert await work.session.scalar(select(func.count()).select_from(Memo)) == 1
        with pytest.raises(ResourceClosedError):
            await leaked.execute(text("SELECT 1"))
        with pytest.raises(SessionOver):
            await first.session.scalars(select(Memo))
    assert committing_factory.resources.database.pool_usage().checked_out == 0


async def test_relationships_are_loaded_where_it_is_asked_for(factory: Factory, author: Actor) -> None:
    async with factory.unit_of_work(author) as work:
        memo = await _added(work)
        for content in ("First.", "Second."):
            await remarks_of(work).add(memo.id, content)
        of_memo = selectinload(Memo.remarks).joinedload(Remark.author)
        query = select(Memo).options(of_memo).where(Memo.id == memo.id)
        found = (await work.session.scalars(query)).one()
        assert [(remark.content, remark.author.name) for remark in found.remarks] == [
            ("First.", "An author"),
            ("Second.", "An author"),
        ]
        with pytest.raises(InvalidRequestError, match="raise"):
            found.author  # noqa: B018


async def test_a_session_streams(factory: Factory, author: Actor) -> None:
    async with factory.unit_of_work(author) as work:
        work.session.add_all(_memo(title=f"{number}") for number in range(3))
        await work.session.flush()
        titles = await work.session.stream_scalars(select(Memo.title).order_by(Memo.title))
        assert [title async for title in titles] == ["0", "1", "2"]


@pytest.mark.race
async def test_json_comes_and_goes_as_on_the_fast_path(committing_factory: Factory) -> None:
    data = {"a": [1, "ü", None]}
    payloads = unscoped(select(models.Job.payload))
    async with committing_factory.unit_of_work(SYSTEM) as work:
        ordinary = insert(models.Job).values(task="a_task", payload=data, max_attempts=1)
        assert await work.session.scalar(unscoped(ordinary.returning(models.Job.payload))) == data
        assert await work.connection.write(ordinary) == 1
    async with committing_factory.unit_of_work(SYSTEM) as work:
        assert (await work.session.scalars(payloads)).all() == [data, data]
        assert await work.connection.fetch_values(payloads) == [data, data]


@pytest.mark.race
async def test_the_drivers_connection_stays_as_it_was(
    committing_factory: Factory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLAlchemy sets codecs on a connection that it gets, and with them drops every statement that was prepared."""

    async def set_type_codec(*_: object, **__: object) -> None:
        raise AssertionError

    async with committing_factory.resources.database.acquire() as connection:
        await connection.execute("SELECT 1")
    monkeypatch.setattr(asyncpg.Connection, "set_type_codec", set_type_codec)
    async with committing_factory.unit_of_work() as work:
        await work.session.scalars(select(Memo))
    async with committing_factory.resources.database.acquire() as again:
        assert again is connection
        assert not again.is_in_transaction()


@pytest.mark.race
async def test_no_unit_of_work_keeps_its_connection(committing_factory: Factory) -> None:
    author = await _new_user(committing_factory)

    async def work_cancelled(after: float) -> None:
        async with asyncio.timeout(after), committing_factory.unit_of_work(author) as work:
            for _ in range(3):
                work.session.add(_memo())
                await work.session.flush()
                await work.session.scalars(unscoped(select(func.pg_sleep(0.002))))
            work.session.add(_memo())  # which the end writes

    outcomes = await asyncio.gather(*(work_cancelled(number / 1000) for number in range(60)), return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} <= {TimeoutError, type(None)}
    assert TimeoutError in map(type, outcomes)
    assert committing_factory.resources.database.pool_usage().checked_out == 0
    async with committing_factory.unit_of_work(SYSTEM) as work:
        written = await work.session.scalar(select(func.count()).select_from(Memo))
    assert written == 4 * sum(outcome is None for outcome in outcomes)


@pytest.mark.race
async def test_an_outage_is_what_it_is_on_the_fast_path(committing_factory: Factory, engine: AsyncEngine) -> None:
    async with _failing(DatabaseUnavailable, committing_factory) as work:
        pid = await work.session.scalar(unscoped(select(func.pg_backend_pid())))
        async with engine.connect() as other:
            await other.execute(text(f"SELECT pg_terminate_backend({pid})"))
        await work.session.scalars(select(Memo))
    async with _failing(DatabaseUnavailable, committing_factory) as work:
        await work.session.execute(unscoped(text("SET LOCAL statement_timeout = 1")))
        await work.session.scalars(unscoped(select(func.pg_sleep(1))))
    assert committing_factory.resources.database.pool_usage().checked_out == 0


async def test_a_database_that_is_away_is_unavailable(settings: Settings, factory: Factory) -> None:
    away = settings.model_copy(update={"database_url": "postgresql://reader@127.0.0.1:1/nothing"})
    factory.resources.database = open_database(away, application_name="tests")
    async with _failing(DatabaseUnavailable, factory) as work:
        await work.session.scalars(select(Memo))


@pytest.mark.race
async def test_it_works_where_a_pooler_lends_a_server_for_one_transaction(
    settings: Settings, committing_factory: Factory, engine: AsyncEngine
) -> None:
    author = await _new_user(committing_factory)
    pooled = settings.model_copy(update={"database_transaction_pooling": True})
    committing_factory.resources.database = database = open_database(pooled, application_name="tests", size=1)
    for _ in range(2):
        async with committing_factory.unit_of_work(author) as work:
            work.session.add_all([_memo(), _memo()])
            await work.session.flush()
            assert len((await work.session.scalars(select(Memo))).all()) in {2, 4}
            prepared = unscoped(text("SELECT count(*) FROM pg_prepared_statements"))
            assert await work.session.scalar(prepared) == 0
    await database.close()
    async with engine.connect() as connection:
        assert await _memos(connection) == 4


async def test_work_without_a_session_makes_none(factory: Factory, author: Actor) -> None:
    session_driver._engine.cache_clear()
    async with factory.unit_of_work(author) as work:
        await _added(work)
    assert session_driver._engine.cache_info().currsize == 0
    assert work._session is None


@pytest.mark.process
def test_a_process_starts_without_what_only_sessions_need() -> None:
    program = "import sys, api.app; print('sqlalchemy.ext.asyncio' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", program], cwd=BACKEND, capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "False"


async def test_an_account_that_was_deleted_is_signed_out(factory: Factory) -> None:
    async with _failing(NotAuthenticated, factory, Actor(uuid4())) as work:
        work.session.add(_memo())
        with violation_means("fk_memos_author_id", NotAuthenticated):
            await work.session.flush()
