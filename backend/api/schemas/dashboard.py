"""The first page after signing in."""

from datetime import date, datetime
from typing import Annotated, Self

from pydantic import BaseModel, Field

from api.schemas.users import SessionResponse, UserResponse
from domain.dashboard import Dashboard
from domain.jobs.job import JobState
from domain.user import User


class DayActivityResponse(BaseModel):
    """What happened on one day, in UTC."""

    day: date
    posts: int
    comments: Annotated[int, Field(description="By others, on the user's posts.")]


class ActivityResponse(BaseModel):
    """What the user wrote, and what others said about it."""

    posts: int
    published: int
    comments_received: int
    days: Annotated[list[DayActivityResponse], Field(description="The last 14 days, the oldest first.")]


class ProductCountsResponse(BaseModel):
    """What there is in all, as it was some minutes ago."""

    users: int
    posts: int
    comments: int
    jobs: Annotated[dict[JobState, int], Field(description="By state; states without jobs are left out.")]
    counted_at: datetime


class DashboardResponse(BaseModel):
    """What the dashboard shows."""

    user: UserResponse
    session: SessionResponse
    open_sessions: int
    unread_notifications: int
    activity: ActivityResponse
    product: Annotated[ProductCountsResponse | None, Field(description="For operators; null for everybody else.")]

    @classmethod
    def of(cls, user: User, dashboard: Dashboard) -> Self:
        """Return the answer for `dashboard`, which is the user's."""
        product = dashboard.product
        return cls(
            user=UserResponse.of(user),
            session=SessionResponse.of(dashboard.session, current_id=dashboard.session.id),
            open_sessions=dashboard.open_sessions,
            unread_notifications=dashboard.unread_notifications,
            activity=ActivityResponse.model_validate(dashboard.activity, from_attributes=True),
            product=product and ProductCountsResponse.model_validate(product, from_attributes=True),
        )
