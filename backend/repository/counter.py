"""Counters of dashboards. A repository declares them in its `counters`."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement


@dataclass(frozen=True, slots=True)
class Counter:
    """A number on dashboards: rows of the table of the repository that declares it.

    Args:
        name: the name of the number in the API.
        where: only these rows count.
        of_user: the condition on the rows that count for a user, if these are not the rows that they own.
        is_part: whether it is part of another number. Then it is not drawn day by day, and is no total of the product.
    """

    name: str
    where: ColumnElement[bool] | None = None
    of_user: Callable[[UUID], ColumnElement[bool]] | None = None
    is_part: bool = False
