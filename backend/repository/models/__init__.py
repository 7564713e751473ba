"""Every table, so that `from repository.models import User` works and migrations see them all."""

from repository.models.job import CronTick, Job
from repository.models.session import RefreshToken, Session
from repository.models.user import User

__all__ = ["CronTick", "Job", "RefreshToken", "Session", "User"]
