"""Pages of long lists. A page begins behind a row, not at a number, so the last page costs as much as the first."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Integer, Label, Select, UnaryExpression, and_, bindparam, or_, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from domain.page import Cursor, Page, PageRequest
from repository.sql.rows import Row, RowMapper

T = TypeVar("T")

# A query with any columns.
AnyQuery: TypeAlias = Select[*tuple[Any, ...]]
AnyColumn: TypeAlias = ColumnElement[Any] | InstrumentedAttribute[Any]
# Placeholders for where a page begins, in a statement that serves many pages.
_ANYWHERE = Cursor("", UUID(int=0))
_AMONG_NULLS = Cursor(None, UUID(int=0))
_ANY_OFFSET = 1


@dataclass(frozen=True, slots=True)
class Order:
    """Sorts by a column, or a value computed from one, and then by the key, in one direction.

    An index on both serves it.

    NULLs come last in both directions, so the index of a descending order on a nullable column says `NULLS LAST`. A
    computed value must not be NULL.
    """

    column: InstrumentedAttribute[Any] | Label[Any]
    key: InstrumentedAttribute[Any]
    descending: bool = False

    @property
    def _columns(self) -> tuple[InstrumentedAttribute[Any] | Label[Any], InstrumentedAttribute[Any]]:
        return self.column, self.key

    def page(self, query: AnyQuery, request: PageRequest) -> AnyQuery:
        """Return `query` cut to the page and one more row, which tells whether another page follows."""
        query = self.kept(query)
        if request.after is not None:
            query = query.where(self._lies_behind(request.after))
        if request.offset:
            query = query.offset(bindparam("page_offset", request.offset, Integer))
        limit = bindparam("page_limit", request.limit + 1, Integer)
        return query.order_by(*self._directed(*self._columns)).limit(limit)

    def kept(self, query: AnyQuery, page: FromClause | None = None) -> AnyQuery:
        """Return `query` with the computed value that it is sorted by, taken from `page` if it selects from one."""
        if not isinstance(self.column, Label):
            return query
        return query.add_columns(self.column if page is None else page.c[self.column.key])

    def to_page(
        self, rows: Sequence[Row], rows_as: RowMapper[T], request: PageRequest, *, total: int | None = None
    ) -> Page[T]:
        """Return the page in `rows`. One row more than requested means that another page follows."""
        items = tuple(map(rows_as.read, rows[: request.limit]))
        follows = len(rows) > request.limit
        return Page(items, self._cursor(rows[request.limit - 1]) if follows else None, total)

    def _cursor(self, row: Row) -> Cursor:
        return Cursor(row[self.column.key], row[self.key.key])

    def like(self, request: PageRequest) -> PageRequest:
        """Return one request that stands for all requests whose pages differ only in values."""
        after = request.after and (_ANYWHERE if request.after.value is not None else _AMONG_NULLS)
        return PageRequest(after=after, offset=min(request.offset, _ANY_OFFSET), with_total=request.with_total)

    def values_of(self, request: PageRequest) -> dict[str, object]:
        """Return the values of the parameters in a page that was built for another such request."""
        values: dict[str, object] = {"page_limit": request.limit + 1, "page_offset": request.offset}
        if request.after is not None:
            values["page_after_id"] = request.after.id
            if request.after.value is not None:
                values["page_after"] = request.after.value
        return values

    def again(self, page: FromClause) -> tuple[UnaryExpression[Any], ...]:
        """Return the same order for the columns of a page inside another query. A join keeps no order."""
        return self._directed(*(page.c[column.key] for column in self._columns))

    def _lies_behind(self, cursor: Cursor) -> ColumnElement[bool]:
        key = bindparam("page_after_id", cursor.id, self.key.type)
        if cursor.value is None:
            return and_(self.column.is_(None), self.key < key if self.descending else self.key > key)
        # Compared as a row, so that PostgreSQL starts in the index at the cursor.
        row, start = tuple_(*self._columns), tuple_(bindparam("page_after", cursor.value, self.column.type), key)
        behind = row < start if self.descending else row > start
        return or_(behind, self.column.is_(None)) if self._has_nulls else behind

    @property
    def _has_nulls(self) -> bool:
        return isinstance(self.column, InstrumentedAttribute) and bool(self.column.expression.nullable)

    def _directed(self, column: AnyColumn, key: AnyColumn) -> tuple[UnaryExpression[Any], UnaryExpression[Any]]:
        if not self.descending:
            return column.asc(), key.asc()  # PostgreSQL puts NULLs last by itself
        return (column.desc().nulls_last() if self._has_nulls else column.desc()), key.desc()
