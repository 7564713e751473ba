"""A feature on the bases of repositories, either way: list, get, create, change and delete, for those who may."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Never, TypeAlias, TypedDict
from uuid import UUID, uuid4

import pytest
from sqlalchemy import (
    ColumnElement,
    DateTime,
    ForeignKey,
    FromClause,
    MetaData,
    UniqueConstraint,
    bindparam,
    func,
    select,
    text,
    true,
)
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from domain.errors import AppError, PermissionDenied
from domain.page import Cursor, Page, PageRequest
from domain.permissions import ANONYMOUS, SYSTEM, Actor, Permission
from domain.session import NotAuthenticated
from domain.user import Author
from repository import models
from repository.author import AUTHOR, AUTHOR_COLUMNS
from repository.base_model import NAMING_CONVENTION
from repository.entity_repository import Condition, DeclarationDiffers, EntityRepository
from repository.ownership import Ownership
from repository.session_repository import SessionRepository
from repository.sql.paging import AnyQuery, Order
from repository.sql.rows import RowMapper
from service.factory import Factory, Work
from tests.support.helpers import new_actor


class Base(DeclarativeBase):
    """Not the product's, whose tables all have migrations."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)
    type_annotation_map: ClassVar = {datetime: DateTime(timezone=True)}

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=func.uuidv7())
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class NoteRow(Base):
    __tablename__ = "notes"
    __table_args__ = (UniqueConstraint("user_id", "title"),)

    user_id: Mapped[UUID] = mapped_column(ForeignKey(models.User.id, ondelete="CASCADE"))
    title: Mapped[str]
    version: Mapped[int] = mapped_column(server_default=text("1"))
    updated_at: Mapped[datetime] = mapped_column(server_default=text("now() - interval '1 day'"))


@dataclass(frozen=True, slots=True)
class Note:
    id: UUID
    title: str
    version: int
    author: Author
    updated_at: datetime


class TitleTaken(AppError):
    """There is a note of this title."""


@dataclass(frozen=True, slots=True)
class NoteFields:
    title: str


class NoteChanges(TypedDict, total=False):
    title: str


@dataclass(frozen=True, slots=True)
class NoteFilter:
    title: str | None = None


class NoteSort(StrEnum):
    TITLE = "title"
    TITLE_DESCENDING = "-title"


def _with_author(notes: FromClause) -> AnyQuery:
    c = notes.c
    query = select(c.id, c.title, c.version, c.updated_at, *AUTHOR_COLUMNS)
    return query.join_from(notes, models.User, models.User.id == c.user_id)


class NoteDeclaration(Ownership):
    """The declarations of both repositories."""

    table = NoteRow  # type: ignore[assignment]
    owner = NoteRow.user_id
    permission = Permission.WRITE_JOBS
    entity: ClassVar = RowMapper(Note, nested={"author": AUTHOR}, projection=_with_author)
    orders: ClassVar[Mapping[Any, Order]] = {
        NoteSort.TITLE: Order(NoteRow.title, NoteRow.id),
        NoteSort.TITLE_DESCENDING: Order(NoteRow.title, NoteRow.id, descending=True),
    }
    conditions: ClassVar[Mapping[str, Condition]] = {"title": NoteRow.title == bindparam("title")}
    violations: ClassVar[Mapping[str, type[AppError]]] = {"uq_notes_user_id_title": TitleTaken}


class OrdinaryNotes(NoteDeclaration, SessionRepository[Note, Note, NoteFields, NoteChanges, NoteFilter, NoteSort]):
    async def titles(self) -> list[str]:
        return list(await self._session.scalars(select(NoteRow.title)))


class FastNotes(NoteDeclaration, EntityRepository[Note, Note, NoteFields, NoteChanges, NoteFilter, NoteSort]):
    pass


Notes: TypeAlias = OrdinaryNotes | FastNotes
WAYS: dict[str, Callable[[Work], Notes]] = {
    "ordinary": lambda work: OrdinaryNotes(work.session),
    "fast": lambda work: FastNotes(work.connection, work.actor),
}


@pytest.fixture(params=WAYS)
def notes(request: pytest.FixtureRequest) -> Callable[[Work], Notes]:
    """The repository of a unit of work, either way."""
    return WAYS[request.param]


class PublicNoteRow(Base):
    """A shared row: the second kind of owner."""

    __tablename__ = "public_notes"

    title: Mapped[str]


@dataclass(frozen=True, slots=True)
class PublicNote:
    id: UUID
    title: str


class PublicNoteRepository(SessionRepository[PublicNote, PublicNote, NoteFields, Never, Never, Never]):
    table = PublicNoteRow  # type: ignore[assignment]
    permission = Permission.WRITE_JOBS
    entity: ClassVar = RowMapper(PublicNote, PublicNoteRow)  # type: ignore[arg-type]

    @classmethod
    def readable_by(cls, _: Actor) -> ColumnElement[bool]:
        return true()


@pytest.fixture(autouse=True)
async def _tables(connection: AsyncConnection) -> None:
    await connection.run_sync(Base.metadata.create_all)


@pytest.fixture
async def ann(factory: Factory) -> Actor:
    return await new_actor(factory, "ann@example.com", name="ann")


@pytest.fixture
async def bob(factory: Factory) -> Actor:
    return await new_actor(factory, "bob@example.com", name="bob")


Of: TypeAlias = Callable[[Work], Notes]


async def _write(factory: Factory, actor: Actor, notes: Of, *titles: str) -> list[Note]:
    async with factory.unit_of_work(actor) as work:
        return [await notes(work).add(NoteFields(title)) for title in titles]


async def test_what_is_added_is_the_actors(factory: Factory, notes: Of, ann: Actor, bob: Actor) -> None:
    [note] = await _write(factory, ann, notes, "First")
    assert (note.title, note.version, note.author) == ("First", 1, Author(ann.user_id or uuid4(), "ann", None))
    for actor, expected in {ann: note, bob: None, ANONYMOUS: None, SYSTEM: note}.items():
        async with factory.unit_of_work(actor) as work:
            assert await notes(work).get(note.id) == expected
            assert await notes(work).may_change(note.id) is (expected is not None)


async def test_a_change_counts_the_version_and_takes_the_one_it_was_made_from(
    factory: Factory, notes: Of, ann: Actor
) -> None:
    [note] = await _write(factory, ann, notes, "First")
    async with factory.unit_of_work(ann) as work:
        mine = notes(work)
        changed = await mine.update(note.id, {"title": "Second"}, versions=[note.version])
        assert changed is not None
        assert (changed.title, changed.version) == ("Second", 2)
        assert changed.updated_at > note.updated_at
        assert await mine.update(note.id, {"title": "Third"}, versions=[note.version]) is None
        assert await mine.update(note.id, {"title": "Fourth"}, versions=None) is not None
        assert await mine.delete(note.id, versions=[note.version]) is None
        deleted = await mine.delete(note.id, versions=[3])
        assert deleted is not None
        assert (deleted.id, deleted.title, deleted.author) == (note.id, "Fourth", note.author)
        assert await mine.get(note.id) is None


async def test_others_neither_change_nor_delete(factory: Factory, notes: Of, ann: Actor, bob: Actor) -> None:
    [note] = await _write(factory, ann, notes, "First")
    async with factory.unit_of_work(bob) as work:
        assert await notes(work).update(note.id, {"title": "Second"}, versions=None) is None
        assert await notes(work).delete(note.id, versions=None) is None
        assert await notes(work).unscoped().get(note.id) == note
    async with factory.unit_of_work(ann) as work:
        assert await notes(work).get(note.id) == note


@pytest.mark.parametrize("sort", NoteSort)
async def test_pages_follow_each_other(factory: Factory, notes: Of, ann: Actor, bob: Actor, sort: NoteSort) -> None:
    titles = [f"Note {number}" for number in range(5)]
    await _write(factory, ann, notes, *titles)
    await _write(factory, bob, notes, "Bob's")
    found: list[str] = []
    after: Cursor | None = None
    async with factory.unit_of_work(ann) as work:
        for size in (2, 2, 1):
            request = PageRequest(limit=2, after=after, with_total=True)
            page = await notes(work).find(NoteFilter(), sort=sort, page=request)
            assert (len(page.items), page.total) == (size, 5)
            found += [note.title for note in page.items]
            after = page.next
    assert after is None
    assert found == sorted(titles, reverse=sort is NoteSort.TITLE_DESCENDING)


async def test_a_filter_finds_what_it_says(factory: Factory, notes: Of, ann: Actor) -> None:
    [_, second] = await _write(factory, ann, notes, "First", "Second")
    async with factory.unit_of_work(ann) as work:
        page = await notes(work).find(NoteFilter(title="Second"), sort=NoteSort.TITLE, page=PageRequest())
        assert page == Page((second,), None, None)


async def test_an_empty_page_has_a_total(factory: Factory, notes: Of, ann: Actor) -> None:
    async with factory.unit_of_work(ann) as work:
        page = await notes(work).find(NoteFilter(), sort=NoteSort.TITLE, page=PageRequest(with_total=True))
        assert page == Page((), None, 0)


async def test_the_database_decides_uniqueness(factory: Factory, notes: Of, ann: Actor, bob: Actor) -> None:
    await _write(factory, ann, notes, "First")
    await _write(factory, bob, notes, "First")
    with pytest.raises(TitleTaken):
        await _write(factory, ann, notes, "First")
    [second] = await _write(factory, ann, notes, "Second")
    with pytest.raises(TitleTaken):
        async with factory.unit_of_work(ann) as work:
            await notes(work).update(second.id, {"title": "First"}, versions=None)


async def test_whose_account_was_deleted_is_signed_out(factory: Factory, notes: Of) -> None:
    with pytest.raises(NotAuthenticated):
        await _write(factory, Actor(uuid4()), notes, "First")


async def test_the_ordinary_way_sees_what_the_session_holds_and_shows_it_no_old_row(
    factory: Factory, ann: Actor
) -> None:
    async with factory.unit_of_work(ann) as work:
        row = NoteRow(title="First")
        work.session.add(row)
        mine = OrdinaryNotes(work.session)
        page = await mine.find(NoteFilter(), sort=NoteSort.TITLE, page=PageRequest())
        assert [note.title for note in page.items] == ["First"]
        await mine.update(page.items[0].id, {"title": "Second"}, versions=None)
        assert await mine.titles() == ["Second"]
        await work.session.refresh(row)
        assert row.title == "Second"


async def test_shared_rows_are_read_by_all_and_written_with_the_permission(factory: Factory, bob: Actor) -> None:
    async with factory.unit_of_work(SYSTEM) as work:
        note = await PublicNoteRepository(work.session).add(NoteFields("First"))
    async with factory.unit_of_work(bob) as work:
        assert await PublicNoteRepository(work.session).get(note.id) == note
        assert await PublicNoteRepository(work.session).delete(note.id, versions=None) is None
        with pytest.raises(PermissionDenied):
            async with work.session.begin_nested():
                await PublicNoteRepository(work.session).add(NoteFields("Second"))
        assert len((await work.session.scalars(select(PublicNoteRow))).all()) == 1


@pytest.mark.parametrize(("names", "differing"), [((), "title"), (("title", "text"), "text")])
def test_a_filter_has_a_condition_for_each_field(names: tuple[str, ...], differing: str) -> None:
    message = f"Forgetful: `conditions` and NoteFilter differ in {differing}. Write an entry in `conditions` for each"
    with pytest.raises(DeclarationDiffers, match=re.escape(message)):

        class Forgetful(EntityRepository[Note, Note, NoteFields, NoteChanges, NoteFilter, NoteSort]):
            conditions: ClassVar = {name: NoteRow.title == bindparam(name) for name in names}


@pytest.mark.parametrize(("sorts", "differing"), [((), "TITLE, TITLE_DESCENDING"), ((*NoteSort, "date"), "date")])
def test_a_sort_has_an_order_for_each_member(sorts: tuple[str, ...], differing: str) -> None:
    message = f"Forgetful: `orders` and NoteSort differ in {differing}. Write an entry in `orders` for each"
    with pytest.raises(DeclarationDiffers, match=re.escape(message)):

        class Forgetful(EntityRepository[Note, Note, NoteFields, NoteChanges, Never, NoteSort]):
            orders: ClassVar = {sort: Order(NoteRow.title, NoteRow.id) for sort in sorts}


class _OtherBase(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING_CONVENTION)


class _Review(_OtherBase):
    __tablename__ = "reviews"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    title: Mapped[str]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    approver_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))


@dataclass(frozen=True)
class _ReviewFields:
    title: str
    approver_id: UUID | None


@pytest.mark.parametrize(
    ("declared", "message"),
    [
        ({}, 'a client may name a row of users that does not exist. Add `"fk_reviews_approver_id": …` to `violations`'),
        ({"uq_reviews_titel": TitleTaken}, "`violations` names uq_reviews_titel, but reviews has no such constraint."),
    ],
)
def test_a_foreign_key_that_clients_fill_and_no_other_name_has_its_error(
    declared: dict[str, type[AppError]], message: str
) -> None:
    with pytest.raises(DeclarationDiffers, match=re.escape(f"Forgetful: {message}")):

        class Forgetful(EntityRepository[Note, Note, _ReviewFields, NoteChanges, Never, Never]):
            table: ClassVar = _Review  # type: ignore[assignment]  # not one of the product's
            violations: ClassVar[Mapping[str, type[AppError]]] = declared
