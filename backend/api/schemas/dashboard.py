"""The dashboard."""

from datetime import date, datetime
from typing import Annotated, Self

from pydantic import BaseModel, Field

from api.schemas.users import SessionResponse, UserResponse
from domain.dashboard import Dashboard
from domain.jobs.job import JobState
from domain.user import User


class CountResponse(BaseModel):
    """A number with the name of its counter."""

    name: Annotated[str, Field(description="What was counted. Features add names.", examples=["users"])]
    total: int


class ActivityCountResponse(CountResponse):
    """The number of rows that the user wrote or received from others."""

    per_day: Annotated[list[int], Field(description="For each of the days; empty for parts of another number.")]


class ActivityResponse(BaseModel):
    """The rows that the user wrote and received from others, counted."""

    days: Annotated[list[date], Field(description="The last 14 days, in UTC, oldest first.")]
    counts: list[ActivityCountResponse]


class ProductCountsResponse(BaseModel):
    """Totals of the product, up to a few minutes old."""

    totals: list[CountResponse]
    jobs: Annotated[dict[JobState, int], Field(description="By state; states without jobs are omitted.")]
    counted_at: datetime


class DashboardResponse(BaseModel):
    """The figures of the dashboard."""

    user: UserResponse
    session: SessionResponse
    open_sessions: int
    unread_notifications: int
    activity: ActivityResponse
    product: Annotated[ProductCountsResponse | None, Field(description="Only for operators; null for other users.")]

    @classmethod
    def of(cls, user: User, dashboard: Dashboard) -> Self:
        """Build the response from the user and the dashboard."""
        product = dashboard.product
        return cls(
            user=UserResponse.of(user),
            session=SessionResponse.of(dashboard.session, current_id=dashboard.session.id),
            open_sessions=dashboard.open_sessions,
            unread_notifications=dashboard.unread_notifications,
            activity=ActivityResponse.model_validate(dashboard.activity, from_attributes=True),
            product=product and ProductCountsResponse.model_validate(product, from_attributes=True),
        )
