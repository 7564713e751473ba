"""Limits the emails that a request causes."""

from uuid import UUID

from domain.identity.client_info import NO_CLIENT
from domain.mail.mailing import CausesMail
from domain.user import User
from repository.user_repository import UserRepository
from service.identity.attempt_limits import AttemptLimits
from service.jobs.outbox import Outbox
from service.unit_of_work import Collector, UnitOfWork


class EmailQuota(Collector):
    """Counts the emails of a request before it is committed.

    The emails of jobs and commands are not counted: they follow from a request, or are the operator's own.
    """

    def __init__(self, work: UnitOfWork, outbox: Outbox, *, users: UserRepository, limits: AttemptLimits) -> None:
        self._work = work
        self._outbox = outbox
        self._users = users
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
        mail = mailing.counted_as
        recipient = await self._find(mail.recipient) if isinstance(mail.recipient, UUID) else mail.recipient
        return await self._limits.may_mail(mail.kind, recipient, sender=self._work.actor.user_id)

    async def _find(self, user_id: UUID) -> User | str:
        return await self._users.get(user_id) or str(user_id)
