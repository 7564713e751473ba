"""Admin accounts that operators create."""

from datetime import timedelta

from domain.identity.external_identity import AccountDeactivated
from domain.identity.security_event import SecurityEventKind
from domain.one_line import one_line
from domain.permissions import Role
from domain.user import AddressNotProved, User, UserNotFound, normalise_email
from repository.user_repository import UserRepository
from service.identity.audit_trail import AuditTrail
from service.identity.second_factor_removal import SecondFactorRemoval
from service.security import PasswordHasher

ADMIN_ROLES = (Role.MEMBER, Role.ADMIN)

# A run deletes so many accounts, with everything that belongs to them; the next one follows at once.
CLEAN_UP_BATCH = 500


class AdminBootstrap:
    """Creates admins, on behalf of operators."""

    def __init__(
        self,
        users: UserRepository,
        hasher: PasswordHasher,
        audit: AuditTrail,
        *,
        removal: SecondFactorRemoval,
        unproved_kept: timedelta,
    ) -> None:
        self._users = users
        self._hasher = hasher
        self._audit = audit
        self._removal = removal
        self._unproved_kept = unproved_kept

    async def create_admin(
        self, email: str, *, password: str, name: str | None, replaces_unproved: bool = False
    ) -> User:
        """Create an account that may do everything.

        Args:
            email: its address.
            password: its password.
            name: what to call its owner.
            replaces_unproved: whether an account of this address is deleted first if the address was never proved.

        Raises:
            EmailTaken: the address has an account.
            PasswordTooCommon: many people have this password.
            PasswordTooPersonal: it is easily guessed.
            TooBusy: too many passwords wait to be hashed.
        """
        password_hash = await self._hasher.hash_new(password, email=email)
        if replaces_unproved and (replaced := await self._users.delete_unproved(normalise_email(email))):
            self._audit.record(SecurityEventKind.ACCOUNT_DELETED, replaced)
        return await self._add_admin(email, password_hash, name=name)

    async def make_admin(self, email: str) -> bool:
        """Let the account with this address do everything, and return whether there is one.

        Raises:
            AddressNotProved: a stranger may have signed up with the address, and would be the admin.
            AccountDeactivated: the account is deactivated.
        """
        user = await self._users.get_by_email(normalise_email(email))
        if user is None:
            return False
        if not user.is_verified:
            raise AddressNotProved
        if not user.is_active:
            raise AccountDeactivated
        await self._users.grant(user.id, [*user.roles, *(role for role in ADMIN_ROLES if role not in user.roles)])
        self._audit.record(SecurityEventKind.ADMIN_CREATED, user.id)
        return True

    async def ensure_demo_account(self, email: str, *, password: str) -> User:
        """Return the account to try the product with, and create it if it is missing.

        Raises:
            EmailTaken: another process created it at the same moment.
            TooBusy: too many passwords wait to be hashed.
        """
        existing = await self._users.get_by_email(normalise_email(email))
        return existing or await self._add_admin(email, await self._hasher.hash(password), name="Demo")

    async def remove_second_factors(self, email: str) -> None:
        """Let a user who has lost their second factors sign in without them, and tell them by mail.

        Raises:
            UserNotFound: no account has this address.
            MfaNotEnabled: there is nothing to remove.
        """
        user = await self._users.get_by_email(normalise_email(email))
        if user is None:
            raise UserNotFound
        await self._removal.remove(user.id)

    async def delete_abandoned(self) -> bool:
        """Delete a batch of old accounts whose address was never proved, and return whether there may be more.

        No mail says so: it would go to a person who never answered ours.
        """
        deleted = await self._users.delete_abandoned(older_than=self._unproved_kept, limit=CLEAN_UP_BATCH)
        for user in deleted:
            self._audit.record(SecurityEventKind.ACCOUNT_DELETED, user.id, email=user.email, reason="unverified")
        return len(deleted) == CLEAN_UP_BATCH

    async def _add_admin(self, email: str, password_hash: str, *, name: str | None) -> User:
        # The operator who runs the command vouches for the address.
        user = await self._users.add(
            normalise_email(email),
            name=one_line(name) if name else None,
            password_hash=password_hash,
            roles=ADMIN_ROLES,
            is_verified=True,
        )
        self._audit.record(SecurityEventKind.ADMIN_CREATED, user.id)
        return user
