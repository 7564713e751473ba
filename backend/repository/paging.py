"""Pages of long lists. A page begins behind a row, not at a number, so the last one costs what the first one does."""

from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Select, Subquery, UnaryExpression, literal, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from domain.page import PageRequest, Position

# A query whose columns only its author knows.
AnyQuery: TypeAlias = Select[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Order:
    """By one column and, among its equals, by the key, both in one direction: what an index on the two can deliver."""

    column: InstrumentedAttribute[Any]
    key: InstrumentedAttribute[Any]
    descending: bool = False

    @property
    def _columns(self) -> tuple[InstrumentedAttribute[Any], InstrumentedAttribute[Any]]:
        return self.column, self.key

    def page(self, query: AnyQuery, request: PageRequest) -> AnyQuery:
        """Return `query` cut to the page, and one row more, which tells whether another page follows."""
        if request.after is not None:
            query = query.where(self._lies_behind(request.after))
        return query.order_by(*map(self._directed, self._columns)).limit(request.limit + 1)

    def again(self, page: Subquery) -> tuple[UnaryExpression[Any], ...]:
        """Return the same order for the columns of a page that became a subquery: a join promises none."""
        return tuple(self._directed(page.c[column.key]) for column in self._columns)

    def _lies_behind(self, position: Position) -> ColumnElement[bool]:
        # Compared as a row: PostgreSQL then starts in the index at the position itself.
        row = tuple_(*self._columns)
        start = tuple_(literal(position.value, self.column.type), literal(position.id, self.key.type))
        return row < start if self.descending else row > start

    def _directed(self, column: ColumnElement[Any] | InstrumentedAttribute[Any]) -> UnaryExpression[Any]:
        return column.desc() if self.descending else column.asc()
