"""Says how the models and the migrated database differ, from what Alembic would do to make them agree."""

from collections.abc import Iterable, Iterator
from typing import Any

from alembic.operations.ops import (
    AddColumnOp,
    AddConstraintOp,
    AlterColumnOp,
    CreateIndexOp,
    DropColumnOp,
    DropConstraintOp,
    DropIndexOp,
    DropTableOp,
    MigrateOperation,
    ModifyTableOps,
)
from sqlalchemy import Column
from sqlalchemy.schema import CreateColumn

from repository.operations.definitions import COLUMN, DIALECT, ChangePartOp

REMOVALS = DropTableOp, DropColumnOp, DropIndexOp, DropConstraintOp
ONLY_IN_MODELS = "the model has it, the migrations do not"
ONLY_IN_MIGRATIONS = "the migrations have it, the model does not"


def describe(operations: Iterable[MigrateOperation]) -> list[str]:
    """Return a line for each difference, with the table and the column or the index."""
    lines: dict[str, str] = {}
    for subject, difference in _differences(operations):
        table, _, part = subject.partition(", ")
        if not part or table not in lines:  # a table that one side lacks says it all
            lines[subject] = "they define it differently" if subject in lines else difference
    return [f"{subject}: {difference}" for subject, difference in lines.items()]


def _differences(operations: Iterable[MigrateOperation]) -> Iterator[tuple[str, str]]:
    for group in operations:
        for operation in group.ops if isinstance(group, ModifyTableOps) else [group]:
            if isinstance(operation, ChangePartOp):
                yield _subject(operation), _of_part(operation)
            elif isinstance(operation, AlterColumnOp):
                yield f"{operation.table_name}.{operation.column_name}", _of_definitions(operation)
            else:
                yield _subject(operation), ONLY_IN_MIGRATIONS if isinstance(operation, REMOVALS) else ONLY_IN_MODELS


def _subject(operation: MigrateOperation) -> str:
    match operation:
        case AddColumnOp(table_name=table, column=Column(name=name)) | DropColumnOp(table_name=table, column_name=name):
            return f"{table}.{name}"
        case CreateIndexOp(table_name=table, index_name=name) | DropIndexOp(table_name=table, index_name=name):
            return f"{table}, index {name}"
        case ChangePartOp(table_name=table, kind=kind, name=name):
            return f"{table}.{name}" if kind == COLUMN else f"{table}, {kind} {name}"
        case AddConstraintOp() | DropConstraintOp():
            constraint = operation.to_constraint()
            return f"{constraint.table.name}, constraint {constraint.name}"
    return str(getattr(operation, "table_name", type(operation).__name__))


def _of_part(change: ChangePartOp) -> str:
    if change.before is None and change.kind != COLUMN:
        return ONLY_IN_MODELS
    if change.after is None and change.kind != COLUMN:
        return ONLY_IN_MIGRATIONS
    return f"the model says {change.after or 'nothing'}, the migrations {change.before or 'nothing'}"


def _of_definitions(change: AlterColumnOp) -> str:
    existing = Column(
        change.column_name,
        change.existing_type,
        nullable=change.existing_nullable,
        server_default=change.existing_server_default or None,
    )
    wanted = Column(
        change.column_name,
        change.modify_type or change.existing_type,
        nullable=change.existing_nullable if change.modify_nullable is None else change.modify_nullable,
        server_default=(
            existing.server_default if change.modify_server_default is False else change.modify_server_default
        ),
    )
    return f"the model says {_definition(wanted)}, the migrations {_definition(existing)}"


def _definition(column: Column[Any]) -> str:
    return str(CreateColumn(column).compile(dialect=DIALECT)).removeprefix(f"{column.name} ")
