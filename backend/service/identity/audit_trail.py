"""The consequences of every change to an account: an audit log entry, a notice to its owner, an invalidated cache."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from domain.events import CredentialsChange, CredentialsChanged
from domain.identity.client_info import ClientInfo
from domain.identity.security_event import NewSecurityEvent, SecurityEventKind
from domain.permissions import Actor
from repository.identity.security_event_repository import SecurityEventRepository
from service.jobs.outbox import Outbox
from service.unit_of_work import Collector


class AuditTrail(Collector):
    """The audit log entries of a unit of work, written before it commits.

    Entries about a refusal need an autonomous transaction. Each entry also makes this process look the user's tokens up
    again (`forget_user`).
    """

    def __init__(
        self,
        events: SecurityEventRepository,
        actor: Actor,
        *,
        client: ClientInfo,
        request_id: str | None,
        outbox: Outbox,
        forget_user: Callable[[UUID], None],
        count: Callable[[str], None],
    ) -> None:
        self._count = count
        self._written: list[NewSecurityEvent] = []
        self._repository = events
        self._actor = actor
        self._client = client
        self._request_id = request_id
        self._outbox = outbox
        self._forget_user = forget_user
        self._events: list[NewSecurityEvent] = []

    def record(self, kind: SecurityEventKind, user_id: UUID | None, **details: Any) -> None:  # noqa: ANN401  (JSON)
        """Write an entry when the unit of work commits, and then drop the user from the identity cache.

        Args:
            kind: the kind of the event.
            user_id: the account that it happened to, if it is known.
            details: more for administrators; never a secret.
        """
        self._events.append(NewSecurityEvent(kind, user_id, details))
        if user_id is not None:
            self._forget_user(user_id)

    def warn_owner(self, user_id: UUID, change: CredentialsChange, *, email: str | None = None) -> None:
        """Email the account's owner. The change may be by another user.

        Args:
            user_id: whose account.
            change: the kind of the change.
            email: where to, when it is not the address that the account will have.
        """
        client = self._client
        self._outbox.publish(
            CredentialsChanged(user_id, change, ip_address=client.address, user_agent=client.user_agent, email=email)
        )

    @property
    def will_write(self) -> bool:
        """Whether there are entries to write."""
        return bool(self._events)

    async def before_commit(self) -> None:
        """Write the entries."""
        if self._events:
            self._written, self._events = self._events, []
            await self._repository.add(
                self._written, actor=self._actor, client=self._client, request_id=self._request_id
            )

    async def after_commit(self) -> None:
        """Count the entries."""
        for event in self._written:
            self._count(event.kind)
