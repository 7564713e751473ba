"""The first page after signing in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from domain.session import Session

ACTIVITY_DAYS = 14


@dataclass(frozen=True, slots=True)
class Count:
    """A number of a dashboard, under the name that a `Counter` declares.

    Args:
        name: the name of the counter.
        total: how many there are.
        per_day: how many of them are from each day of the activity; empty if that is not counted.
    """

    name: str
    total: int
    per_day: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Activity:
    """The counts of a user's rows, in all and for the last days, in UTC, the oldest first."""

    days: tuple[date, ...]
    counts: tuple[Count, ...]


@dataclass(frozen=True, slots=True)
class ProductCounts:
    """Totals of the product, and when they were counted."""

    totals: tuple[Count, ...]
    jobs: Mapping[str, int]
    counted_at: datetime


@dataclass(frozen=True, slots=True)
class Dashboard:
    """Everything on the dashboard. The totals of the product are for operators."""

    session: Session
    open_sessions: int
    unread_notifications: int
    activity: Activity
    product: ProductCounts | None
