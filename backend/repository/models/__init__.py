"""Every table, so that `from repository.models import User` works and migrations see them all."""

from repository.models.api_token import ApiToken
from repository.models.comment import Comment
from repository.models.external_identity import ExternalIdentity
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
    "ApiToken",
    "Comment",
    "CronTick",
    "ExternalIdentity",
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
