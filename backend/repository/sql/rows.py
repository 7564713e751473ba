"""Rows, read by the names of their columns. The order of columns has no effect."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from operator import itemgetter
from typing import Any, Generic, Protocol, TypeAlias, TypeVar, cast

from sqlalchemy import FromClause, Select
from sqlalchemy.orm import InstrumentedAttribute

from repository.base_model import BaseTableModel

T = TypeVar("T")


class Row(Protocol):
    """A row of a result. It cannot be unpacked or indexed by number, so columns cannot be confused."""

    def __getitem__(self, name: str, /) -> Any:  # noqa: ANN401  (the query decides)
        """Return the value of the column with this name or label."""


# Selects what is shown of rows, with what other tables say about them. It gets those that were written, or that are on
# the page: nothing is joined, counted or cut for rows that are not shown.
Projection: TypeAlias = Callable[[FromClause], Select[*tuple[Any, ...]]]
Values: TypeAlias = Callable[[Row], tuple[Any, ...]]


class RowMapper(Generic[T]):
    """Builds a dataclass from a row: each field takes the value of the column with its name.

    `columns` are what a query selects for it. A column that is missing in the result is a KeyError at the first row.

    Args:
        kind: the dataclass. Trailing fields that are not columns of `table` keep their defaults.
        table: the table of the columns; without it, a query labels its own columns.
        prefix: the prefix of the column names, if a row contains several objects.
        convert: functions that convert the values of fields.
        nested: fields that are built from their own columns.
        projection: selects the columns, if the table alone does not have them.
    """

    def __init__(
        self,
        kind: type[T],
        table: type[BaseTableModel] | None = None,
        *,
        prefix: str = "",
        convert: Mapping[str, Callable[[Any], object]] | None = None,
        nested: Mapping[str, "RowMapper[Any]"] | None = None,
        projection: Projection | None = None,
    ) -> None:
        convert, nested = convert or {}, nested or {}
        names = _field_names(kind, table)
        sources = [nested[name].source if name in nested else prefix + name for name in names]
        self.projection = projection
        self.source: str = sources[0]
        self.columns = () if table is None else tuple(_column(table, name, prefix) for name in names)
        values = _values_of(sources)
        converted = [(names.index(name), function) for name, function in convert.items()]
        parts = [(names.index(name), mapper.read) for name, mapper in nested.items()]
        self.read: Callable[[Row], T] = (
            _reader(kind, values, converted, parts) if convert or nested else _plain_reader(kind, values)
        )


# Closures, because they run once per row and looking up attributes would cost a tenth of that.


def _plain_reader(kind: type[T], values: Values) -> Callable[[Row], T]:
    def read(row: Row) -> T:
        return kind(*values(row))

    return read


def _reader(
    kind: type[T],
    values: Values,
    converted: list[tuple[int, Callable[[Any], object]]],
    parts: list[tuple[int, Callable[[Row], object]]],
) -> Callable[[Row], T]:
    def read(row: Row) -> T:
        found = list(values(row))
        for index, convert in converted:
            found[index] = convert(found[index])
        for index, read_part in parts:
            found[index] = read_part(row)
        return kind(*found)

    return read


def _field_names(kind: type[Any], table: type[BaseTableModel] | None) -> list[str]:
    names = [field.name for field in fields(kind)]
    while table is not None and not hasattr(table, names[-1]):
        names.pop()
    return names


def _column(table: type[BaseTableModel], name: str, prefix: str) -> InstrumentedAttribute[Any]:
    column = getattr(table, name)
    return cast("InstrumentedAttribute[Any]", column.label(prefix + name) if prefix else column)


def _values_of(names: list[str]) -> Values:
    if len(names) == 1:  # `itemgetter` returns a single value without a tuple
        return lambda row: (row[names[0]],)
    return cast("Values", itemgetter(*names))
