"""A feature that only tests have: notes, and remarks on them, in a schema that no migration knows.

The tests of the infrastructure use it where they need rows with an owner, a version, a parent or a route of their own,
so that they hold without any feature. A test that uses it asks for the fixture `specimen`, which creates the tables;
`tests/support/specimen_routes.py` has their routes, `tests/support/specimen_tasks.py` what they cause in the background.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    DateTime,
    ForeignKey,
    FromClause,
    Index,
    MetaData,
    String,
    bindparam,
    delete,
    exists,
    func,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from domain.page import Page, PageRequest
from domain.permissions import Actor, Permission
from domain.user import Author
from repository import models
from repository.author import AUTHOR, AUTHOR_COLUMNS
from repository.base_model import NAMING_CONVENTION
from repository.sql.owned_repository import OwnedRepository, Parent
from repository.sql.paging import AnyQuery, Order
from repository.sql.rows import RowMapper
from service.factory import Work

SCHEMA = "specimen"
TITLE_MAX_LENGTH = 200


class SpecimenTable(DeclarativeBase):
    """The base of the tables that only tests have: neither migrations nor rules for the product's tables see them."""

    metadata = MetaData(schema=SCHEMA, naming_convention=NAMING_CONVENTION)
    type_annotation_map: ClassVar = {datetime: DateTime(timezone=True)}

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=func.uuidv7(), sort_order=-2)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now(), sort_order=-1)


def _author_id() -> Any:
    return mapped_column(ForeignKey(models.User.__table__.c.id, ondelete="CASCADE"), index=True)


class Note(SpecimenTable):
    """A note. Every user may read published ones."""

    __tablename__ = "notes"
    __table_args__ = (Index("ix_notes_created_at_id", "created_at", "id"),)

    author_id: Mapped[UUID] = _author_id()
    title: Mapped[str] = mapped_column(String(TITLE_MAX_LENGTH))
    content: Mapped[str | None]
    published: Mapped[bool] = mapped_column(server_default=text("false"))
    version: Mapped[int] = mapped_column(server_default=text("1"))

    author: Mapped[models.Author] = relationship(models.Author, lazy="raise")
    remarks: Mapped[list["Remark"]] = relationship(
        back_populates="note", order_by="(Remark.created_at, Remark.id)", lazy="raise", passive_deletes="all"
    )


class Remark(SpecimenTable):
    """A remark on a note; who may read the note may read and write its remarks."""

    __tablename__ = "remarks"

    note_id: Mapped[UUID] = mapped_column(ForeignKey(Note.id, ondelete="CASCADE"), index=True)
    author_id: Mapped[UUID] = _author_id()
    content: Mapped[str]

    note: Mapped[Note] = relationship(back_populates="remarks", lazy="raise")
    author: Mapped[models.Author] = relationship(models.Author, lazy="raise")


async def create_tables(engine: AsyncEngine) -> None:
    """Create the tables in their schema."""
    async with engine.begin() as connection:
        await connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"))
        await connection.run_sync(SpecimenTable.metadata.create_all)


@dataclass(frozen=True, slots=True)
class FoundNote:
    """A note as repositories return it."""

    id: UUID
    author: Author
    title: str
    content: str | None
    published: bool
    version: int
    created_at: datetime


def with_author(notes: FromClause) -> AnyQuery:
    """Select notes with their authors."""
    c = notes.c
    columns = (c.id, c.title, c.content, c.published, c.version, c.created_at)
    return select(*columns, *AUTHOR_COLUMNS).join_from(notes, models.User, models.User.id == c.author_id)


_COLUMNS = (Note.id, Note.author_id, Note.title, Note.content, Note.published, Note.version, Note.created_at)
_NOTE = RowMapper(FoundNote, nested={"author": AUTHOR}, projection=with_author)
_NEWEST_FIRST = Order(Note.created_at, Note.id, descending=True)
_ALL = select(*_COLUMNS)
_BY_ID = select(*_COLUMNS).where(Note.id == bindparam("note_id"))


class NoteRepository(OwnedRepository):
    """Reads and writes notes."""

    table = Note  # type: ignore[assignment]  # not the product's
    owner: ClassVar = Note.author_id
    permission: ClassVar = Permission.WRITE_JOBS

    @classmethod
    def readable_by(cls, actor: Actor) -> ColumnElement[bool]:
        """Return the condition on notes that `actor` may read: the published ones and those they may change."""
        return or_(Note.published, cls.changeable_by(actor))

    async def add(self, title: str, content: str | None = None, *, published: bool = True) -> FoundNote:
        """Insert a note by the actor and return it."""
        values = {"title": title, "content": content, "published": published}
        return await self._insert(values, rows_as=_NOTE, returning=_COLUMNS)

    async def get(self, note_id: UUID) -> FoundNote | None:
        """Return the note, or None."""
        return await self._fetch_one(_BY_ID, {"note_id": note_id}, rows_as=_NOTE)

    async def find(self, page: PageRequest) -> Page[FoundNote]:
        """Return one page of notes, the newest first."""
        return await self._fetch_page(_ALL, {}, rows_as=_NOTE, order=_NEWEST_FIRST, request=page)

    async def rename(self, note_id: UUID, title: str, *, versions: Collection[int] | None) -> FoundNote | None:
        """Change the title of a note if its version is one of `versions`, and return it, or None."""
        statement = update(Note).where(Note.id == note_id).values(title=title, version=Note.version + 1)
        if versions is not None:
            statement = statement.where(Note.version.in_(versions))
        return await self._write_one(statement, rows_as=_NOTE, returning=_COLUMNS)

    async def remove(self, note_id: UUID) -> bool:
        """Delete a note with its remarks, and return whether there was one."""
        return await self._delete(delete(Note).where(Note.id == note_id)) == 1


class RemarkRepository(OwnedRepository):
    """Reads and writes remarks."""

    table = Remark  # type: ignore[assignment]  # not the product's
    owner: ClassVar = Remark.author_id
    permission: ClassVar = Permission.WRITE_JOBS

    @classmethod
    def readable_by(cls, actor: Actor) -> ColumnElement[bool]:
        """Return the condition on remarks that `actor` may read: those on notes that they may read."""
        note = exists().where(Note.id == Remark.note_id, NoteRepository.readable_by(actor))
        return or_(cls.changeable_by(actor), note.correlate(Remark))

    async def add(self, note_id: UUID, content: str) -> bool:
        """Insert a remark by the actor, and return whether there is such a note."""
        parent = Parent(NoteRepository, Remark.note_id, note_id)
        return await self._insert_below(parent, {"content": content}, returning=(Remark.id,)) is not None


def notes_of(work: Work) -> NoteRepository:
    """Return the notes of a unit of work, as the factory does it for a feature."""
    return NoteRepository(work.replica_connection, work.actor)


def remarks_of(work: Work) -> RemarkRepository:
    """Return the remarks of a unit of work."""
    return RemarkRepository(work.replica_connection, work.actor)
