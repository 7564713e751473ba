"""Creates admins from the command line, for the time when there is none."""

from domain.identity.external_identity import AccountDeactivated
from domain.identity.security_event import SecurityEventKind
from domain.one_line import one_line
from domain.permissions import Role
from domain.user import AddressNotProved, User, normalise_email
from repository.user_repository import UserRepository
from service.identity.audit_trail import AuditTrail
from service.security import PasswordHasher

ADMIN_ROLES = (Role.MEMBER, Role.ADMIN)


class AdminBootstrap:
    """Creates admins on behalf of the operator. The operator vouches for their addresses."""

    def __init__(self, users: UserRepository, hasher: PasswordHasher, audit: AuditTrail) -> None:
        self._users = users
        self._hasher = hasher
        self._audit = audit

    async def create_admin(
        self, email: str, *, password: str, name: str | None, replaces_unproved: bool = False
    ) -> User:
        """Create an account with all permissions.

        Args:
            email: the address of the account.
            password: the password of the account.
            name: the name of the admin.
            replaces_unproved: whether to delete an existing account whose address was never verified.

        Raises:
            EmailTaken: the address has an account.
            PasswordTooCommon: the password is too common.
            PasswordTooPersonal: the password is too close to the address or the product's name.
            TooBusy: too many passwords wait to be hashed.
        """
        password_hash = await self._hasher.hash_new(password, email=email)
        if replaces_unproved and (replaced := await self._users.delete_unproved(normalise_email(email))):
            self._audit.record(SecurityEventKind.ACCOUNT_DELETED, replaced)
        return await self._add_admin(email, password_hash, name=name)

    async def make_admin(self, email: str) -> bool:
        """Grant the account with this address all permissions, and return whether it exists.

        Raises:
            AddressNotProved: the address was never verified, so the account may belong to another person.
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
        """Return the demo account. Create it if it is missing.

        Raises:
            EmailTaken: another process created it at the same moment.
            TooBusy: too many passwords wait to be hashed.
        """
        existing = await self._users.get_by_email(normalise_email(email))
        return existing or await self._add_admin(email, await self._hasher.hash(password), name="Demo")

    async def has_account(self, email: str) -> bool:
        """Return whether the address has an account."""
        return await self._users.get_by_email(normalise_email(email)) is not None

    async def _add_admin(self, email: str, password_hash: str, *, name: str | None) -> User:
        # The operator vouches for the address.
        user = await self._users.add(
            normalise_email(email),
            name=one_line(name) if name else None,
            password_hash=password_hash,
            roles=ADMIN_ROLES,
            is_verified=True,
        )
        self._audit.record(SecurityEventKind.ADMIN_CREATED, user.id)
        return user
