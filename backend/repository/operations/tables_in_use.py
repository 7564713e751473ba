"""Writes indexes and constraints of tables in use so that readers and writers go on meanwhile.

1. `without_locks` wraps what would lock a table that has a migration.
2. `_render` writes it as statements that can be repeated, because each `autocommit_block` commits what came before it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from alembic.autogenerate.api import AutogenContext
from alembic.autogenerate.render import render_op, renderers
from alembic.operations.ops import (
    AddColumnOp,
    CreateForeignKeyOp,
    CreateIndexOp,
    CreateTableOp,
    CreateUniqueConstraintOp,
    DropIndexOp,
    DropTableOp,
    MigrateOperation,
    ModifyTableOps,
)

from repository.operations.definitions import DIALECT, autocommitted, executed

_Locking = CreateIndexOp | DropIndexOp | CreateUniqueConstraintOp | CreateForeignKeyOp


@dataclass
class WithoutLockOp(MigrateOperation):
    """A change of a table in use.

    Alembic's operations are compared by identity, and marked while they are written: so it is not frozen.
    """

    table_name: str
    change: Any  # one of `_Locking`; Alembic's own classes have no common reverse

    def reverse(self) -> MigrateOperation:
        """Return the opposite change. An index is dropped without a lock, as it is built."""
        opposite: MigrateOperation = self.change.reverse()
        return _wrapped(self.table_name, opposite)

    def to_diff_tuple(self) -> tuple[Any, ...]:
        """Return the change as Alembic lists changes."""
        difference: tuple[Any, ...] = self.change.to_diff_tuple()
        return difference


def without_locks(operations: Sequence[MigrateOperation]) -> list[MigrateOperation]:
    """Return the operations of a migration. Those of tables that it creates or drops stay as they are."""
    alone = {operation.table_name for operation in operations if isinstance(operation, CreateTableOp | DropTableOp)}
    for operation in operations:
        if isinstance(operation, ModifyTableOps) and operation.table_name not in alone:
            _rewrite(operation)
    return list(operations)


def without_parts_of_dropped(operations: Sequence[MigrateOperation]) -> list[MigrateOperation]:
    """Return the operations without those of tables that are dropped: their indexes go with them."""
    dropped = {operation.table_name for operation in operations if isinstance(operation, DropTableOp)}
    return [
        operation
        for operation in operations
        if not isinstance(operation, ModifyTableOps) or operation.table_name not in dropped
    ]


def _rewrite(operations: ModifyTableOps) -> None:
    wrapped = [_wrapped(operations.table_name, change) for change in operations.ops]
    if any(isinstance(change, WithoutLockOp) for change in wrapped):
        for change in wrapped:
            if isinstance(change, AddColumnOp):
                change.if_not_exists = True
    operations.ops[:] = wrapped


def _wrapped(table: str, change: MigrateOperation) -> MigrateOperation:
    is_deferrable = isinstance(change, CreateUniqueConstraintOp) and change.kw.get("deferrable")  # no index can be
    return WithoutLockOp(table, change) if isinstance(change, _Locking) and not is_deferrable else change


@renderers.dispatch_for(WithoutLockOp)
def _render(context: AutogenContext, wrapper: WithoutLockOp) -> list[str | None]:
    change = wrapper.change
    if isinstance(change, CreateForeignKeyOp):
        return list(_of_foreign_key(context, change))
    if isinstance(change, CreateUniqueConstraintOp):
        return list(_of_unique(context, change))
    return list(_of_index(context, change))


def _of_index(context: AutogenContext, change: CreateIndexOp | DropIndexOp) -> Iterator[str | None]:
    change.kw["postgresql_concurrently"] = True
    if isinstance(change, CreateIndexOp):
        change.if_not_exists = True
    else:
        change.if_exists = True
    yield from autocommitted(*render_op(context, change))


def _of_unique(context: AutogenContext, change: CreateUniqueConstraintOp) -> Iterator[str | None]:
    table, name = map(DIALECT.identifier_preparer.quote, (change.table_name, str(change.constraint_name)))
    options = {key: value for key, value in change.kw.items() if key.startswith("postgresql_")}
    index = CreateIndexOp(str(change.constraint_name), change.table_name, change.columns, unique=True, **options)
    yield from _of_index(context, index)
    yield executed(f"ALTER TABLE {table} ADD CONSTRAINT {name} UNIQUE USING INDEX {name}")


def _of_foreign_key(context: AutogenContext, change: CreateForeignKeyOp) -> Iterator[str | None]:
    """Both tables are locked for a moment only; rows are compared afterwards."""
    table, name = map(DIALECT.identifier_preparer.quote, (change.source_table, str(change.constraint_name)))
    change.kw["postgresql_not_valid"] = True
    yield executed(f"-- squawk-ignore ban-drop-constraint\nALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name}")
    yield from render_op(context, change)
    yield from autocommitted(executed(f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}"))
