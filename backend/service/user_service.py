"""Accounts as operators see them."""

from domain.permissions import Role
from domain.user import User, normalise_email
from repository.user_repository import UserRepository
from service.security import PasswordHasher


class UserService:
    """Accounts as operators see them."""

    def __init__(self, users: UserRepository, hasher: PasswordHasher) -> None:
        """Read and write through `users`."""
        self._users = users
        self._hasher = hasher

    async def create_admin(self, email: str, *, password: str, name: str | None) -> User:
        """Create an account that may do everything.

        Raises:
            EmailTaken: the address has an account.
            TooBusy: too many passwords wait to be hashed.
        """
        password_hash = await self._hasher.hash(password)
        roles = [Role.MEMBER, Role.ADMIN]
        return await self._users.add(normalise_email(email), name=name, password_hash=password_hash, roles=roles)

    async def ensure_demo_account(self, email: str, *, password: str) -> User:
        """Return the account to try the product with, and create it if it is missing.

        Raises:
            EmailTaken: another process created it at the same moment.
            TooBusy: too many passwords wait to be hashed.
        """
        existing = await self._users.get_by_email(normalise_email(email))
        return existing or await self.create_admin(email, password=password, name="Demo")
