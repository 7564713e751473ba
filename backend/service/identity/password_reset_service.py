"""Getting back in without a password."""

from domain.events import CredentialsChange, PasswordResetRequested
from domain.identity.client_info import ClientInfo
from domain.identity.one_time_token import TokenPurpose
from domain.identity.security_event import SecurityEventKind
from domain.mail.mailing import MailKind
from domain.user import normalise_email
from repository.user_repository import UserRepository
from service.identity.address_proof import AddressProof
from service.identity.attempt_limits import AttemptLimits
from service.identity.audit_trail import AuditTrail
from service.identity.credential_changes import CredentialChanges
from service.identity.one_time_links import OneTimeLinks
from service.jobs.outbox import Outbox
from service.security import PasswordHasher


class PasswordResetService:
    """Resets passwords by a link that is emailed to the account's address."""

    def __init__(  # noqa: PLR0913
        self,
        users: UserRepository,
        *,
        hasher: PasswordHasher,
        links: OneTimeLinks,
        outbox: Outbox,
        proof: AddressProof,
        changes: CredentialChanges,
        audit: AuditTrail,
        limits: AttemptLimits,
    ) -> None:
        self._users = users
        self._hasher = hasher
        self._links = links
        self._outbox = outbox
        self._proof = proof
        self._changes = changes
        self._audit = audit
        self._limits = limits

    async def request(self, email: str, client: ClientInfo) -> None:
        """Let a link to a new password be mailed to the address, if it has an account.

        Whether it has one is not even looked up here, so neither the answer nor its time can tell.
        """
        address = normalise_email(email)
        request = PasswordResetRequested(
            address, ip_address=client.address, user_agent=client.user_agent, language=client.language
        )
        self._outbox.enqueue(request, dedup_key=address)

    async def issue(self, request: PasswordResetRequested) -> None:
        """Email the link. An address without an active account, or with an expired invitation, gets no email.

        A user who got too many gets none while the last link works: strangers can neither fill the mailbox nor keep the
        owner from a link. An address that is not verified has to wait in any case: its account may be a stranger's.

        Raises:
            NotAuthenticated: the account was deleted at the same moment.
        """
        user = await self._users.get_by_email(request.email)
        if user is None or not user.is_active or user.invitation_has_expired:
            return
        if not await self._limits.may_reach(user, MailKind.RESET_PASSWORD) and (
            not user.is_verified or await self._links.is_open(user.id, TokenPurpose.RESET_PASSWORD)
        ):
            return
        await self._links.issue(user.id, TokenPurpose.RESET_PASSWORD, email=user.email, language=request.language)
        origin = {"ip_address": request.ip_address, "user_agent": request.user_agent}
        self._audit.record(SecurityEventKind.PASSWORD_RESET_REQUESTED, user.id, **origin)

    async def reset(self, token: str, new_password: str) -> str:
        """Replace the password of the account that the emailed token belongs to, and end all its sessions.

        The user is not signed in.

        The token proves the address, and the first proof removes older credentials.

        Returns:
            The mark of their device: guesses from elsewhere do not slow down its next sign-in.

        Raises:
            InvalidLink: the token is invalid, expired, or for another purpose.
            PasswordTooCommon: the password is too common.
            PasswordTooPersonal: the password is too close to the address or the product's name.
            TooBusy: too many passwords wait to be hashed.
        """
        found = await self._links.find(token, TokenPurpose.RESET_PASSWORD)
        password_hash = await self._hasher.hash_new(new_password, email=found.email)
        was_proved = await self._users.lock(found.user_id)
        await self._links.redeem(token, TokenPurpose.RESET_PASSWORD)
        if not was_proved:
            await self._proof.hand_over(found.user_id, to_holder=False)
        await self._users.reset_password(found.user_id, password_hash)
        await self._links.withdraw(found.user_id)
        await self._changes.revoke_sessions_and_notify(
            found.user_id, SecurityEventKind.PASSWORD_RESET, CredentialsChange.PASSWORD_RESET
        )
        return await self._limits.forgive(found.email)
