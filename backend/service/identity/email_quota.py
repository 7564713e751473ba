"""Limits the emails that a request causes."""

from domain.errors import TooManyAttempts
from domain.identity.client_info import NO_CLIENT
from domain.mail.mailing import CausesMail
from domain.permissions import SYSTEM
from service.identity.attempt_limits import AttemptLimits
from service.jobs.outbox import Outbox
from service.unit_of_work import Collector, UnitOfWork


class EmailQuota(Collector):
    """Counts the emails of a request before it is committed.

    The emails of jobs and commands are not counted: they follow from a request, or are the operator's own.
    """

    def __init__(self, work: UnitOfWork, outbox: Outbox, limits: AttemptLimits) -> None:
        self._work = work
        self._outbox = outbox
        self._limits = limits

    async def before_commit(self) -> None:
        """Count the emails that the outbox holds.

        Raises:
            TooManyAttempts: there would be too many; nothing is committed.
        """
        if self._work.client is NO_CLIENT or self._work.job_id is not None:
            return
        for mailing in self._outbox.mailings:
            if not await self._may_send(mailing):
                self._outbox.leave_out(mailing)

    async def _may_send(self, mailing: CausesMail) -> bool:
        try:
            return await self._limits.may_mail(mailing, sender=self._work.actor.user_id)
        except TooManyAttempts:
            if self._work.actor is SYSTEM:  # an autonomous transaction is not refused because of an email
                return False
            raise
