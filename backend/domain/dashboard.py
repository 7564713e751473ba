"""The first page after signing in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from domain.session import Session

ACTIVITY_DAYS = 14


@dataclass(frozen=True, slots=True)
class DayActivity:
    """What happened on one day, in UTC."""

    day: date
    posts: int
    comments: int


@dataclass(frozen=True, slots=True)
class Activity:
    """What a user wrote, and the comments that other users wrote on it."""

    posts: int
    published: int
    comments_received: int
    days: tuple[DayActivity, ...]


@dataclass(frozen=True, slots=True)
class ProductCounts:
    """Totals of the product, and when they were counted."""

    users: int
    posts: int
    comments: int
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
