"""Ownership: the conditions on reading and changing the rows of a table. Both ways to the database apply them."""

from collections.abc import Sequence
from typing import Any, ClassVar, TypeAlias
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, false, true
from sqlalchemy.orm import InstrumentedAttribute

from domain.errors import AppError
from domain.permissions import Actor, Permission
from repository.base_model import BaseTableModel
from repository.counter import Counter

OwnerColumn: TypeAlias = InstrumentedAttribute[UUID] | InstrumentedAttribute[UUID | None]


class DeclaredTwice(AppError):
    """Two classes declare the ownership of the same table."""


class Ownership:
    """Limits reading and changing the rows of `table` to the owner and the holders of the permission.

    A repository that sets `table` declares it, once for each table. A table without an owner is shared:
    holders of the permission change it, and `readable_by` says who reads it.
    """

    table: ClassVar[type[BaseTableModel]]
    owner: ClassVar[OwnerColumn | None] = None
    # Its holders read and change the rows of all users.
    permission: ClassVar[Permission]
    # The numbers on dashboards.
    counters: ClassVar[Sequence[Counter]] = ()

    def __init_subclass__(cls, **options: Any) -> None:  # noqa: ANN401  (those of other base classes)
        """Register the declaration of the class.

        Raises:
            DeclaredTwice: another class has declared the same table.
        """
        super().__init_subclass__(**options)
        if "table" in vars(cls) and _DECLARED.setdefault(cls.table, cls) is not cls:
            raise DeclaredTwice(f"{cls.table.__name__} belongs to {_DECLARED[cls.table].__name__}; derive from that.")

    @classmethod
    def changeable_by(cls, actor: Actor) -> ColumnElement[bool]:
        """Return the condition on rows that `actor` may change and delete: their own."""
        if actor.may(cls.permission):
            return true()
        return false() if cls.owner is None or actor.user_id is None else cls.owner == actor.user_id

    @classmethod
    def readable_by(cls, actor: Actor) -> ColumnElement[bool]:
        """Return the condition on rows that `actor` may read: the same, unless a subclass says more."""
        return cls.changeable_by(actor)


_DECLARED: dict[type[Any], type[Ownership]] = {}


def declared() -> Sequence[type[Ownership]]:
    """Return the declarations of all imported modules."""
    return tuple(_DECLARED.values())


def ownership_of(table: type[Any]) -> type[Ownership] | None:
    """Return the declaration for the mapped class, or None."""
    return _DECLARED.get(table)


def ownerships_of(table: FromClause) -> list[type[Ownership]]:
    """Return the declarations for the mapped classes of a table, which may have several."""
    return [ownership for mapped, ownership in _DECLARED.items() if mapped.__table__ is table]
