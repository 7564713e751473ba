"""Reads and writes accounts."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update

from domain.permissions import Role
from domain.user import Credentials, EmailTaken, User
from repository import models
from repository.connection import AnyRow, BaseRepository, violation_means

USER_COLUMNS = (
    models.User.id,
    models.User.email,
    models.User.name,
    models.User.is_verified,
    models.User.is_active,
    models.User.roles,
    models.User.created_at,
    models.User.version,
)


def to_user(row: AnyRow | tuple[Any, ...]) -> User:
    """Return the user in a row that starts with `USER_COLUMNS`."""
    user_id, email, name, is_verified, is_active, roles, created_at, version = row[: len(USER_COLUMNS)]
    return User(user_id, email, name, is_verified, is_active, tuple(map(Role, roles)), created_at, version)


class UserRepository(BaseRepository):
    """Reads and writes accounts."""

    async def add(self, email: str, *, name: str | None, password_hash: str, roles: Sequence[Role]) -> User:
        """Insert an account and return it.

        Raises:
            EmailTaken: another account has the address; the database decides, so two at once cannot both win.
        """
        statement = (
            insert(models.User)
            .values(email=email, name=name, password_hash=password_hash, roles=[str(role) for role in roles])
            .returning(*USER_COLUMNS)
        )
        with violation_means("uq_users_email", EmailTaken):
            rows = await self._connection.fetch_all(statement)
        return to_user(rows[0])

    async def get(self, user_id: UUID) -> User | None:
        """Return the user with this id, or None."""
        row = await self._connection.fetch_one(select(*USER_COLUMNS).where(models.User.id == user_id))
        return to_user(row) if row else None

    async def get_by_email(self, email: str) -> User | None:
        """Return the user with this normalised address, or None."""
        row = await self._connection.fetch_one(select(*USER_COLUMNS).where(models.User.email == email))
        return to_user(row) if row else None

    async def get_credentials(self, email: str) -> Credentials | None:
        """Return what a sign-in with this normalised address is checked against, or None."""
        statement = select(models.User.id, models.User.password_hash, models.User.is_active)
        row = await self._connection.fetch_one(statement.where(models.User.email == email))
        return Credentials(*row) if row else None

    async def get_password_hash(self, user_id: UUID) -> str | None:
        """Return the hash of the user's password, or None."""
        row = await self._connection.fetch_one(select(models.User.password_hash).where(models.User.id == user_id))
        return str(row[0]) if row else None

    async def replace_password_hash(self, user_id: UUID, password_hash: str) -> None:
        """Store a new hash."""
        statement = update(models.User).where(models.User.id == user_id).values(password_hash=password_hash)
        await self._connection.execute(statement)

    async def grant(self, user_id: UUID, roles: Sequence[Role]) -> None:
        """Replace the user's roles."""
        statement = update(models.User).where(models.User.id == user_id).values(roles=[str(role) for role in roles])
        await self._connection.execute(statement)
