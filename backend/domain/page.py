"""Pages of lists: requests and results."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Generic, TypeAlias, TypeVar
from uuid import UUID

from domain.errors import AppError

Item_co = TypeVar("Item_co", covariant=True)

DEFAULT_LIMIT = 20
# How many rows an export reads at once: a few milliseconds of the event loop.
EXPORT_BATCH = 250
MAX_LIMIT = 100
# PostgreSQL reads and discards every row before a numbered page; ten thousand cost about a millisecond.
MAX_PAGE = 500
# Where the deepest numbered page begins.
MAX_OFFSET = (MAX_PAGE - 1) * MAX_LIMIT


# A value by which a list can be sorted.
SortValue: TypeAlias = datetime | date | str | bool | int | Decimal | UUID | None


class ListTooLong(AppError):
    """A list has more rows than one export may have."""

    message = "This list has more than {limit} rows, too many for one export. Narrow it down with filters."


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in an ordered list: the sorted value of one row, and its id, which decides between equal values."""

    value: SortValue
    id: UUID


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which page to return. `after` costs the same anywhere in the list; `offset` costs more the deeper it is."""

    limit: int = DEFAULT_LIMIT
    after: Cursor | None = None
    offset: int = 0
    with_total: bool = False


@dataclass(frozen=True, slots=True)
class Page(Generic[Item_co]):
    """Items of a list, the cursor behind them if more follow, and the total if it was requested."""

    items: tuple[Item_co, ...]
    next: Cursor | None
    total: int | None
