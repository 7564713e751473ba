"""Every table, so that `from repository.models import User` works and migrations see them all."""

from repository.models.comment import Comment
from repository.models.idempotency import IdempotencyKey
from repository.models.job import CronTick, Job
from repository.models.mfa import Passkey, PasskeyChallenge, PendingSignIn, RecoveryCode, TotpSeed
from repository.models.notification import Notification
from repository.models.one_time_token import OneTimeToken
from repository.models.post import Post
from repository.models.report import Report
from repository.models.security_event import SecurityEvent
from repository.models.session import RefreshToken, Session
from repository.models.user import User

__all__ = [
    "Comment",
    "CronTick",
    "IdempotencyKey",
    "Job",
    "Notification",
    "OneTimeToken",
    "Passkey",
    "PasskeyChallenge",
    "PendingSignIn",
    "Post",
    "RecoveryCode",
    "RefreshToken",
    "Report",
    "SecurityEvent",
    "Session",
    "TotpSeed",
    "User",
]
