"""The consequences of every change of a user's credentials."""

from typing import Any
from uuid import UUID

from domain.events import CredentialsChange
from domain.identity.security_event import SecurityEventKind
from domain.permissions import Actor
from domain.session import NotAuthenticated
from repository.identity.sign_in_session_repository import SignInSessionRepository
from service.identity.audit_trail import AuditTrail


class CredentialChanges:
    """Ends a user's other sessions, notifies the user, and writes the audit log, within one unit of work."""

    def __init__(self, actor: Actor, sessions: SignInSessionRepository, audit: AuditTrail) -> None:
        self._actor = actor
        self._sessions = sessions
        self._audit = audit

    async def require_open_session(self) -> None:
        """Lock the actor's account for a change, and refuse if the session has ended, even a moment ago.

        Call it before the first statement that writes. A process accepts a session for a second after another one has
        ended it, but nothing that lasts may be made with it.

        Raises:
            NotAuthenticated: the actor has no session, or it has ended.
        """
        session_id = self._actor.session_id
        if session_id is None or await self._sessions.lock_user_of_open(session_id) is None:
            raise NotAuthenticated

    async def revoke_sessions_and_notify(
        self,
        user_id: UUID,
        kind: SecurityEventKind,
        change: CredentialsChange,
        *,
        kept: UUID | None = None,
        email: str | None = None,
        **details: Any,  # noqa: ANN401  (JSON for the audit log)
    ) -> None:
        """End the other sessions and pending sign-ins, and notify the user. Call it before removing any factor.

        A pending sign-in that is being checked locks its own row before that of its factor. The reverse order would
        deadlock with it.

        Args:
            user_id: whose credentials have changed.
            kind: how the audit log calls it.
            change: how the mail calls it.
            kept: the session that goes on, unless it is the actor's.
            email: the address to notify, unless it is the account's.
            details: more for the audit log; never a secret.
        """
        await self._sessions.revoke_all(user_id, but=kept or self._actor.session_id)
        self._audit.record(kind, user_id, **details)
        self._audit.warn_owner(user_id, change, email=email)
