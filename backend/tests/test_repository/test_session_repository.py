"""A feature written with `SessionRepository`: list, get, create, change and delete, for those who may."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID, uuid4

import pytest
from sqlalchemy import ColumnElement, DateTime, ForeignKey, MetaData, UniqueConstraint, func, select, text, true
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, selectinload

from domain.errors import AppError, PermissionDenied
from domain.page import Cursor, Page, PageRequest
from domain.permissions import ANONYMOUS, SYSTEM, Actor, Permission
from domain.session import NotAuthenticated
from domain.user import Author
from repository import models
from repository.base_model import NAMING_CONVENTION
from repository.connection import violation_means
from repository.session_repository import SessionRepository, from_row
from repository.sql.paging import Order
from service.factory import Factory, Work


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
    author: Mapped[models.Author] = relationship(models.Author, lazy="raise")


@dataclass(frozen=True, slots=True)
class Note:
    id: UUID
    title: str
    version: int
    author: Author
    updated_at: datetime


class TitleTaken(AppError):
    """There is a note of this title."""


class NoteRepository(SessionRepository[NoteRow, Note]):  # type: ignore[type-var]
    """Reads and writes notes, each its user's alone."""

    table = NoteRow  # type: ignore[assignment]
    owner = NoteRow.user_id
    permission = Permission.WRITE_POSTS
    entity = Note
    loads = (selectinload(NoteRow.author),)

    def _to_domain(self, row: NoteRow) -> Note:
        return from_row(Note, row, author=from_row(Author, row.author))

    async def add(self, title: str) -> Note:
        with violation_means("uq_notes_user_id_title", TitleTaken):
            return await self._add(NoteRow(title=title))

    async def rename(self, note_id: UUID, title: str, *, versions: list[int] | None = None) -> Note | None:
        return await self._change(note_id, {"title": title}, versions=versions)

    async def find(self, page: PageRequest, *, descending: bool = False) -> Page[Note]:
        return await self._page(self._select(), order=Order(NoteRow.title, NoteRow.id, descending), request=page)


class PublicNoteRow(Base):
    """A shared row: the second kind of owner."""

    __tablename__ = "public_notes"

    title: Mapped[str]


@dataclass(frozen=True, slots=True)
class PublicNote:
    id: UUID
    title: str


class PublicNoteRepository(SessionRepository[PublicNoteRow, PublicNote]):  # type: ignore[type-var]
    table = PublicNoteRow  # type: ignore[assignment]
    permission = Permission.WRITE_POSTS
    entity = PublicNote

    @classmethod
    def readable_by(cls, _: Actor) -> ColumnElement[bool]:
        return true()

    async def add(self, title: str) -> PublicNote:
        return await self._add(PublicNoteRow(title=title))


@pytest.fixture(autouse=True)
async def _tables(connection: AsyncConnection) -> None:
    await connection.run_sync(Base.metadata.create_all)


async def _new_user(factory: Factory, name: str) -> Actor:
    async with factory.unit_of_work(SYSTEM) as work:
        user = models.User(email=f"{name}@example.com", name=name)
        work.session.add(user)
        await work.session.flush()
        return Actor(user.id)


@pytest.fixture
async def ann(factory: Factory) -> Actor:
    return await _new_user(factory, "ann")


@pytest.fixture
async def bob(factory: Factory) -> Actor:
    return await _new_user(factory, "bob")


def _notes(work: Work) -> NoteRepository:
    return NoteRepository(work.session)


async def _write(factory: Factory, actor: Actor, *titles: str) -> list[Note]:
    async with factory.unit_of_work(actor) as work:
        return [await _notes(work).add(title) for title in titles]


async def test_what_is_added_is_the_actors(factory: Factory, ann: Actor, bob: Actor) -> None:
    [note] = await _write(factory, ann, "First")
    assert (note.title, note.version, note.author) == ("First", 1, Author(ann.user_id or uuid4(), "ann", None))
    for actor, expected in {ann: note, bob: None, ANONYMOUS: None, SYSTEM: note}.items():
        async with factory.unit_of_work(actor) as work:
            assert await _notes(work).get(note.id) == expected


async def test_a_change_counts_the_version_and_takes_the_one_it_was_made_from(factory: Factory, ann: Actor) -> None:
    [note] = await _write(factory, ann, "First")
    async with factory.unit_of_work(ann) as work:
        changed = await _notes(work).rename(note.id, "Second", versions=[note.version])
        assert changed is not None
        assert (changed.title, changed.version) == ("Second", 2)
        assert changed.updated_at > note.updated_at
        assert await _notes(work).rename(note.id, "Third", versions=[note.version]) is None
        assert await _notes(work).rename(note.id, "Fourth") is not None
        assert not await _notes(work).delete(note.id, versions=[note.version])
        assert await _notes(work).delete(note.id, versions=[3])
        assert await _notes(work).get(note.id) is None


async def test_others_neither_change_nor_delete(factory: Factory, ann: Actor, bob: Actor) -> None:
    [note] = await _write(factory, ann, "First")
    async with factory.unit_of_work(bob) as work:
        assert await _notes(work).rename(note.id, "Second") is None
        assert not await _notes(work).delete(note.id)
    async with factory.unit_of_work(ann) as work:
        assert await _notes(work).get(note.id) == note


@pytest.mark.parametrize("descending", [False, True])
async def test_pages_follow_each_other(factory: Factory, ann: Actor, bob: Actor, *, descending: bool) -> None:
    titles = [f"Note {number}" for number in range(5)]
    await _write(factory, ann, *titles)
    await _write(factory, bob, "Bob's")
    found: list[str] = []
    after: Cursor | None = None
    async with factory.unit_of_work(ann) as work:
        for size in (2, 2, 1):
            request = PageRequest(limit=2, after=after, with_total=True)
            page = await _notes(work).find(request, descending=descending)
            assert (len(page.items), page.total) == (size, 5)
            found += [note.title for note in page.items]
            after = page.next
    assert after is None
    assert found == sorted(titles, reverse=descending)


async def test_an_empty_page_has_a_total(factory: Factory, ann: Actor) -> None:
    async with factory.unit_of_work(ann) as work:
        assert await _notes(work).find(PageRequest(with_total=True)) == Page((), None, 0)


async def test_the_database_decides_uniqueness(factory: Factory, ann: Actor, bob: Actor) -> None:
    await _write(factory, ann, "First")
    await _write(factory, bob, "First")
    async with factory.unit_of_work(ann) as work:
        with pytest.raises(TitleTaken):
            async with work.session.begin_nested():
                await _notes(work).add("First")


async def test_whose_account_was_deleted_is_signed_out(factory: Factory) -> None:
    with pytest.raises(NotAuthenticated):
        await _write(factory, Actor(uuid4()), "First")


async def test_shared_rows_are_read_by_all_and_written_with_the_permission(factory: Factory, bob: Actor) -> None:
    async with factory.unit_of_work(SYSTEM) as work:
        note = await PublicNoteRepository(work.session).add("First")
    async with factory.unit_of_work(bob) as work:
        assert await PublicNoteRepository(work.session).get(note.id) == note
        assert not await PublicNoteRepository(work.session).delete(note.id)
        with pytest.raises(PermissionDenied):
            async with work.session.begin_nested():
                await PublicNoteRepository(work.session).add("Second")
        assert len((await work.session.scalars(select(PublicNoteRow))).all()) == 1
