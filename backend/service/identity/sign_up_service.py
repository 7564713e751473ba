"""Creating accounts."""

from domain.events import SignUpRepeated, UserSignedUp
from domain.identity.security_event import SecurityEventKind
from domain.identity.sign_in import SignedIn
from domain.permissions import Role
from domain.user import normalise_email
from repository.user_repository import UserRepository
from service.identity.attempt_limits import AttemptLimits
from service.identity.audit_trail import AuditTrail
from service.identity.sign_in_completion import SignInCompletion
from service.jobs.outbox import Outbox
from service.security import PasswordHasher


class SignUpService:
    """Creates accounts."""

    def __init__(
        self,
        users: UserRepository,
        *,
        hasher: PasswordHasher,
        completion: SignInCompletion,
        outbox: Outbox,
        audit: AuditTrail,
        limits: AttemptLimits,
    ) -> None:
        self._users = users
        self._hasher = hasher
        self._completion = completion
        self._outbox = outbox
        self._audit = audit
        self._limits = limits

    async def sign_up(self, email: str, *, password: str, name: str | None) -> SignedIn:
        """Create an account, sign it in, and publish `UserSignedUp`.

        Raises:
            EmailTaken: the address has an account.
            PasswordTooCommon: the password is common.
            PasswordTooPersonal: it is easily guessed.
            TooManyAttempts: too many accounts were made from the client's address.
            TooBusy: too many passwords wait to be hashed.
        """
        await self._limits.sign_up()
        password_hash = await self._hasher.hash_new(password, email=email)
        user = await self._users.add(
            normalise_email(email), name=name, password_hash=password_hash, roles=[Role.MEMBER]
        )
        self._outbox.publish(UserSignedUp(user.id, user.email))
        return await self._completion.open_session(user, SecurityEventKind.SIGNED_UP)

    async def sign_up_quietly(self, email: str, *, password: str, name: str | None) -> None:
        """Create an account unless the address has one. Only the emails to the address tell which of the two happened.

        Both cases run the same number of statements, so the timing does not tell either.

        Raises:
            PasswordTooCommon: the password is common.
            PasswordTooPersonal: it is easily guessed.
            TooManyAttempts: too many accounts were made from the client's address.
            TooBusy: too many passwords wait to be hashed.
        """
        await self._limits.sign_up()
        password_hash = await self._hasher.hash_new(password, email=email)
        address = normalise_email(email)
        user = await self._users.add_unless_taken(address, name=name, password_hash=password_hash, roles=[Role.MEMBER])
        self._outbox.publish(UserSignedUp(user.id, address) if user else SignUpRepeated(address))
        kind = SecurityEventKind.SIGNED_UP if user else SecurityEventKind.SIGN_UP_REPEATED
        self._audit.record(kind, user.id if user else None)
