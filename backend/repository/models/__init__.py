"""Every table, as `models.Post`: type checkers and editors need the line that names it, and a test asks for it.

Migrations and relationships see a model file without it.
"""

from importlib import import_module
from pkgutil import walk_packages
from typing import TYPE_CHECKING, NoReturn

from repository.models.comment import Comment as Comment
from repository.models.identity.api_token import ApiToken as ApiToken
from repository.models.identity.data_export import DataExport as DataExport
from repository.models.identity.external_identity import ExternalIdentity as ExternalIdentity
from repository.models.identity.mfa import Passkey as Passkey
from repository.models.identity.mfa import PasskeyChallenge as PasskeyChallenge
from repository.models.identity.mfa import PendingSignIn as PendingSignIn
from repository.models.identity.mfa import RecoveryCode as RecoveryCode
from repository.models.identity.mfa import TotpSeed as TotpSeed
from repository.models.identity.one_time_token import OneTimeToken as OneTimeToken
from repository.models.identity.security_event import SecurityEvent as SecurityEvent
from repository.models.jobs.job import CronTick as CronTick
from repository.models.jobs.job import Job as Job
from repository.models.live.notification import Notification as Notification
from repository.models.operations.idempotency import IdempotencyKey as IdempotencyKey
from repository.models.post import Post as Post
from repository.models.report import Report as Report
from repository.models.session import RefreshToken as RefreshToken
from repository.models.session import Session as Session
from repository.models.user import Author as Author
from repository.models.user import User as User

for _module in walk_packages(__path__, f"{__name__}."):
    import_module(_module.name)

if not TYPE_CHECKING:

    def __getattr__(name: str) -> NoReturn:
        """Raise an error with the line to add, for a table that is not named above.

        Raises:
            AttributeError: always.
        """
        homes = (
            module.name
            for module in walk_packages(__path__, f"{__name__}.")
            if name in vars(import_module(module.name))
        )
        line = f"from {next(homes, f'{__name__}.…')} import {name} as {name}"
        raise AttributeError(f"Add to repository/models/__init__.py, if {name} is a table: {line}", name=name)
