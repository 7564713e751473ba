"""Rows that belong to somebody: who may read and change them is part of every statement."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self
from uuid import UUID

from sqlalchemy import ColumnElement, Delete, Update, false, func, insert, literal, null, select, true
from sqlalchemy.orm import InstrumentedAttribute

from domain.page import PageRequest
from domain.permissions import SYSTEM, Actor, Permission
from domain.session import NotAuthenticated
from repository.base_model import BaseTableModel
from repository.connection import AnyRow, Connection, violation_means
from repository.paging import AnyQuery, Order


class OwnedRepository:
    """Reads and changes what the actor may, and nothing else.

    The filter is added where a statement is run, not where it is written, and the connection is this class's own: a
    repository below it cannot run a statement without the filter. What the filter hides looks as if it did not exist.
    """

    table: ClassVar[type[BaseTableModel]]
    owner: ClassVar[InstrumentedAttribute[UUID] | InstrumentedAttribute[UUID | None]]
    # Whoever holds it reads and changes everybody's rows.
    permission: ClassVar[Permission]

    def __init__(self, connection: Connection, actor: Actor) -> None:
        """Run every statement on `connection`, on behalf of `actor`."""
        self.__connection = connection
        self._actor = actor

    def of_everybody(self) -> Self:
        """Return the same repository without the filter; say why wherever you call it."""
        return type(self)(self.__connection, SYSTEM)

    @classmethod
    def changeable_by(cls, actor: Actor) -> ColumnElement[bool]:
        """Return the condition on rows that `actor` may change and delete: their own."""
        if actor.may(cls.permission):
            return true()
        return false() if actor.user_id is None else cls.owner == actor.user_id

    @classmethod
    def readable_by(cls, actor: Actor) -> ColumnElement[bool]:
        """Return the condition on rows that `actor` may read: the same, unless a subclass says more."""
        return cls.changeable_by(actor)

    async def _fetch_one(self, query: AnyQuery) -> AnyRow | None:
        return await self.__connection.fetch_one(query.where(self.readable_by(self._actor)))

    async def _fetch_page(
        self, query: AnyQuery, *, order: Order, request: PageRequest
    ) -> tuple[int | None, list[tuple[Any, ...]]]:
        """Return the total, if asked for, and the page with one row more; the first column of `query` is the key."""
        scoped = query.where(self.readable_by(self._actor))
        if not request.counts:  # the most frequent list, and a fifth of the work to put together
            return None, list(await self.__connection.fetch_all(order.page(scoped, request)))
        return await self.__page(select(literal(1)), scoped, order, request) or (None, [])

    async def _fetch_page_below(
        self, parent: "Parent", query: AnyQuery, *, order: Order, request: PageRequest
    ) -> tuple[int | None, list[tuple[Any, ...]]] | None:
        """Return the same of what belongs to `parent`, or None when the actor may not read that or it does not exist.

        Whoever may read the parent may read these rows; to ask again for each of them would cost more than the page.
        """
        return await self.__page(parent.query(self._actor), query.where(parent.link == parent.id), order, request)

    async def __page(
        self, head: AnyQuery, query: AnyQuery, order: Order, request: PageRequest
    ) -> tuple[int | None, list[tuple[Any, ...]]] | None:
        """Join one row, with the total, and the page: so all is one statement, and an empty page has a total, too."""
        count = query.with_only_columns(func.count(), maintain_column_froms=True)
        total = count.scalar_subquery() if request.counts else null()
        first = head.add_columns(total.label("total")).subquery("head")
        page = order.page(query, request).subquery("page")
        joined = select(first.c.total, page).select_from(first.outerjoin(page, true())).order_by(*order.again(page))
        rows = await self.__connection.fetch_all(joined)
        return (rows[0][0], [row[1:] for row in rows if row[1] is not None]) if rows else None

    async def _insert(self, values: Mapping[str, Any], *, returning: tuple[InstrumentedAttribute[Any], ...]) -> AnyRow:
        """Insert a row that belongs to the actor.

        Raises:
            NotAuthenticated: the actor's account was deleted at the same moment.
        """
        owned = {**values, type(self).owner.key: self._actor.user_id}
        with violation_means(self.__owner_constraint, NotAuthenticated):
            rows = await self.__connection.fetch_all(insert(self.table).values(owned).returning(*returning))
        return rows[0]

    async def _insert_below(
        self, parent: "Parent", values: Mapping[str, Any], *, returning: tuple[InstrumentedAttribute[Any], ...]
    ) -> AnyRow | None:
        """Insert a row that belongs to the actor and to `parent`, if the actor may read that.

        Raises:
            NotAuthenticated: the actor's account was deleted at the same moment.
        """
        owned = {**values, parent.link.key: parent.id, type(self).owner.key: self._actor.user_id}
        columns = self.table.__table__.c
        source = parent.query(self._actor).with_only_columns(
            *(literal(value, columns[name].type) for name, value in owned.items())
        )
        statement = insert(self.table).from_select(list(owned), source).returning(*returning)
        with violation_means(self.__owner_constraint, NotAuthenticated):
            return await self.__connection.fetch_one(statement)

    @property
    def __owner_constraint(self) -> str:
        return f"fk_{self.table.__tablename__}_{type(self).owner.key}"

    async def _update(self, statement: Update, *, returning: tuple[InstrumentedAttribute[Any], ...]) -> AnyRow | None:
        return await self.__connection.fetch_one(statement.where(self.changeable_by(self._actor)).returning(*returning))

    async def _delete(self, statement: Delete) -> bool:
        return await self.__connection.execute(statement.where(self.changeable_by(self._actor))) > 0


@dataclass(frozen=True, slots=True)
class Parent:
    """A row that others belong to: those which name its id in the column `link`."""

    repository: type[OwnedRepository]
    link: InstrumentedAttribute[UUID]
    id: UUID

    def query(self, actor: Actor) -> AnyQuery:
        """Return the query that finds the row if `actor` may read it."""
        key = self.repository.table.id
        return select(key).where(key == self.id, self.repository.readable_by(actor))
