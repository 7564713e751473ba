"""The first page after signing in, from several services at once."""

from typing import Protocol

from domain.dashboard import Activity, Dashboard, ProductCounts
from domain.session import Session
from service.controllers.side_by_side import side_by_side


class ShowsSession(Protocol):
    """Knows the actor's session."""

    async def overview(self) -> tuple[Session, int]:
        """Return the actor's session and how many sessions they have open."""


class CountsUnread(Protocol):
    """Counts the actor's unread notifications."""

    async def count_unread(self) -> int:
        """Return how many notifications the actor has not read."""


class CountsWritten(Protocol):
    """Counts the rows that users write."""

    async def activity(self) -> Activity:
        """Return the numbers of rows that the actor wrote and received."""

    async def product(self) -> ProductCounts | None:
        """Return the numbers of all users, or None if the actor is no operator."""


class DashboardController:
    """Asks for the parts of the dashboard side by side, so that it takes as long as the slowest of them."""

    def __init__(self, sessions: ShowsSession, statistics: CountsWritten, notifications: CountsUnread) -> None:
        self._sessions = sessions
        self._statistics = statistics
        self._notifications = notifications

    async def show(self) -> Dashboard:
        """Return all parts of the dashboard. An error of one part is raised unchanged."""
        async with side_by_side() as group:
            overview = group.create_task(self._sessions.overview())
            unread = group.create_task(self._notifications.count_unread())
            activity = group.create_task(self._statistics.activity())
            product = group.create_task(self._statistics.product())
        session, open_sessions = overview.result()
        return Dashboard(session, open_sessions, unread.result(), activity.result(), product.result())
