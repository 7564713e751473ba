"""A feature that only tests have: memos, and remarks on them, in a schema that no migration knows.

The tests of the infrastructure use it where they need rows with an owner, a version, a parent or a route of their own,
so that they hold without any feature. A test that uses it asks for the fixture `specimen`, which creates the tables;
`tests/support/specimen_routes.py` has their routes, `tests/support/specimen_tasks.py` what they cause in the
background.
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


class Memo(SpecimenTable):
    """A memo. Every user may read published ones."""

    __tablename__ = "memos"
    __table_args__ = (Index("ix_memos_created_at_id", "created_at", "id"),)

    author_id: Mapped[UUID] = _author_id()
    title: Mapped[str] = mapped_column(String(TITLE_MAX_LENGTH))
    content: Mapped[str | None]
    published: Mapped[bool] = mapped_column(server_default=text("false"))
    version: Mapped[int] = mapped_column(server_default=text("1"))

    author: Mapped[models.Author] = relationship(models.Author, lazy="raise")
    remarks: Mapped[list["Remark"]] = relationship(
        back_populates="memo", order_by="(Remark.created_at, Remark.id)", lazy="raise", passive_deletes="all"
    )


class Remark(SpecimenTable):
    """A remark on a memo; who may read the memo may read and write its remarks."""

    __tablename__ = "remarks"

    memo_id: Mapped[UUID] = mapped_column(ForeignKey(Memo.id, ondelete="CASCADE"), index=True)
    author_id: Mapped[UUID] = _author_id()
    content: Mapped[str]

    memo: Mapped[Memo] = relationship(back_populates="remarks", lazy="raise")
    author: Mapped[models.Author] = relationship(models.Author, lazy="raise")


async def create_tables(engine: AsyncEngine) -> None:
    """Create the tables in their schema."""
    async with engine.begin() as connection:
        await connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"))
        await connection.run_sync(SpecimenTable.metadata.create_all)


@dataclass(frozen=True, slots=True)
class FoundMemo:
    """A memo as repositories return it."""

    id: UUID
    author: Author
    title: str
    content: str | None
    published: bool
    version: int
    created_at: datetime


def with_author(memos: FromClause) -> AnyQuery:
    """Select memos with their authors."""
    c = memos.c
    columns = (c.id, c.title, c.content, c.published, c.version, c.created_at)
    return select(*columns, *AUTHOR_COLUMNS).join_from(memos, models.User, models.User.id == c.author_id)


_COLUMNS = (Memo.id, Memo.author_id, Memo.title, Memo.content, Memo.published, Memo.version, Memo.created_at)
_MEMO = RowMapper(FoundMemo, nested={"author": AUTHOR}, projection=with_author)
_NEWEST_FIRST = Order(Memo.created_at, Memo.id, descending=True)
_ALL = select(*_COLUMNS)
_BY_ID = select(*_COLUMNS).where(Memo.id == bindparam("memo_id"))


class MemoRepository(OwnedRepository):
    """Reads and writes memos."""

    table = Memo  # type: ignore[assignment]  # not the product's
    owner: ClassVar = Memo.author_id
    permission: ClassVar = Permission.WRITE_JOBS

    @classmethod
    def readable_by(cls, actor: Actor) -> ColumnElement[bool]:
        """Return the condition on memos that `actor` may read: the published ones and those they may change."""
        return or_(Memo.published, cls.changeable_by(actor))

    async def add(self, title: str, content: str | None = None, *, published: bool = True) -> FoundMemo:
        """Insert a memo by the actor and return it."""
        values = {"title": title, "content": content, "published": published}
        return await self._insert(values, rows_as=_MEMO, returning=_COLUMNS)

    async def get(self, memo_id: UUID) -> FoundMemo | None:
        """Return the memo, or None."""
        return await self._fetch_one(_BY_ID, {"memo_id": memo_id}, rows_as=_MEMO)

    async def find(self, page: PageRequest) -> Page[FoundMemo]:
        """Return one page of memos, the newest first."""
        return await self._fetch_page(_ALL, {}, rows_as=_MEMO, order=_NEWEST_FIRST, request=page)

    async def rename(self, memo_id: UUID, title: str, *, versions: Collection[int] | None) -> FoundMemo | None:
        """Change the title of a memo if its version is one of `versions`, and return it, or None."""
        statement = update(Memo).where(Memo.id == memo_id).values(title=title, version=Memo.version + 1)
        if versions is not None:
            statement = statement.where(Memo.version.in_(versions))
        return await self._write_one(statement, rows_as=_MEMO, returning=_COLUMNS)

    async def remove(self, memo_id: UUID) -> bool:
        """Delete a memo with its remarks, and return whether there was one."""
        return await self._delete(delete(Memo).where(Memo.id == memo_id)) == 1


class RemarkRepository(OwnedRepository):
    """Reads and writes remarks."""

    table = Remark  # type: ignore[assignment]  # not the product's
    owner: ClassVar = Remark.author_id
    permission: ClassVar = Permission.WRITE_JOBS

    @classmethod
    def readable_by(cls, actor: Actor) -> ColumnElement[bool]:
        """Return the condition on remarks that `actor` may read: those on memos that they may read."""
        memo = exists().where(Memo.id == Remark.memo_id, MemoRepository.readable_by(actor))
        return or_(cls.changeable_by(actor), memo.correlate(Remark))

    async def add(self, memo_id: UUID, content: str) -> bool:
        """Insert a remark by the actor, and return whether there is such a memo."""
        parent = Parent(MemoRepository, Remark.memo_id, memo_id)
        return await self._insert_below(parent, {"content": content}, returning=(Remark.id,)) is not None


def memos_of(work: Work) -> MemoRepository:
    """Return the memos of a unit of work, as the factory does it for a feature."""
    return MemoRepository(work.replica_connection, work.actor)


def remarks_of(work: Work) -> RemarkRepository:
    """Return the remarks of a unit of work."""
    return RemarkRepository(work.replica_connection, work.actor)
