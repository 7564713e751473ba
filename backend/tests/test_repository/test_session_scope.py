"""Whose rows a session reads and changes: what is declared for the fast path, however a statement is written."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Executable, delete, exists, func, insert, select, text, union_all, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased, contains_eager, joinedload, selectinload, subqueryload

from domain.errors import PermissionDenied
from domain.permissions import ANONYMOUS, SYSTEM, Actor, Permission
from repository import models
from repository.base_model import BaseTableModel, Private
from repository.ownership import DeclaredTwice, Ownership, ownership_of
from repository.session import UnscopedStatement, unscoped
from service.factory import Factory, Work
from tests.support.specimen import Memo, Remark
from tests.test_architecture.source import import_modules

pytestmark = pytest.mark.usefixtures("specimen")


@dataclass
class World:
    """Two authors with a draft and a published memo each; Ann's draft has a remark of either, Bob's of Bob."""

    ann: Actor
    bob: Actor
    drafts: dict[str, UUID]

    def actor(self, name: str) -> Actor:
        moderator = Actor(self.bob.user_id, permissions=frozenset({Permission.WRITE_JOBS}))
        return {"ann": self.ann, "bob": self.bob, "guest": ANONYMOUS, "moderator": moderator, "system": SYSTEM}[name]


@pytest.fixture
async def world(factory: Factory) -> World:
    async with factory.unit_of_work(SYSTEM) as work:
        users = {name: models.User(email=f"{name}@example.com", name=name) for name in ("ann", "bob")}
        work.session.add_all(users.values())
        await work.session.flush()
        drafts: dict[str, UUID] = {}
        for name, user in users.items():
            for published in (False, True):
                memo = Memo(author_id=user.id, title=f"{name} {published}", content=name, published=published)
                memo.remarks = [Remark(author_id=user.id, content=f"{name} on {name}'s {published}")]
                work.session.add(memo)
                await work.session.flush()
                drafts[name] = drafts.get(name, memo.id)
        work.session.add(Remark(author_id=users["bob"].id, memo_id=drafts["ann"], content="bob on ann's draft"))
        return World(Actor(users["ann"].id), Actor(users["bob"].id), drafts)


ANNS, BOBS = {"ann False", "ann True"}, {"bob False", "bob True"}
READS = {
    "ann": ANNS | {"bob True"},
    "bob": BOBS | {"ann True"},
    "guest": {"ann True", "bob True"},
    "moderator": ANNS | BOBS,
    "system": ANNS | BOBS,
}

other = aliased(Memo)
inner = aliased(Remark)
of_remark = aliased(Memo)
in_union = aliased(Memo, union_all(select(Memo), select(Memo)).subquery())
in_subquery = aliased(Memo, select(Memo).subquery())
in_cte = aliased(Memo, select(Memo).cte())
# Statements that show titles of memos, in every way that occurred to us.
TITLES: dict[str, Executable] = {
    "entities": select(Memo),
    "column": select(Memo.title),
    "alias": select(other),
    "column of an alias": select(other.title),
    "function": select(func.max(Memo.title)).group_by(Memo.id),
    "entities of a subquery": select(in_subquery),
    "entities of a common table": select(in_cte),
    "entities of a union": select(in_union),
    "columns of a subquery": select(select(Memo.title).subquery().c.title),
    "join": select(Memo.title).join(Remark),
    "join from remarks": select(Memo.title).join_from(Remark, Memo),
    "join of aliases": select(other.title).join(inner, inner.memo_id == other.id),
    "outer join": select(Memo.title).outerjoin(Remark, Remark.memo_id == Memo.id),
    "join to a scalar": select(select(Memo.title).where(Memo.id == Remark.memo_id).scalar_subquery()).select_from(
        Remark
    ),
    "in": select(Memo.title).where(Memo.id.in_(select(Remark.memo_id))),
    "exists": select(Memo.title).where(exists().where(Remark.memo_id == Memo.id)),
    "join to an alias": select(other.title).join_from(Memo, other, other.id == Memo.id),
    "join of one of a kind to an alias": select(other.title).join_from(Memo, other, other.author_id == Memo.author_id),
    "join of everything to an alias": select(other.title).join_from(models.Author, other, other.title != ""),
    "outer join to an alias": select(other.title).join_from(models.Author, other, other.title != "", isouter=True),
    "two of a kind": select(other.title).select_from(Memo, other).where(other.id == Memo.id),
    "alias of a relationship": select(of_remark.title).select_from(Remark).join(Remark.memo.of_type(of_remark)),
    "union": union_all(select(Memo.title), select(other.title)),
    "lateral": select(select(Memo).lateral().c.title),
    "returned": update(Memo).values(version=2).returning(Memo.title),
}


def _titles(found: Sequence[Any]) -> set[str]:
    return {row.title if isinstance(row, Memo) else row for row in found} - {None}


@pytest.mark.parametrize("name", READS)
@pytest.mark.parametrize("shape", sorted(set(TITLES) - {"returned"}))
async def test_a_select_shows_what_the_actor_may_read(factory: Factory, world: World, shape: str, name: str) -> None:
    async with factory.unit_of_work(world.actor(name)) as work:
        found = (await work.session.scalars(TITLES[shape])).all()
    hidden = {"ann False"} if "join" in shape and name == "bob" else set()
    assert _titles(found) == READS[name] - hidden


@pytest.mark.parametrize("shape", ["raw", "core", "from a statement", "bulk insert", "function"])
async def test_a_statement_that_cannot_be_scoped_is_refused(factory: Factory, world: World, shape: str) -> None:
    statement: Any = {
        "raw": text("SELECT title FROM specimen.memos"),
        "core": select(Memo.__table__.c.title),
        "from a statement": select(Memo).from_statement(text("SELECT * FROM specimen.memos")),
        "bulk insert": insert(Memo).values(author_id=world.ann.user_id, title="", content=""),
        "function": select(func.now()),
    }[shape]
    async with factory.unit_of_work(world.bob) as work:
        with pytest.raises(UnscopedStatement):
            await work.session.execute(statement)
        assert await work.session.execute(unscoped(statement)) is not None


LOADS: dict[str, Any] = {
    "selectinload": select(Memo).options(selectinload(Memo.remarks)),
    "joinedload": select(Memo).options(joinedload(Memo.remarks)),
    "subqueryload": select(Memo).options(subqueryload(Memo.remarks)),
    "contains_eager": select(Memo).outerjoin(Memo.remarks).options(contains_eager(Memo.remarks)),
}
REMARKS = {
    "ann": {"ann on ann's False", "bob on ann's draft", "ann on ann's True", "bob on bob's True"},
    "bob": {"bob on bob's False", "ann on ann's True", "bob on bob's True"},
    "guest": {"ann on ann's True", "bob on bob's True"},
}


def _shown(memo: Memo | None) -> bool:
    return memo is not None


@pytest.mark.parametrize("name", REMARKS)
@pytest.mark.parametrize("load", LOADS)
@pytest.mark.filterwarnings(
    "ignore:SELECT statement has a cartesian product"
)  # subqueryload copies its query into ours
async def test_relationships_show_what_the_actor_may_read(factory: Factory, world: World, load: str, name: str) -> None:
    async with factory.unit_of_work(world.actor(name)) as work:
        memos = (await work.session.scalars(LOADS[load])).unique().all()
        loaded = {remark.content for memo in memos for remark in memo.remarks}
        own = (await work.session.scalars(select(Remark).options(selectinload(Remark.memo)))).all()
    assert loaded == REMARKS[name]
    unseen = [remark.content for remark in own if not _shown(remark.memo)]
    assert unseen == (["bob on ann's draft"] if name == "bob" else [])  # one's own remark, on a memo no longer shown


async def test_all_users_may_read_authors_but_not_accounts(factory: Factory, world: World) -> None:
    async with factory.unit_of_work(world.bob) as work:
        memos = await work.session.scalars(select(Memo).options(joinedload(Memo.author)))
        assert {memo.author.name for memo in memos} == {"ann", "bob"}
        assert {user.name for user in await work.session.scalars(select(models.User))} == {"bob"}
    async with factory.unit_of_work(ANONYMOUS) as work:
        assert (await work.session.scalars(select(models.User))).all() == []


async def test_one_row_is_found_by_its_key_if_it_may_be_read(factory: Factory, world: World) -> None:
    async with factory.unit_of_work(world.bob) as work:
        assert await work.session.get(Memo, world.drafts["bob"])
        assert await work.session.get(Memo, world.drafts["ann"]) is None
        assert await work.session.get(Memo, world.drafts["ann"], execution_options={"unscoped": True})


async def test_unscoped_shows_everything_with_what_is_loaded_beside_it(factory: Factory, world: World) -> None:
    async with factory.unit_of_work(world.bob) as work:
        found = (await work.session.scalars(unscoped(LOADS["selectinload"]))).all()
    assert _titles(found) == ANNS | BOBS
    assert sum(len(memo.remarks) for memo in found) == 5


@pytest.mark.parametrize("name", ["ann", "bob", "guest", "moderator"])
@pytest.mark.parametrize("how", ["update", "delete", "update of an alias of ids"])
async def test_a_bulk_change_reaches_what_the_actor_may_change(
    factory: Factory, world: World, how: str, name: str, connection: AsyncConnection
) -> None:
    statement: Any = {
        "update": update(Memo).values(content="changed"),
        "delete": delete(Memo),
        "update of an alias of ids": update(Memo).where(Memo.id.in_(select(other.id))).values(content="changed"),
    }[how]
    async with factory.unit_of_work(world.actor(name)) as work:
        await work.session.execute(statement)
    rows = await connection.execute(text("SELECT title FROM specimen.memos WHERE content <> 'changed'"))
    owned = {"ann": ANNS, "bob": BOBS, "guest": set(), "moderator": ANNS | BOBS}[name]
    assert set(rows.scalars()) == (ANNS | BOBS) - owned


async def _change(work: Work, memo: Memo) -> None:
    memo.title = "changed"


async def _give_away(work: Work, memo: Memo) -> None:
    assert work.actor.user_id or work.actor is ANONYMOUS
    memo.author_id = work.actor.user_id or uuid4()


async def _delete(work: Work, memo: Memo) -> None:
    await work.session.delete(memo)


CHANGES: dict[str, Callable[[Work, Memo], Any]] = {
    "change": _change,
    "delete": _delete,
    "take": _give_away,
}


@pytest.mark.parametrize("how", CHANGES)
async def test_an_object_is_changed_by_those_who_may(
    factory: Factory, world: World, how: str, connection: AsyncConnection
) -> None:
    of_ann = select(Memo).where(Memo.title == "ann True")
    for name, may in {"bob": False, "guest": False, "ann": True, "moderator": True}.items():
        savepoint = await connection.begin_nested()
        async with factory.unit_of_work(world.actor(name)) as work:
            await CHANGES[how](work, (await work.session.scalars(of_ann)).one())
            if may:
                await work.session.flush()
            else:
                with pytest.raises(PermissionDenied):
                    await work.session.flush()
                work.session.expunge_all()
        await savepoint.rollback()


async def test_an_object_that_was_loaded_unscoped_is_no_easier_to_change(factory: Factory, world: World) -> None:
    async with factory.unit_of_work(world.bob) as work:
        memo = (await work.session.scalars(unscoped(select(Memo).where(Memo.id == world.drafts["ann"])))).one()
        memo.title = "changed"
        with pytest.raises(PermissionDenied):
            await work.session.flush()
        work.session.expunge_all()


async def test_what_is_added_belongs_to_the_actor(factory: Factory, world: World) -> None:
    async with factory.unit_of_work(world.bob) as work:
        memo = Memo(title="new", content="new", published=True)
        work.session.add(memo)
        await work.session.flush()
        assert memo.author_id == world.bob.user_id


@pytest.mark.parametrize(("name", "may"), [("bob", False), ("guest", False), ("moderator", True), ("system", True)])
async def test_adding_a_row_for_another_user_takes_the_permission(
    factory: Factory, world: World, name: str, *, may: bool
) -> None:
    async with factory.unit_of_work(world.actor(name)) as work:
        work.session.add(Memo(author_id=world.ann.user_id, title="new", content="new"))
        if may:
            await work.session.flush()
            return
        with pytest.raises(PermissionDenied):
            async with work.session.begin_nested():
                await work.session.flush()


async def test_a_row_points_at_rows_that_its_writer_may_read(factory: Factory, world: World) -> None:
    async with factory.unit_of_work(world.bob) as work:
        work.session.add(Remark(memo_id=world.drafts["bob"], content="mine"))
        await work.session.flush()
        with pytest.raises(PermissionDenied):
            async with work.session.begin_nested():
                work.session.add(Remark(memo_id=world.drafts["ann"], content="not mine"))
        mine = (await work.session.scalars(select(Remark).where(Remark.content == "mine"))).one()
        mine.memo_id = world.drafts["ann"]
        with pytest.raises(PermissionDenied):
            await work.session.flush()
        work.session.expunge_all()


async def test_a_remark_that_moves_with_its_memo_is_checked(factory: Factory, world: World) -> None:
    """A change that SQLAlchemy makes during the flush, because an object joined another one's collection."""
    async with factory.unit_of_work(world.bob) as work:
        of_bob = (await work.session.scalars(LOADS["selectinload"].where(Memo.title == "bob True"))).one()
        of_ann = (await work.session.scalars(LOADS["selectinload"].where(Memo.title == "ann True"))).one()
        of_bob.remarks.append(of_ann.remarks[0])
        with pytest.raises(PermissionDenied):
            await work.session.flush()
        work.session.expunge_all()


@pytest.mark.parametrize("name", ["bob", "moderator", "system"])
async def test_private_tables_stay_with_their_repositories(factory: Factory, world: World, name: str) -> None:
    async with factory.unit_of_work(world.actor(name)) as work:
        for statement in (select(models.ApiToken), select(models.Session.id)):
            with pytest.raises(UnscopedStatement):
                await work.session.execute(statement)
        hidden = select(Memo.title).where(exists().where(models.Session.user_id == Memo.author_id))
        work.session.expire_all()
        await work.session.execute(
            unscoped(insert(models.Session).values(user_id=world.bob.user_id, expires_at=func.now()))
        )
        assert (await work.session.scalars(hidden)).all() == []
        work.session.add(models.ApiToken(user_id=world.bob.user_id, name="", token_hash=b""))
        with pytest.raises(UnscopedStatement):
            await work.session.flush()
        work.session.expunge_all()


async def test_accounts_are_added_by_the_program_only(factory: Factory, world: World) -> None:
    async with factory.unit_of_work(world.bob) as work:
        work.session.add(models.User(email="new@example.com"))
        with pytest.raises(PermissionDenied):
            async with work.session.begin_nested():
                await work.session.flush()


def test_every_table_says_whose_its_rows_are() -> None:
    import_modules("repository")
    mapped = {mapper.class_ for mapper in BaseTableModel.registry.mappers}
    undecided = {kind.__name__ for kind in mapped if not (ownership_of(kind) or issubclass(kind, Private))}
    assert undecided == set()
    assert {kind for kind in mapped if ownership_of(kind) and issubclass(kind, Private)} == set()


def test_a_table_belongs_to_one_owner() -> None:
    with pytest.raises(DeclaredTwice, match="MemoRepository"):

        class SecondOpinion(Ownership):
            table = Memo  # type: ignore[assignment]
            owner = Memo.author_id
            permission = Permission.WRITE_JOBS


async def test_an_unknown_row_is_not_found(factory: Factory, world: World) -> None:
    async with factory.unit_of_work(world.bob) as work:
        assert await work.session.get(Memo, uuid4()) is None
