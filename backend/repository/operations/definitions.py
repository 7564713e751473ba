"""Compares CHECK constraints, computed columns and the definitions of indexes, which Alembic does not.

1. `_read` reads the definitions of the migrated table from the catalogue. It has its own wording of expressions.
2. `_normalised` creates the model's definitions on an empty temporary table, and reads them in the same wording.
3. `compare_parts` compares both, and adds a `ChangePartOp` for each difference. That of an index replaces Alembic's.
4. `_skip_computed` keeps Alembic from comparing computed columns itself.
5. `_render` writes a change as statements that lock the table as briefly as possible.
"""

import re
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from alembic.autogenerate.api import AutogenContext
from alembic.autogenerate.render import renderers
from alembic.operations.ops import AlterColumnOp, CreateIndexOp, DropIndexOp, MigrateOperation, ModifyTableOps
from alembic.runtime.plugins import Plugin
from alembic.util import DispatchPriority, PriorityDispatchResult
from sqlalchemy import CheckConstraint, ClauseElement, Column, Computed, Connection, Index, MetaData, Table, text
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.schema import AddConstraint, CreateIndex, CreateTable, DropTable

from repository.operations.revision import MigrationError

PLUGIN = "definitions"
CONSTRAINT, INDEX, COLUMN = "constraint", "index", "column"
DIALECT = PGDialect_asyncpg()  # type: ignore[no-untyped-call]
# The schema that holds temporary tables.
_TEMPORARY = "pg_temp"
# A constraint that is not validated yet is the same one.
_CATALOGUE = text(r"""
SELECT 'constraint', conname, regexp_replace(pg_get_constraintdef(oid, true), ' NOT VALID$', '')
FROM pg_constraint WHERE conrelid = to_regclass(:table) AND contype = 'c'
UNION ALL
SELECT 'index', relname, pg_get_indexdef(indexrelid, 0, true)
FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid WHERE indrelid = to_regclass(:table)
AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('p', 'u', 'x'))
UNION ALL
SELECT 'column', attname,
    format('GENERATED ALWAYS AS (%s) %s', pg_get_expr(adbin, adrelid, true),
        CASE attgenerated WHEN 's' THEN 'STORED' ELSE 'VIRTUAL' END)
FROM pg_attribute JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
WHERE attrelid = to_regclass(:table) AND attgenerated <> ''
""")
_GENERATED = re.compile(r"GENERATED ALWAYS AS (?P<expression>\(.*\)) (?P<kind>STORED|VIRTUAL)", re.DOTALL)
_LONGEST_LINE = 90
_LONGEST_NAME = 63
# A colon that SQLAlchemy's `text` would take for the start of a parameter.
_PARAMETER = re.compile(r"(?<![:\w\\]):(?=\w)")

# The kind and the name of a part of a table.
_Part = tuple[str, str]


@dataclass
class ChangePartOp(MigrateOperation):
    """The change of a constraint, an index or a computed column of a table, with its definition before and after it.

    Alembic's operations are compared by identity, and marked while they are written: so it is not frozen.
    """

    table_name: str
    kind: str
    name: str
    before: str | None
    after: str | None

    def reverse(self) -> "ChangePartOp":
        """Return the opposite change."""
        return replace(self, before=self.after, after=self.before)

    def to_diff_tuple(self) -> tuple[Any, ...]:
        """Return the change as Alembic lists changes."""
        return ("change", self.table_name, self.kind, self.name)

    def refuse_if_impossible(self) -> None:
        """Refuse a change that no statement makes.

        Raises:
            MigrationError: the column becomes computed, or is computed no longer, or at another time.
        """
        if self.kind == COLUMN and _stored(self.before) != _stored(self.after):
            raise MigrationError(
                f"{self.table_name}.{self.name}: PostgreSQL cannot make a column computed, stored or virtual later, so"
                " nothing is written. Give the column another name in the model: `make migration` then adds it beside"
                " the old one, which a later release drops."
            )


def compare_parts(
    context: AutogenContext,
    operations: ModifyTableOps,
    _: str | None,
    name: str,
    existing: Table | None,
    table: Table | None,
) -> PriorityDispatchResult:
    """Add the changes of a table's parts. That of an index that both sides have replaces Alembic's own.

    Raises:
        MigrationError: PostgreSQL refuses a definition of the model.
    """
    if existing is None or table is None or context.connection is None:
        return PriorityDispatchResult.CONTINUE
    migrated = _read(context.connection, DIALECT.identifier_preparer.quote(name))
    declared = dict(_parts(table))
    # Alembic adds the parts that only the model has, except for constraints.
    compared = {(kind, part) for kind, part in declared if kind == CONSTRAINT or (kind, part) in migrated}
    compared |= {(kind, part) for kind, part in declared if kind == COLUMN and part in existing.columns}
    modelled = _normalised(context.connection, table, compared)
    shared = {part for kind, part in modelled if kind == INDEX}
    operations.ops[:] = [operation for operation in operations.ops if not _is_of_index(operation, shared)]
    constraints = {part for part in migrated if part[0] == CONSTRAINT}
    for part in sorted(modelled.keys() | constraints | _computed(migrated, table)):
        if modelled.get(part) != migrated.get(part):
            operations.ops.append(ChangePartOp(name, *part, before=migrated.get(part), after=declared.get(part)))
    return PriorityDispatchResult.CONTINUE


def _skip_computed(
    _: AutogenContext,
    __: AlterColumnOp,
    ___: str | None,
    ____: str,
    _____: str,
    existing: Column[Any],
    column: Column[Any],
) -> PriorityDispatchResult:
    """Leave computed columns to `compare_parts`: Alembic warns of those that differ in words."""
    is_computed = existing.computed is not None or column.computed is not None
    return PriorityDispatchResult.STOP if is_computed else PriorityDispatchResult.CONTINUE


def _is_of_index(operation: MigrateOperation, names: Iterable[str]) -> bool:
    return isinstance(operation, CreateIndexOp | DropIndexOp) and str(operation.index_name) in names


def _computed(migrated: dict[_Part, str], table: Table) -> set[_Part]:
    """Return the computed columns of the migrations that the model has as well, computed or not."""
    return {(kind, name) for kind, name in migrated if kind == COLUMN and name in table.columns}


def _parts(table: Table) -> Iterator[tuple[_Part, str]]:
    """Yield the parts of a model, with their definitions in its wording."""
    for constraint in table.constraints:
        if isinstance(constraint, CheckConstraint):
            yield (CONSTRAINT, str(constraint.name)), f"CHECK ({_compiled(constraint.sqltext)})"
    for index in table.indexes:
        yield (INDEX, str(index.name)), str(CreateIndex(index).compile(dialect=DIALECT))
    for column in table.columns:
        if column.computed is not None:
            kind = "STORED" if column.computed.persisted else "VIRTUAL"
            yield (COLUMN, column.name), f"GENERATED ALWAYS AS ({_compiled(column.computed.sqltext)}) {kind}"


def _compiled(expression: ClauseElement) -> str:
    return str(expression.compile(dialect=DIALECT, compile_kwargs={"literal_binds": True}))


def _read(connection: Connection, table: str) -> dict[_Part, str]:
    return {(kind, name): definition for kind, name, definition in connection.execute(_CATALOGUE, {"table": table})}


def _normalised(connection: Connection, table: Table, parts: set[_Part]) -> dict[_Part, str]:
    """Return the definitions of those parts of the model that are in `parts`, in PostgreSQL's wording."""
    columns = [Column(column.name, column.type, *_generation(column)) for column in table.columns]
    copy = Table(table.name, MetaData(schema=_TEMPORARY), *columns)
    options = {"schema_translate_map": {None: _TEMPORARY}}
    try:
        connection.execute(CreateTable(copy))
        for part in (*table.constraints, *table.indexes):
            if isinstance(part, CheckConstraint):
                connection.execute(AddConstraint(part, isolate_from_table=False), execution_options=options)
            elif isinstance(part, Index) and (INDEX, str(part.name)) in parts:
                connection.execute(CreateIndex(part), execution_options=options)
        definitions = _read(connection, copy.fullname)
        connection.execute(DropTable(copy))
    except DBAPIError as error:
        raise MigrationError(
            f"{table.name}: PostgreSQL does not take what the model says ({_reason(error)}). If it needs a function or"
            " an extension, write by hand a migration that makes it."
        ) from error
    return {part: definition for part, definition in definitions.items() if part in parts}


def _generation(column: Column[Any]) -> list[Computed]:
    computed = column.computed
    return [] if computed is None else [Computed(computed.sqltext, persisted=computed.persisted)]


def _reason(error: DBAPIError) -> str:
    return str(error.orig).rpartition(">: ")[2].partition("\n")[0].rstrip(".")


def _stored(definition: str | None) -> str | None:
    return definition and definition.rpartition(" ")[2]


@renderers.dispatch_for(ChangePartOp)
def _render(_: AutogenContext, change: ChangePartOp) -> list[str | None]:
    return list({CONSTRAINT: _of_constraint, INDEX: _of_index, COLUMN: _of_column}[change.kind](change))


def _of_constraint(change: ChangePartOp) -> Iterator[str | None]:
    """Writers wait only while the constraint is exchanged, not while all rows are read. It can be repeated."""
    table, name = map(DIALECT.identifier_preparer.quote, (change.table_name, change.name))
    ignored = "-- squawk-ignore ban-drop-constraint\n" if change.after else ""  # another one follows
    yield executed(f"{ignored}ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name}")
    if change.after:
        yield executed(f"ALTER TABLE {table} ADD CONSTRAINT {name} {change.after} NOT VALID")
        yield from autocommitted(executed(f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}"))


def _of_index(change: ChangePartOp) -> Iterator[str | None]:
    """The new index is built beside the old one while the table is in use."""
    quote = DIALECT.identifier_preparer.quote
    name, new = quote(change.name), quote(f"{change.name[: _LONGEST_NAME - 4]}_new")
    create = str(change.after).replace(f"INDEX {name} ON", f"INDEX CONCURRENTLY IF NOT EXISTS {new} ON", 1)
    yield from autocommitted(
        executed(create),
        executed(f"DROP INDEX CONCURRENTLY IF EXISTS {name}"),
        executed(f"-- squawk-ignore renaming-object\nALTER INDEX {new} RENAME TO {name}"),
    )


def _of_column(change: ChangePartOp) -> Iterator[str]:
    table, name = map(DIALECT.identifier_preparer.quote, (change.table_name, change.name))
    generated = _GENERATED.fullmatch(str(change.after))
    assert generated is not None  # that a column is computed no longer is refused
    if generated["kind"] == "STORED":
        yield "# Rewrites the table while it is locked. On a large one, add a column with another name in its place."
    yield executed(f"ALTER TABLE {table} ALTER COLUMN {name} SET EXPRESSION AS {generated['expression']}")


def autocommitted(*lines: str) -> Iterator[str | None]:
    """Yield lines of a migration that run outside of its transaction. The printer indents them until None."""
    yield "with op.get_context().autocommit_block():"
    yield from lines
    yield None


def executed(statement: str) -> str:
    """Return the line of a migration that executes a statement."""
    lines = textwrap.wrap(
        _PARAMETER.sub(r"\\:", statement),
        _LONGEST_LINE,
        break_long_words=False,
        break_on_hyphens=False,
        drop_whitespace=False,
        replace_whitespace=False,
        expand_tabs=False,
    )
    return f"op.execute({' '.join(map(repr, lines))})"


_plugin = Plugin(PLUGIN)
_plugin.add_autogenerate_comparator(compare_parts, "table", PLUGIN, priority=DispatchPriority.LAST)
_plugin.add_autogenerate_comparator(_skip_computed, "column", "server_default", priority=DispatchPriority.FIRST)
