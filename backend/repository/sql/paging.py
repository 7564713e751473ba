"""Pages of long lists. A page begins behind a row, not at a number, so the last one costs what the first one does."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Integer, Label, Select, UnaryExpression, bindparam, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from domain.page import Cursor, Page, PageRequest
from repository.sql.rows import Row, RowMapper

T = TypeVar("T")

# A query whose columns only its author knows.
AnyQuery: TypeAlias = Select[*tuple[Any, ...]]
# Stand in for the beginning of a page in a statement that is good for many of them.
_ANYWHERE = Cursor("", UUID(int=0))
_ANY_OFFSET = 1


@dataclass(frozen=True, slots=True)
class Order:
    """By one column or what is computed from it and, among its equals, by the key, both in one direction: what an index on the two can deliver."""

    column: InstrumentedAttribute[Any] | Label[Any]
    key: InstrumentedAttribute[Any]
    descending: bool = False

    @property
    def _columns(self) -> tuple[InstrumentedAttribute[Any] | Label[Any], InstrumentedAttribute[Any]]:
        return self.column, self.key

    def page(self, query: AnyQuery, request: PageRequest) -> AnyQuery:
        """Return `query` cut to the page, and one row more, which tells whether another page follows."""
        query = self.kept(query)
        if request.after is not None:
            query = query.where(self._lies_behind(request.after))
        if request.offset:
            query = query.offset(bindparam("page_offset", request.offset, Integer))
        limit = bindparam("page_limit", request.limit + 1, Integer)
        return query.order_by(*map(self._directed, self._columns)).limit(limit)

    def kept(self, query: AnyQuery, page: FromClause | None = None) -> AnyQuery:
        """Return `query` with what it is sorted by, from `page` if it selects from one; columns it has already."""
        if not isinstance(self.column, Label):
            return query
        return query.add_columns(self.column if page is None else page.c[self.column.key])

    def to_page(
        self, rows: Sequence[Row], rows_as: RowMapper[T], request: PageRequest, *, total: int | None = None
    ) -> Page[T]:
        """Return the page in `rows`, of which one more than asked for says that another page follows."""
        items = tuple(map(rows_as.read, rows[: request.limit]))
        follows = len(rows) > request.limit
        return Page(items, self._cursor(rows[request.limit - 1]) if follows else None, total)

    def _cursor(self, row: Row) -> Cursor:
        return Cursor(row[self.column.key], row[self.key.key])

    def like(self, request: PageRequest) -> PageRequest:
        """Return the one request for all those whose pages differ in nothing but values."""
        after = None if request.after is None else _ANYWHERE
        return PageRequest(after=after, offset=min(request.offset, _ANY_OFFSET), with_total=request.with_total)

    def values_of(self, request: PageRequest) -> dict[str, object]:
        """Return the values of the parameters in a page that was built for another request."""
        values: dict[str, object] = {"page_limit": request.limit + 1, "page_offset": request.offset}
        if request.after is not None:
            values |= {"page_after": request.after.value, "page_after_id": request.after.id}
        return values

    def again(self, page: FromClause) -> tuple[UnaryExpression[Any], ...]:
        """Return the same order for the columns of a page that became part of another query: a join promises none."""
        return tuple(self._directed(page.c[column.key]) for column in self._columns)

    def _lies_behind(self, cursor: Cursor) -> ColumnElement[bool]:
        # Compared as a row: PostgreSQL then starts in the index at the cursor itself.
        row = tuple_(*self._columns)
        value = bindparam("page_after", cursor.value, self.column.type)
        start = tuple_(value, bindparam("page_after_id", cursor.id, self.key.type))
        return row < start if self.descending else row > start

    def _directed(self, column: ColumnElement[Any] | InstrumentedAttribute[Any]) -> UnaryExpression[Any]:
        return column.desc() if self.descending else column.asc()
