"""From SQLAlchemy's statements to what the driver takes.

SQLAlchemy writes the SQL, once for each shape of statement; running it is left to asyncpg. SQLAlchemy's own connection
costs more than everything else that a request does (docs/decisions/0014).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias, cast

from sqlalchemy import BindParameter, Executable
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.util import LRUCache

# A row whose columns only the query that selects them knows.
AnyRow: TypeAlias = tuple[Any, ...]
# The values of a statement's named parameters, for statements that are built once.
Parameters: TypeAlias = Mapping[str, object]
Converter: TypeAlias = Callable[[Any], Any]

# More shapes than the product has; beyond it the one used longest ago is compiled anew.
SHAPES_KEPT = 500

_DIALECT = PGDialect_asyncpg(dbapi=PGDialect_asyncpg.import_dbapi())  # type: ignore[no-untyped-call]


@dataclass(frozen=True, slots=True)
class CompiledQuery:
    """One statement as it goes to PostgreSQL."""

    sql: str
    arguments: list[Any]
    converters: tuple[Converter | None, ...] | None

    def rows(self, records: Sequence[AnyRow]) -> Sequence[AnyRow]:
        """Return the rows in Python's types, as far as the driver did not see to that."""
        converters = self.converters
        if converters is None:
            return records
        return [
            tuple(value if convert is None else convert(value) for value, convert in zip(row, converters, strict=True))
            for row in records
        ]


def compiled_query(statement: Executable, parameters: Parameters | None = None) -> CompiledQuery:
    """Return what PostgreSQL gets for `statement`.

    A statement with `parameters` is built once and found by its identity. Any other is found by its shape, which takes
    a look at each of its parts.
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
        from_sql = [column.type._cached_result_processor(_DIALECT, None) for column in compiled._result_columns]  # noqa: SLF001
        self._from_sql = tuple(from_sql) if any(from_sql) else None

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
            return CompiledQuery(expanded.statement, arguments, self._from_sql)
        return CompiledQuery(compiled.string, _converted(values, self._names, self._into_sql), self._from_sql)


def _converted(values: Mapping[str, Any], names: Sequence[str], converters: Mapping[str, Any]) -> list[Any]:
    return [converters[name](values[name]) if name in converters else values[name] for name in names]


_by_shape: LRUCache[Any, _Compiled] = LRUCache(SHAPES_KEPT)


@lru_cache(SHAPES_KEPT)
def _compiled_once(statement: Executable) -> _Compiled:
    return _Compiled(_compile(statement))


def _compile(statement: Executable, **options: Any) -> SQLCompiler:  # noqa: ANN401  (SQLAlchemy's own)
    compiled = cast("Any", statement)._compiler(_DIALECT, **options)  # noqa: SLF001
    # Defaults that Python computes would be left out in silence: columns have theirs in the database.
    assert not compiled.insert_prefetch
    assert not compiled.update_prefetch
    return cast("SQLCompiler", compiled)
