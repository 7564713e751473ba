"""What goes with every change to an account: an entry in the audit log, a warning to its owner, and forgetting."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from domain.events import CredentialsChange, CredentialsChanged
from domain.identity.client_info import ClientInfo
from domain.identity.security_event import NewSecurityEvent, SecurityEventKind
from service.jobs.outbox import Outbox


class AuditTrail:
    """The entries that a unit of work will write when it commits; those of a refusal need separate work."""

    def __init__(self, *, client: ClientInfo, outbox: Outbox, forget_user: Callable[[UUID], None]) -> None:
        """Follow what `client` does.

        Args:
            client: where the request comes from.
            outbox: takes the warnings to owners.
            forget_user: lets this process forget, after the commit, what it remembers of a user's tokens.
        """
        self._client = client
        self._outbox = outbox
        self._forget_user = forget_user
        self._events: list[NewSecurityEvent] = []

    def record(self, kind: SecurityEventKind, user_id: UUID | None, **details: Any) -> None:  # noqa: ANN401  (JSON)
        """Write an entry when the unit of work commits, and let whoever is meant be recognised afresh after it.

        Args:
            kind: what happened.
            user_id: the account that it happened to, if it is known.
            details: what else an administrator should know; never a secret.
        """
        self._events.append(NewSecurityEvent(kind, user_id, details))
        if user_id is not None:
            self._forget_user(user_id)

    def warn_owner(self, user_id: UUID, change: CredentialsChange, *, email: str | None = None) -> None:
        """Tell the account's owner by mail, who may not be the one who made the change.

        Args:
            user_id: whose account.
            change: what happened.
            email: where to, when it is not the address that the account will have.
        """
        client = self._client
        self._outbox.publish(
            CredentialsChanged(user_id, change, ip_address=client.address, user_agent=client.user_agent, email=email)
        )

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits to be written."""
        return not self._events

    def take(self) -> list[NewSecurityEvent]:
        """Return the collected entries and forget them."""
        events, self._events = self._events, []
        return events
