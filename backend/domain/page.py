"""One page of a list that may be long: what is asked for and what is answered."""

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

T = TypeVar("T")

DEFAULT_LIMIT = 20
MAX_LIMIT = 100
# PostgreSQL reads and drops every row before a numbered page; ten thousand cost it about a millisecond.
MAX_PAGE = 500


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in an ordered list: the sorted value of one row and its id, which decides between equal values."""

    value: datetime | str
    id: UUID


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which page is wanted. With `after` its cost does not depend on how far into the list it lies; with `offset` it does."""

    limit: int = DEFAULT_LIMIT
    after: Cursor | None = None
    offset: int = 0
    with_total: bool = False


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some items of a list, where they end if more follow, and how many there are if that was asked."""

    items: tuple[T, ...]
    next: Cursor | None
    total: int | None
