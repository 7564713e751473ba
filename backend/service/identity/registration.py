"""Creates the accounts of new users, and deletes those whose address was never verified."""

from datetime import timedelta

from domain.events import SignUpRepeated, UserSignedUp
from domain.identity.client_info import ClientInfo
from domain.identity.invitation import SignUpClosed
from domain.identity.security_event import SecurityEventKind
from domain.permissions import Role
from domain.user import User, normalise_email
from repository.user_repository import UserRepository
from service.identity.attempt_limits import AttemptLimits
from service.identity.audit_trail import AuditTrail
from service.jobs.outbox import Outbox
from service.security import PasswordHasher

# A run deletes at most this many accounts; the next run follows immediately.
CLEAN_UP_BATCH = 500


class Registration:
    """Creates accounts and publishes that they exist."""

    def __init__(  # noqa: PLR0913
        self,
        users: UserRepository,
        *,
        hasher: PasswordHasher,
        limits: AttemptLimits,
        outbox: Outbox,
        audit: AuditTrail,
        client: ClientInfo,
        is_open: bool,
        hides_accounts: bool,
        unproved_kept: timedelta,
    ) -> None:
        self._users = users
        self._hasher = hasher
        self._limits = limits
        self._outbox = outbox
        self._audit = audit
        self._language = client.language
        self.is_open = is_open
        self._hides_accounts = hides_accounts
        self._unproved_kept = unproved_kept

    async def register(self, email: str, *, password: str, name: str | None) -> User | None:
        """Create an account. Return None if only an email may reveal whether the address had one already.

        Raises:
            SignUpClosed: accounts are made by invitation only.
            EmailTaken: the address has an account, and that may be revealed.
            PasswordTooCommon: the password is too common.
            PasswordTooPersonal: the password is too close to the address or the product's name.
            TooManyAttempts: too many accounts were created from the client's address.
            TooBusy: too many passwords wait to be hashed.
        """
        if not self.is_open:
            raise SignUpClosed
        await self._limits.sign_up()
        password_hash = await self._hasher.hash_new(password, email=email)
        address = normalise_email(email)
        if self._hides_accounts:
            await self._register_quietly(address, password_hash, name=name)
            return None
        user = await self._users.add(
            address, name=name, password_hash=password_hash, roles=[Role.MEMBER], language=self._language
        )
        self._outbox.publish(UserSignedUp(user.id, user.email))
        return user

    async def delete_abandoned(self) -> bool:
        """Delete a batch of old accounts whose address was never verified, and return whether there may be more.

        No email is sent, because the address may belong to another person.
        """
        deleted = await self._users.delete_abandoned(older_than=self._unproved_kept, limit=CLEAN_UP_BATCH)
        for user in deleted:
            self._audit.record(SecurityEventKind.ACCOUNT_DELETED, user.id, email=user.email, reason="unverified")
        return len(deleted) == CLEAN_UP_BATCH

    async def _register_quietly(self, address: str, password_hash: str, *, name: str | None) -> None:
        """Create an account unless the address has one. Both cases run the same number of statements."""
        user = await self._users.add_unless_taken(
            address, name=name, password_hash=password_hash, roles=[Role.MEMBER], language=self._language
        )
        self._outbox.publish(UserSignedUp(user.id, address) if user else SignUpRepeated(address, self._language))
        kind = SecurityEventKind.SIGNED_UP if user else SecurityEventKind.SIGN_UP_REPEATED
        self._audit.record(kind, user.id if user else None)
