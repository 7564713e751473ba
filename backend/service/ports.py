"""What services ask of the outside world, where there is more than one way to give it."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from email.message import EmailMessage
from typing import Protocol
from uuid import UUID

from repository.identity.passkey_repository import PasskeyRepository
from repository.identity.pending_sign_in_repository import PendingSignInRepository
from repository.identity.sign_in_session_repository import SignInSessionRepository
from repository.report_repository import ReportRepository
from repository.user_repository import UserRepository
from service.identity.audit_trail import AuditTrail
from service.identity.second_factors import SecondFactors
from service.live.live_updates import LiveUpdates
from service.reports.report_progress import ReportProgress


class Mailer(Protocol):
    """Delivers mails: by SMTP, or into the development mailbox."""

    async def send(self, message: EmailMessage) -> None:
        """Deliver `message`, whose `Message-ID` is the same when it is sent again."""


class JobTransport(Protocol):
    """Carries the ids of jobs to workers; it may lose them, because the job table is what is owed."""

    async def send(self, job_ids: Sequence[UUID], *, queue: str) -> None:
        """Tell the workers of `queue` that these jobs are due.

        Raises:
            OSError: the transport is out of reach.
        """

    async def waiting(self, queue: str) -> int:
        """Return how many ids no worker of `queue` has read yet.

        Raises:
            OSError: the transport is out of reach.
        """

    async def close(self) -> None:
        """Give back what the transport holds."""


class AutonomousTransaction(Protocol):
    """The part of a second unit of work which services use for what must outlive a refusal."""

    @property
    def session_repository(self) -> SignInSessionRepository:
        """Sessions, in the second unit of work's transaction."""

    @property
    def report_repository(self) -> ReportRepository:
        """Reports, in the second unit of work's transaction."""

    @property
    def report_progress(self) -> ReportProgress:
        """What readers of reports are told as soon as the second unit of work is committed."""

    @property
    def user_repository(self) -> UserRepository:
        """Accounts, in the second unit of work's transaction."""

    @property
    def passkey_repository(self) -> PasskeyRepository:
        """Passkeys and their challenges, in the second unit of work's transaction."""

    @property
    def pending_sign_in_repository(self) -> PendingSignInRepository:
        """Sign-ins that wait for a second factor, in the second unit of work's transaction."""

    @property
    def second_factors(self) -> SecondFactors:
        """Checks second factors, in the second unit of work's transaction."""

    @property
    def live(self) -> LiveUpdates:
        """What browsers are told as soon as the second unit of work is committed, long before the first may be."""

    @property
    def audit(self) -> AuditTrail:
        """What is reported about accounts, written with the second unit of work."""


class OpensAutonomousTransaction(Protocol):
    """Opens a unit of work of its own, committed when its block ends."""

    def __call__(self) -> AbstractAsyncContextManager[AutonomousTransaction]:
        """Return the unit of work, to be entered."""
