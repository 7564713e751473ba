"""The first page after signing in."""

from pydantic import BaseModel

from api.schemas.users import SessionResponse, UserResponse


class DashboardResponse(BaseModel):
    """What the dashboard shows."""

    user: UserResponse
    session: SessionResponse
    open_sessions: int
