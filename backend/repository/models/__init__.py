"""Every table. A model file need not be named here to be seen by migrations and relationships."""

from importlib import import_module
from pkgutil import walk_packages

from repository.models.comment import Comment
from repository.models.identity.api_token import ApiToken
from repository.models.identity.external_identity import ExternalIdentity
from repository.models.identity.mfa import Passkey, PasskeyChallenge, PendingSignIn, RecoveryCode, TotpSeed
from repository.models.identity.one_time_token import OneTimeToken
from repository.models.identity.security_event import SecurityEvent
from repository.models.jobs.job import CronTick, Job
from repository.models.live.notification import Notification
from repository.models.operations.idempotency import IdempotencyKey
from repository.models.post import Post
from repository.models.report import Report
from repository.models.session import RefreshToken, Session
from repository.models.user import Author, User

__all__ = [
    "ApiToken",
    "Author",
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

for _module in walk_packages(__path__, f"{__name__}."):
    import_module(_module.name)
