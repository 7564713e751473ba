"""Rows with an owner: every statement includes the owner's condition.

Statements that run often are built once: write their values as named parameters and pass these beside the query. The
actor becomes a parameter as well. Other statements are built at each call, which is slower but otherwise the same.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from copy import copy
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Self, TypeAlias, TypeVar, cast
from uuid import UUID

from sqlalchemy import (
    ClauseElement,
    ColumnElement,
    Delete,
    Executable,
    Select,
    Update,
    Uuid,
    bindparam,
    func,
    insert,
    literal,
    null,
    select,
    true,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.selectable import HasCTE

from domain.page import Page, PageRequest
from domain.permissions import SYSTEM, Actor, Permission
from domain.session import NotAuthenticated
from repository.base_model import BaseTableModel
from repository.connection import Connection, Parameters, Row, violation_means
from repository.ownership import Ownership
from repository.sql.paging import AnyQuery, Order
from repository.sql.rows import Projection, RowMapper
from repository.sql.statements import SHAPES_KEPT

T = TypeVar("T")

# The condition on the rows that an actor may read, or change.
Scope: TypeAlias = Callable[[Actor], ColumnElement[bool]]

Query = TypeVar("Query", bound=Select[*tuple[Any, ...]])
Change = TypeVar("Change", Update, Delete)
Columns: TypeAlias = tuple[InstrumentedAttribute[Any], ...]
# A column of the table, or a value computed from its row.
AnyColumn: TypeAlias = InstrumentedAttribute[Any] | ColumnElement[Any]
# A name that no column of a table has.
_TOTAL = "_total"


class OwnedRepository(Ownership):
    """Reads and changes only the rows that the actor may.

    The filter is added where a statement is run, not where it is written, and the connection is this class's own: a
    repository below it cannot run a statement without the filter. Hidden rows look as if they did not exist.
    """

    def __init__(self, connection: Connection, actor: Actor) -> None:
        self.__connection = connection
        self._actor = actor

    def unscoped(self) -> Self:
        """Return the same repository without the filter. Say why at each call."""
        return self._as(SYSTEM)

    def scoped_to(self, user_id: UUID) -> Self:
        """Return the same repository on behalf of another user, without their further permissions."""
        return self._as(Actor(user_id))

    async def _fetch_one(
        self,
        query: AnyQuery,
        parameters: Parameters | None = None,
        *,
        rows_as: RowMapper[T],
    ) -> T | None:
        """Return the row of `query`, or None. With `parameters`, the query is scoped and compiled once."""
        if parameters is None:
            row = await self.__connection.fetch_one(_project(self.__readable(query), rows_as.projection))
        else:
            statement = _readable_once(query, self.readable_by, _stand_in(self._actor), rows_as.projection)
            row = await self.__connection.fetch_one(statement, {**parameters, **_values_of(self._actor)})
        return rows_as.read(row) if row else None

    async def _fetch_value(self, query: Select[T]) -> T | None:
        """Return the value of the one column in the first row, or None."""
        return await self.__connection.fetch_value(self.__readable(query))

    async def _fetch_values(self, query: Select[T]) -> list[T]:
        """Return the values of the one column."""
        return await self.__connection.fetch_values(self.__readable(query))

    async def _fetch_page(
        self,
        query: AnyQuery,
        parameters: Parameters | None = None,
        *,
        rows_as: RowMapper[T],
        order: Order,
        request: PageRequest,
    ) -> Page[T]:
        """Return one page of the rows of `query`. With `parameters`, the query is scoped and compiled once."""
        if parameters is None:
            statement = _page(self.__readable(query), order, request, rows_as.projection)
            rows = await self.__connection.fetch_all(statement)
        else:
            alike = order.like(request)
            statement = _page_once(query, self.readable_by, _stand_in(self._actor), order, alike, rows_as.projection)
            values = {**parameters, **_values_of(self._actor), **order.values_of(request)}
            rows = await self.__connection.fetch_all(statement, values)
        return _to_page(rows, rows_as, order, request) if request.with_total else order.to_page(rows, rows_as, request)

    async def _fetch_page_below(
        self,
        parent: "Parent",
        query: AnyQuery,
        *,
        rows_as: RowMapper[T],
        order: Order,
        request: PageRequest,
    ) -> Page[T] | None:
        """Return one page of the rows below `parent`, or None if there is no parent that the actor may read.

        An actor who may read the parent may read these rows; to check each of them again would cost more than the page.
        """
        below = query.where(parent.link == parent.id)
        statement = _joined_page(parent.query(self._actor), below, order, request, rows_as.projection)
        rows = await self.__connection.fetch_all(statement)
        return _to_page(rows, rows_as, order, request) if rows else None

    async def _insert(
        self,
        values: Mapping[str, Any],
        *,
        rows_as: RowMapper[T],
        returning: Columns | None = None,
    ) -> T:
        """Insert a row that belongs to the actor.

        Raises:
            NotAuthenticated: the actor's account was deleted at the same moment.
        """
        owned = {**values, **self.__owned()}
        columns = returning or rows_as.columns
        with self._owner_exists():
            if any(isinstance(value, ClauseElement) for value in owned.values()):  # computed by the database
                written = insert(self.table).values(owned).returning(*columns)
                rows = await self.__connection.write_all(_project(written, rows_as.projection))
            else:
                statement = _insert_once(self.table, tuple(owned), columns, rows_as.projection)
                named = {f"new_{name}": value for name, value in owned.items()}
                rows = await self.__connection.write_all(statement, named)
        return rows_as.read(rows[0])

    async def _insert_unless_there(
        self,
        values: Mapping[str, Any],
        *,
        unique: tuple[InstrumentedAttribute[Any], ...],
        unique_where: ColumnElement[bool] | None,
        rows_as: RowMapper[T],
    ) -> T | None:
        """Insert a row that belongs to the actor, unless the unique index on these columns has one like it.

        Raises:
            NotAuthenticated: the actor's account was deleted at the same moment.
        """
        owned = {**values, **self.__owned()}
        statement = postgresql.insert(self.table).values(owned)
        statement = statement.on_conflict_do_nothing(index_elements=unique, index_where=unique_where)
        with self._owner_exists():
            row = await self.__connection.write_one(statement.returning(*rows_as.columns))
        return rows_as.read(row) if row else None

    async def _insert_below(
        self, parent: "Parent", values: Mapping[str, Any], *, returning: Columns, projection: Projection | None = None
    ) -> Row | None:
        """Insert a row that belongs to the actor and to `parent`, if the actor may read that.

        Raises:
            NotAuthenticated: the actor's account was deleted at the same moment.
        """
        owned = {**values, parent.link.key: parent.id, **self.__owned()}
        columns = self.table.__table__.c
        source = parent.query(self._actor).with_only_columns(
            *(literal(value, columns[name].type) for name, value in owned.items())
        )
        written = insert(self.table).from_select(list(owned), source).returning(*returning)
        with self._owner_exists():
            return await self.__connection.write_one(_project(written, projection))

    async def _write_one(
        self, statement: Change, *, rows_as: RowMapper[T], returning: Columns | None = None
    ) -> T | None:
        """Change or delete a row if the actor may, and return it, a deleted one as it was; None when there is none."""
        written = self.__changeable(statement).returning(*(returning or rows_as.columns))
        row = await self.__connection.write_one(_project(written, rows_as.projection))
        return rows_as.read(row) if row else None

    async def _update_all(self, statement: Update) -> int:
        return await self.__connection.write(self.__changeable(statement))

    async def _delete(self, statement: Delete) -> int:
        return await self.__connection.write(self.__changeable(statement))

    async def _delete_returning(
        self, statement: Delete, value: InstrumentedAttribute[T] | ColumnElement[T]
    ) -> T | None:
        """Delete a row if the actor may, and return a value of it; None when there is none."""
        return await self.__connection.write_value(self.__changeable(statement).returning(value))

    async def _lock(self, query: AnyQuery) -> None:
        """Run a query that takes a lock, which the transaction holds until its end."""
        await self.__connection.write_all(query)

    def __owned(self) -> dict[str, Any]:
        owner = type(self).owner
        assert owner is not None, "Rows without an owner are added through a SessionRepository, which asks who may."
        return {owner.key: self._actor.user_id}

    def __readable(self, query: Query) -> Query:
        return query.where(self.readable_by(self._actor))

    def __changeable(self, statement: Change) -> Change:
        return statement.where(self.changeable_by(self._actor))

    def _owner_exists(self) -> AbstractContextManager[None]:
        """Translate the violation of the key to the owner.

        Raises:
            NotAuthenticated: the actor's account was deleted at the same moment.
        """
        owner = type(self).owner
        return violation_means(f"fk_{self.table.__tablename__}_{owner.key if owner else None}", NotAuthenticated)

    def _as(self, actor: Actor) -> Self:
        other = copy(self)
        other._actor = actor  # noqa: SLF001  (of the same class)
        return other


@dataclass(frozen=True, slots=True)
class Parent:
    """A row that other rows belong to: those with its id in the column `link`."""

    repository: type[OwnedRepository]
    link: InstrumentedAttribute[UUID]
    id: UUID

    def query(self, actor: Actor) -> AnyQuery:
        """Return the query that finds the row if `actor` may read it."""
        key = self.repository.table.id
        return select(key).where(key == self.id, self.repository.readable_by(actor))


def _project(rows: HasCTE, projection: Projection | None) -> Any:  # noqa: ANN401  (any statement that returns rows)
    return rows if projection is None else projection(rows.cte("projected"))


def _page(query: AnyQuery, order: Order, request: PageRequest, projection: Projection | None) -> AnyQuery:
    # The plain list is the most frequent one, and takes a fifth of the time to build.
    if request.with_total:
        return _joined_page(select(literal(1)), query, order, request, projection)
    page = order.page(query, request)
    if projection is None:
        return page
    rows = page.cte("projected")
    return order.kept(projection(rows), rows).order_by(*order.again(rows))


def _joined_page(
    head: AnyQuery, query: AnyQuery, order: Order, request: PageRequest, projection: Projection | None
) -> AnyQuery:
    """Join the page to one row with the total. It is one statement, and an empty page still has a total."""
    count = query.with_only_columns(func.count(), maintain_column_froms=True)
    total = count.scalar_subquery() if request.with_total else null()
    first = head.add_columns(total.label(_TOTAL)).subquery("head")
    rows = order.page(query, request)
    if projection is not None:
        projected = rows.cte("projected")
        rows = order.kept(projection(projected), projected)
    page = rows.subquery("page")
    joined = select(first.c[_TOTAL], page).select_from(first.outerjoin(page, true()))
    return joined.order_by(*order.again(page))


def _to_page(rows: Sequence[Row], rows_as: RowMapper[T], order: Order, request: PageRequest) -> Page[T]:
    found = [row for row in rows if row[order.key.key] is not None]
    return order.to_page(found, rows_as, request, total=rows[0][_TOTAL])


# Cached statements have parameters in place of the actor's id and the page's values.


@lru_cache(SHAPES_KEPT)
def _readable_once(query: AnyQuery, readable_by: Scope, stand_in: Actor, projection: Projection | None) -> Executable:
    return cast("Executable", _project(query.where(readable_by(stand_in)), projection))


@lru_cache(SHAPES_KEPT)
def _page_once(
    query: AnyQuery,
    readable_by: Scope,
    stand_in: Actor,
    order: Order,
    request: PageRequest,
    projection: Projection | None,
) -> AnyQuery:
    return _page(query.where(readable_by(stand_in)), order, request, projection)


@lru_cache(SHAPES_KEPT)
def _insert_once(
    table: type[BaseTableModel],
    names: tuple[str, ...],
    returning: Columns,
    projection: Projection | None,
) -> Executable:
    columns = table.__table__.c
    values = {name: bindparam(f"new_{name}", type_=columns[name].type) for name in names}
    return cast("Executable", _project(insert(table).values(values).returning(*returning), projection))


def _stand_in(actor: Actor) -> Actor:
    """Return an actor with the same permissions whose id, if there is one, is a parameter of the statement."""
    return _stand_in_with(actor.permissions, actor.user_id is not None)


@lru_cache(SHAPES_KEPT)
def _stand_in_with(permissions: frozenset[Permission], has_id: bool) -> Actor:  # noqa: FBT001
    user_id = cast("UUID", bindparam("actor_id", type_=Uuid)) if has_id else None
    return Actor(user_id, permissions=permissions)


def _values_of(actor: Actor) -> Parameters:
    return {"actor_id": actor.user_id}
