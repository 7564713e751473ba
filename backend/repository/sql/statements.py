"""Compiles SQLAlchemy's statements to SQL and arguments for the driver.

SQLAlchemy writes the SQL, once for each shape of statement; running it is left to asyncpg. SQLAlchemy's own connection
costs more than everything else that a request does (docs/decisions/0014).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias, cast

from sqlalchemy import ARRAY, BindParameter, Executable, Float, Numeric, TextClause
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.sql import visitors
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.selectable import GenerativeSelect
from sqlalchemy.types import TypeEngine
from sqlalchemy.util import LRUCache

from repository.sql.rows import Row

# The values of a statement's named parameters, for statements that are built once.
Parameters: TypeAlias = Mapping[str, object]
Converter: TypeAlias = Callable[[Any], Any]

# More shapes than the product has; beyond it, the least recently used shape is compiled again.
SHAPES_KEPT = 500

_DIALECT = PGDialect_asyncpg(dbapi=PGDialect_asyncpg.import_dbapi())  # type: ignore[no-untyped-call]


@dataclass(frozen=True, slots=True)
class CompiledQuery:
    """One statement as it goes to PostgreSQL."""

    sql: str
    arguments: list[Any]
    converters: Mapping[str, Converter]
    # Whether it changes or locks something, so that it needs a transaction.
    writes: bool

    def rows(self, records: Sequence[Any]) -> Sequence[Row]:
        """Return the driver's records, after converting the values that the driver leaves as they are."""
        if not self.converters:
            return records
        return [
            {**record, **{name: convert(record[name]) for name, convert in self.converters.items()}}
            for record in records
        ]

    def values(self, records: Sequence[Any]) -> list[Any]:
        """Return the values of the statement's one column.

        Raises:
            ValueError: it has several, whose order would decide.
        """
        (convert,) = self.converters.values() or (None,)
        values = [value for (value,) in records]
        return values if convert is None else list(map(convert, values))


def compiled_query(statement: Executable, parameters: Parameters | None = None) -> CompiledQuery:
    """Return the SQL and the arguments of `statement`.

    A statement with `parameters` is built once and found by its identity. Any other is found by its shape, which
    visits each of its parts.
    """
    if parameters is not None:
        return _compiled_once(statement).with_values(parameters)
    shape = statement._generate_cache_key()  # type: ignore[attr-defined]  # noqa: SLF001  (what SQLAlchemy's own cache does)
    if shape is None:
        return _Compiled(_compile(statement)).with_values(None)
    compiled = _by_shape.get(shape.key)
    if compiled is None:
        compiled = _by_shape[shape.key] = _Compiled(_compile(statement, cache_key=shape))
    return compiled.with_values(None, shape.bindparams)


class _Compiled:
    """The SQL of one shape of statement, and how its values go in and come out."""

    def __init__(self, compiled: SQLCompiler) -> None:
        self._compiled = compiled
        self._names = compiled.positiontup or ()
        self._has_lists = bool(compiled.post_compile_params or compiled.literal_execute_params)
        self._into_sql = compiled._bind_processors  # noqa: SLF001  (as SQLAlchemy's execution context does)
        from_sql = {column.keyname: _from_sql(column.type) for column in compiled._result_columns}  # noqa: SLF001
        self._from_sql = {name: convert for name, convert in from_sql.items() if convert is not None}
        self._writes = _writes(cast("Executable", compiled.statement))

    def with_values(
        self, parameters: Parameters | None, in_this_statement: Sequence[BindParameter[Any]] | None = None
    ) -> CompiledQuery:
        compiled = self._compiled
        values = compiled.construct_params(
            cast("Any", parameters), extracted_parameters=in_this_statement, escape_names=False, _no_postcompile=True
        )
        if self._has_lists:  # as many placeholders as this list has items
            expanded = compiled._process_parameters_for_postcompile(values)  # noqa: SLF001
            into_sql = {**self._into_sql, **expanded.processors}
            arguments = _converted(expanded.parameters, expanded.positiontup or (), into_sql)
            return CompiledQuery(expanded.statement, arguments, self._from_sql, self._writes)
        arguments = _converted(values, self._names, self._into_sql)
        return CompiledQuery(compiled.string, arguments, self._from_sql, self._writes)


def _from_sql(kind: TypeEngine[Any]) -> Converter | None:
    if isinstance(kind, ARRAY) and _processor(kind.item_type) is None:
        return None  # the driver's list is as good as a copy of it
    return _processor(kind)


def _processor(kind: TypeEngine[Any]) -> Converter | None:
    if isinstance(kind, Numeric):  # SQLAlchemy asks the driver for the type of the result, which is known here
        return None if kind.asdecimal or isinstance(kind, Float) else float
    return cast("Converter | None", kind._cached_result_processor(_DIALECT, None))  # noqa: SLF001


def _writes(statement: Executable) -> bool:
    """Return whether any part of the statement inserts, updates, deletes or locks. SQL given as text is assumed to."""
    return isinstance(statement, TextClause) or any(map(_is_write, visitors.iterate(cast("Any", statement))))


def _is_write(part: object) -> bool:
    if isinstance(part, GenerativeSelect):
        return part._for_update_arg is not None  # noqa: SLF001
    if isinstance(part, FunctionElement):
        return "advisory" in getattr(part, "name", "")
    return isinstance(part, UpdateBase)


def _converted(values: Mapping[str, Any], names: Sequence[str], converters: Mapping[str, Any]) -> list[Any]:
    return [converters[name](values[name]) if name in converters else values[name] for name in names]


_by_shape: LRUCache[Any, _Compiled] = LRUCache(SHAPES_KEPT)


@lru_cache(SHAPES_KEPT)
def _compiled_once(statement: Executable) -> _Compiled:
    return _Compiled(_compile(statement))


def _compile(statement: Executable, **options: Any) -> SQLCompiler:  # noqa: ANN401  (SQLAlchemy's own)
    compiled = cast("Any", statement)._compiler(_DIALECT, **options)  # noqa: SLF001
    # Defaults computed in Python would be dropped silently. Columns have theirs in the database.
    assert not compiled.insert_prefetch
    assert not compiled.update_prefetch
    return cast("SQLCompiler", compiled)
