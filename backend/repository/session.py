"""The ordinary way to the database: SQLAlchemy's `AsyncSession`, in the transaction of a unit of work.

A session is limited to the actor's rows, as the `Ownership` of each table declares.
"""

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, NoReturn, TypeAlias, TypeVar

from sqlalchemy import ColumnElement, Connection, event, false, inspect, literal, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import LoaderCriteriaOption, Mapper, ORMExecuteState, Session, object_session
from sqlalchemy.orm.interfaces import ORMOption
from sqlalchemy.sql.base import Executable

from domain.errors import AppError
from domain.permissions import Actor
from repository.base_model import BaseTableModel, Private
from repository.ownership import OwnerColumn, Ownership, declared, ownership_of, ownerships_of
from repository.sql.session_driver import connect, disconnect

if TYPE_CHECKING:
    from core.db import Transaction

__all__ = ["AsyncSession", "CommitRefused", "SessionOver", "UnscopedStatement", "open_session", "unscoped"]

Action: TypeAlias = Literal["readable_by", "changeable_by"]

# How many actors' conditions are cached. Building them takes as long as a query takes to run.
ACTORS_KEPT = 128

AnyStatement = TypeVar("AnyStatement", bound=Executable)


class CommitRefused(AppError):
    """A session was told to begin, commit or roll back. Only the unit of work does that."""

    message = "Only the unit of work commits: leave its block to commit, raise to roll back."


class SessionOver(AppError):
    """A session was used after its unit of work ended."""

    message = "The session ended with its unit of work."


class UnscopedStatement(AppError):
    """A statement does not say whose rows it reads or changes."""

    message = "Write the statement with mapped classes, add objects to the session, or say unscoped(statement)."


def open_session(transaction: "Transaction", actor: Actor) -> AsyncSession:
    """Return a session that runs in `transaction` on behalf of `actor`. Reading begins the transaction as well."""
    return AsyncSession(
        sync_session_class=ScopedSession,
        transaction=transaction,
        actor=actor,
        expire_on_commit=False,
    )


def unscoped(statement: AnyStatement) -> AnyStatement:
    """Let a statement of a session read and change every row. Say why at each call."""
    return statement.execution_options(unscoped=True)


class ScopedSession(Session):
    """The session behind an `AsyncSession`. It scopes every statement to the actor, and never commits."""

    def __init__(self, *, transaction: "Transaction", actor: Actor, **options: Any) -> None:  # noqa: ANN401
        super().__init__(**options)
        self.actor = actor
        self._transaction_of_work = transaction
        self._work_connection: Connection | None = None
        self._is_over = False

    def get_bind(self, *args: Any, **kwargs: Any) -> Connection:  # noqa: ANN401, ARG002  (SQLAlchemy's own)
        """Return the connection of all statements, opened for the first one.

        Raises:
            SessionOver: the session was closed.
        """
        if self._is_over:
            raise SessionOver
        if self._work_connection is None:
            self._work_connection = connect(self._transaction_of_work)
        return self._work_connection

    def close(self) -> None:
        """End the session, but not the transaction."""
        self._is_over = True
        connection, self._work_connection = self._work_connection, None
        if connection is not None:
            disconnect(connection)
        super().close()
        if connection is not None:
            connection.close()

    def commit(self) -> NoReturn:
        """Refuse.

        Raises:
            CommitRefused: always.
        """
        raise CommitRefused

    def rollback(self) -> NoReturn:
        """Refuse.

        Raises:
            CommitRefused: always.
        """
        raise CommitRefused

    def begin(self, nested: bool = False) -> Any:  # noqa: ANN401, FBT001, FBT002  (SQLAlchemy's own)
        """Begin a savepoint for `begin_nested`. Nothing else may begin.

        Raises:
            CommitRefused: it is not `begin_nested`.
        """
        if not nested:
            raise CommitRefused
        return super().begin(nested=True)


class _Criterion(LoaderCriteriaOption):
    """The criterion of `with_loader_criteria`, applied also to an alias that is joined with its own ON clause."""

    __slots__ = ()
    _traverse_internals = LoaderCriteriaOption._traverse_internals  # noqa: SLF001

    def _resolve_where_criteria(self, ext_info: Any) -> ColumnElement[bool]:  # noqa: ANN401
        condition = super()._resolve_where_criteria(ext_info)
        return ext_info._adapter.traverse(condition) if ext_info.is_aliased_class else condition  # noqa: SLF001


@lru_cache(ACTORS_KEPT)
def _limits(actor: Actor, action: Action, _: int) -> list[ORMOption]:
    """Return the conditions on rows that `actor` may read or change. A new declaration changes the last argument."""
    conditions = {kind.table: getattr(kind, action)(actor) for kind in declared()}
    limited = {table: condition for table, condition in conditions.items() if not _is_always(condition)}
    return [
        _Criterion(table, condition, include_aliases=True, propagate_to_loaders=False)
        for table, condition in {**limited, Private: false()}.items()
    ]


def _is_always(condition: ColumnElement[bool]) -> bool:
    return condition is true()


@event.listens_for(ScopedSession, "do_orm_execute")
def _scope(state: ORMExecuteState) -> None:
    if state.is_column_load or state.execution_options.get("unscoped"):
        return
    if not state.is_orm_statement or state.is_from_statement or state.is_insert:
        raise UnscopedStatement
    session = state.session
    assert isinstance(session, ScopedSession)
    for mapper in state.all_mappers:
        _ownership_of(mapper)
    action: Action = "readable_by" if state.is_select else "changeable_by"
    state.statement = state.statement.options(*_limits(session.actor, action, len(declared())))


def _session_of(row: BaseTableModel) -> ScopedSession | None:
    """Return the unit of work's session that holds the row, or None for a row in another session."""
    session = object_session(row)
    return session if isinstance(session, ScopedSession) else None


@event.listens_for(Mapper, "before_insert")
def _before_insert(mapper: Mapper[Any], connection: Connection, row: BaseTableModel) -> None:
    if session := _session_of(row):
        owner = _ownership_of(mapper).owner
        if owner is not None and not _is_key(owner) and getattr(row, owner.key) is None:
            setattr(row, owner.key, session.actor.user_id)
        _require_readable_parents(mapper, connection, row, session.actor)


@event.listens_for(Mapper, "after_insert")
def _after_insert(mapper: Mapper[Any], connection: Connection, row: BaseTableModel) -> None:
    if session := _session_of(row):
        _require_changeable(mapper, connection, row, session.actor)


@event.listens_for(Mapper, "before_update")
def _before_update(mapper: Mapper[Any], connection: Connection, row: BaseTableModel) -> None:
    session = _session_of(row)
    if session and session.is_modified(row, include_collections=False):
        _require_changeable(mapper, connection, row, session.actor)
        _require_readable_parents(mapper, connection, row, session.actor)


@event.listens_for(Mapper, "before_delete")
def _before_delete(mapper: Mapper[Any], connection: Connection, row: BaseTableModel) -> None:
    if session := _session_of(row):
        _require_changeable(mapper, connection, row, session.actor)


def _require_changeable(mapper: Mapper[Any], connection: Connection, row: BaseTableModel, actor: Actor) -> None:
    ownership = _ownership_of(mapper)
    condition = ownership.changeable_by(actor)
    if _is_always(condition):
        return
    owner = ownership.owner
    if owner is not None and condition.compare(owner == actor.user_id) and _is_as_stored(row, owner):
        may_change = getattr(row, owner.key) == actor.user_id
    else:
        may_change = _exists(connection, mapper.local_table.c.id == row.id, condition)
    if not may_change:
        actor.refuse(ownership.permission)


def _require_readable_parents(mapper: Mapper[Any], connection: Connection, row: BaseTableModel, actor: Actor) -> None:
    """Let a row refer only to rows that the actor may read. The owner is checked separately."""
    owner = _ownership_of(mapper).owner
    for link in mapper.local_table.foreign_keys:
        attribute = mapper.get_property_by_column(link.parent)
        value = getattr(row, attribute.key)
        if value is None or (owner is not None and attribute.key == owner.key) or not _has_changed(row, attribute.key):
            continue
        parents = ownerships_of(link.column.table)
        if not any(_is_readable(connection, parent, link.column == value, actor) for parent in parents):
            actor.refuse(parents[0].permission)


def _is_readable(
    connection: Connection, ownership: type[Ownership], is_meant: ColumnElement[bool], actor: Actor
) -> bool:
    condition = ownership.readable_by(actor)
    return _is_always(condition) or _exists(connection, is_meant, condition)


def _exists(connection: Connection, *conditions: ColumnElement[bool]) -> bool:
    return connection.scalar(select(literal(1)).where(*conditions)) is not None


def _ownership_of(mapper: Mapper[Any]) -> type[Ownership]:
    ownership = ownership_of(mapper.class_)
    if ownership is None:
        raise UnscopedStatement(f"No imported repository declares whose rows those of {mapper.class_.__name__} are.")
    return ownership


def _is_key(owner: OwnerColumn) -> bool:
    return bool(owner.property.columns[0].primary_key)


def _is_as_stored(row: BaseTableModel, owner: OwnerColumn) -> bool:
    """Return whether the owner in the database, now or after this flush, is the one that the object has."""
    return inspect(row).pending or not _has_changed(row, owner.key)


def _has_changed(row: BaseTableModel, name: str) -> bool:
    return bool(inspect(row).attrs[name].history.has_changes())
