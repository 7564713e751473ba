"""Times and ids that the modules of examples share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeAlias
from uuid import NAMESPACE_URL, UUID, uuid5

from core import product

# The name of the account that developers sign in with, where examples name people.
DEMO = "demo"
# The rows of tables, by the tables' names.
Rows: TypeAlias = Mapping[str, Sequence[Mapping[str, Any]]]
# Changed values of other features' rows, by table and id.
Changes: TypeAlias = Mapping[str, Mapping[UUID, Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Examples:
    """The example content of a feature.

    Args:
        rows: the rows to insert. All rows of a table have the same columns.
        changes: changes to rows of other features, once all are inserted.
        files: the files to store, by key.
        jobs: the payloads to enqueue.
    """

    rows: Rows = field(default_factory=dict)
    changes: Changes = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)
    jobs: Sequence[object] = ()


@dataclass(frozen=True, slots=True)
class World:
    """The moment that the examples lie before, and the account that they are made for."""

    now: datetime
    demo_id: UUID

    def id_of(self, kind: str, name: str) -> UUID:
        """Return the id of an example. It is the same at every run."""
        return uuid5(NAMESPACE_URL, f"{product.SLUG}/demo/{kind}/{name}")

    def person(self, name: str) -> UUID:
        """Return the id of a person's account."""
        return self.demo_id if name == DEMO else self.id_of("person", name)

    def ago(self, *, days: float = 0, hours: float = 0) -> datetime:
        """Return a time in the past, at most this moment."""
        return self.now - max(timedelta(days=days, hours=hours), timedelta())

    def in_hours(self, hours: float) -> datetime:
        """Return a time in the future."""
        return self.now + timedelta(hours=hours)
