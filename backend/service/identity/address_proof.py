"""The consequences of a proved email address; shared by the services that accept a proof."""

from uuid import UUID

from domain.identity.security_event import SecurityEventKind
from domain.permissions import Actor
from repository.identity.credential_repository import CredentialRepository
from repository.identity.sign_in_session_repository import SignInSessionRepository
from repository.user_repository import UserRepository
from service.identity.audit_trail import AuditTrail


class AddressProof:
    """Hands an account over at the first proof of its address, within one unit of work.

    An attacker can sign up with the address of another person and wait until its owner uses the account. So the first
    proof of an address removes every older credential. docs/decisions/0030 lists the attacks.
    """

    def __init__(
        self,
        actor: Actor,
        users: UserRepository,
        sessions: SignInSessionRepository,
        credentials: CredentialRepository,
        *,
        audit: AuditTrail,
    ) -> None:
        self._actor = actor
        self._users = users
        self._sessions = sessions
        self._credentials = credentials
        self._audit = audit

    def is_by_holder(self, user_id: UUID) -> bool:
        """Return whether the proof comes from a session of the account itself."""
        return self._actor.user_id == user_id and self._actor.session_id is not None

    async def hand_over(self, user_id: UUID, *, to_holder: bool) -> None:
        """Remove every credential of the account. Lock the account before.

        Args:
            user_id: whose address is proved now.
            to_holder: whether the proof came from a session of the account, or with its password. Both stay then,
                because the same person holds the account and reads its mail.
        """
        sessions = await self._sessions.revoke_all(user_id, but=self._actor.session_id if to_holder else None)
        removed = await self._credentials.remove_all(user_id)
        if not to_holder:
            await self._users.remove_password(user_id)
        self._audit.record(
            SecurityEventKind.CREDENTIALS_REMOVED, user_id, **removed, sessions=sessions, password=not to_holder
        )
