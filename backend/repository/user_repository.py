"""Reads and writes accounts."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, func, literal_column, select, update
from sqlalchemy.dialects.postgresql import insert

from domain.language import Language, supported_language
from domain.permissions import Role
from domain.session import NotAuthenticated
from domain.user import Credentials, EmailTaken, ProfileChanges, User
from repository import models
from repository.connection import BaseRepository, violation_means
from repository.sql.rows import RowMapper
from repository.sql.unlocked import unlocked

USER = RowMapper(
    User, models.User, convert={"roles": lambda roles: tuple(map(Role, roles)), "language": supported_language}
)
_CREDENTIALS = RowMapper(Credentials)

# The columns of a user whose address is proved.
_PROVED = {
    "is_verified": True,
    "proved_at": func.coalesce(models.User.proved_at, func.now()),
    "invited_at": None,
}
_IS_INVITED = models.User.invited_at.is_not(None)


class UserRepository(BaseRepository):
    """Reads and writes accounts."""

    async def add(
        self,
        email: str,
        *,
        name: str | None,
        password_hash: str | None,
        roles: Sequence[Role],
        is_verified: bool = False,
        language: Language | None = None,
    ) -> User:
        """Insert an account and return it. Without a password, its user signs in through another provider only.

        Raises:
            EmailTaken: another account has the address. The database decides, so only one of two concurrent calls
                succeeds.
        """
        user = await self.add_unless_taken(
            email, name=name, password_hash=password_hash, roles=roles, is_verified=is_verified, language=language
        )
        if user is None:
            raise EmailTaken
        return user

    async def add_unless_taken(
        self,
        email: str,
        *,
        name: str | None,
        password_hash: str | None,
        roles: Sequence[Role],
        is_verified: bool = False,
        is_invited: bool = False,
        language: Language | None = None,
    ) -> User | None:
        """Insert an account and return it, or None when another one has the address; both take the same time."""
        statement = (
            insert(models.User)
            .values(
                email=email,
                name=name,
                password_hash=password_hash,
                roles=[str(role) for role in roles],
                is_verified=is_verified,
                proved_at=func.now() if is_verified else None,
                invited_at=func.now() if is_invited else None,
                language=language,
            )
            .on_conflict_do_nothing(constraint="uq_users_email")
            .returning(*USER.columns)
        )
        return await self._write_one(statement, rows_as=USER)

    async def get(self, user_id: UUID) -> User | None:
        """Return the user with this id, or None."""
        return await self._fetch_one(select(*USER.columns).where(models.User.id == user_id), rows_as=USER)

    async def get_signed_in(self, user_id: UUID) -> User:
        """Return the user with this id, whose request was authenticated.

        Raises:
            NotAuthenticated: the account has been deleted since.
        """
        user = await self.get(user_id)
        if user is None:
            raise NotAuthenticated
        return user

    async def get_by_email(self, email: str) -> User | None:
        """Return the user with this normalised address, or None."""
        return await self._fetch_one(select(*USER.columns).where(models.User.email == email), rows_as=USER)

    async def get_credentials(self, email: str) -> Credentials | None:
        """Return the sign-in data of the account with this normalised address, or None."""
        statement = select(
            models.User.id.label("user_id"), models.User.password_hash, models.User.is_active, models.User.is_verified
        )
        return await self._fetch_one(statement.where(models.User.email == email), rows_as=_CREDENTIALS)

    async def get_password_hash(self, user_id: UUID) -> str | None:
        """Return the hash of the user's password, or None if there is none."""
        statement = select(models.User.password_hash).where(models.User.id == user_id)
        return await self._connection.fetch_value(statement)

    async def lock(self, user_id: UUID) -> bool:
        """Make every other change of the user's credentials wait, and return whether an address was proved before.

        Call it before changing one row of a user and adding another: the deletion of the account locks this row first.
        """
        was_proved = select(models.User.proved_at.is_not(None)).where(models.User.id == user_id)
        return bool(await self._connection.write_value(was_proved.with_for_update()))

    async def lock_by_email(self, email: str) -> tuple[User, bool] | None:
        """Lock the user with this normalised address, and return them and the same flag; None if there is none."""
        was_proved = models.User.proved_at.is_not(None).label("was_proved")
        statement = select(*USER.columns, was_proved).where(models.User.email == email)
        row = await self._connection.write_one(statement.with_for_update())
        return (USER.read(row), row["was_proved"]) if row else None

    async def lock_to_sign_in(self, user_id: UUID) -> User | None:
        """Return the active user as they are now, or None, and make every change of their credentials wait.

        Sign-ins do not wait for each other.
        """
        statement = select(*USER.columns).where(models.User.id == user_id, models.User.is_active)
        return await self._write_one(statement.with_for_update(read=True), rows_as=USER)

    async def still_has_password(self, user_id: UUID, password_hash: str | None) -> bool:
        """Return whether this is the user's hash, and prevent its replacement until this transaction ends."""
        statement = select(models.User.id).where(
            models.User.id == user_id, models.User.password_hash.is_not_distinct_from(password_hash)
        )
        return await self._connection.write_value(statement.with_for_update(read=True)) is not None

    async def remove_password(self, user_id: UUID) -> None:
        """Remove the user's password. It cannot be used to sign in until there is a new one."""
        await self._connection.write(update(models.User).where(models.User.id == user_id).values(password_hash=None))

    async def change_password(self, user_id: UUID, password_hash: str, *, replacing: str | None) -> bool:
        """Store a new hash if the old one is still `replacing`, and return whether it was."""
        statement = update(models.User).where(
            models.User.id == user_id, models.User.password_hash.is_not_distinct_from(replacing)
        )
        return await self._connection.write(statement.values(password_hash=password_hash)) > 0

    async def reset_password(self, user_id: UUID, password_hash: str) -> None:
        """Store a new hash for a user who has just proved control of their email address."""
        statement = update(models.User).where(models.User.id == user_id)
        await self._connection.write(statement.values(password_hash=password_hash, **_PROVED))

    async def mark_verified(self, user_id: UUID) -> None:
        """Record that the user controls their email address."""
        await self._connection.write(update(models.User).where(models.User.id == user_id).values(_PROVED))

    async def change_email(self, user_id: UUID, email: str) -> None:
        """Store another normalised address, which the user has proved to control.

        Raises:
            EmailTaken: another account has the address.
        """
        statement = update(models.User).where(models.User.id == user_id).values(email=email, **_PROVED)
        with violation_means("uq_users_email", EmailTaken):
            await self._connection.write(statement)

    async def change_profile(self, user_id: UUID, changes: ProfileChanges) -> User | None:
        """Store the changes of the user and return the user, or None when there is none."""
        statement = update(models.User).where(models.User.id == user_id).values(**changes)
        return await self._write_one(statement.returning(*USER.columns), rows_as=USER)

    async def delete(self, user_id: UUID) -> User | None:
        """Delete the account with everything that belongs to it and return it, or None when it is gone already."""
        statement = delete(models.User).where(models.User.id == user_id)
        return await self._write_one(statement.returning(*USER.columns), rows_as=USER)

    async def delete_unproved(self, email: str) -> UUID | None:
        """Delete the account with this normalised address unless the address was proved, and return its id, or None."""
        is_unproved = (models.User.is_verified.is_(False), models.User.proved_at.is_(None))
        statement = delete(models.User).where(models.User.email == email, *is_unproved)
        return await self._connection.write_value(statement.returning(models.User.id))

    async def renew_invitation(self, user_id: UUID) -> User | None:
        """Let the invitation begin again. Return the user, or None if they have no open one or are deactivated."""
        is_open = (_IS_INVITED, models.User.is_active)
        statement = update(models.User).where(models.User.id == user_id, *is_open).values(invited_at=func.now())
        return await self._write_one(statement.returning(*USER.columns), rows_as=USER)

    async def delete_invited(self, user_id: UUID) -> User | None:
        """Delete an account whose user has not accepted yet and return it, or None when there is no such account."""
        statement = delete(models.User).where(models.User.id == user_id, _IS_INVITED)
        return await self._write_one(statement.returning(*USER.columns), rows_as=USER)

    async def delete_unaccepted(self, *, older_than: timedelta, limit: int) -> list[User]:
        """Delete at most `limit` accounts that were invited this long ago and never used, and return them."""
        is_old = models.User.invited_at < func.now() - older_than
        unaccepted = unlocked(models.User, is_old, models.User.proved_at.is_(None), limit=limit)
        statement = delete(models.User).where(unaccepted).returning(*USER.columns)
        return await self._write_all(statement, rows_as=USER)

    async def delete_abandoned(self, *, older_than: timedelta, limit: int) -> list[User]:
        """Delete at most `limit` plain accounts of this age whose address was never proved, and return them.

        An account whose address is being proved is locked, so it is skipped.
        """
        abandoned = unlocked(
            models.User,
            models.User.created_at < func.now() - older_than,
            models.User.proved_at.is_(None),
            models.User.is_verified.is_(False),
            models.User.invited_at.is_(None),
            models.User.roles == [str(Role.MEMBER)],
            limit=limit,
        )
        statement = delete(models.User).where(abandoned).returning(*USER.columns)
        return await self._write_all(statement, rows_as=USER)

    async def grant(self, user_id: UUID, roles: Sequence[Role]) -> None:
        """Replace the user's roles."""
        statement = update(models.User).where(models.User.id == user_id).values(roles=[str(role) for role in roles])
        await self._connection.write(statement)

    async def set_avatar(self, user_id: UUID, avatar_id: UUID | None) -> tuple[User, UUID | None] | None:
        """Store the id of the user's picture, and return the user and the id before; None if there is no user."""
        statement = update(models.User).where(models.User.id == user_id).values(avatar_id=avatar_id)
        replaced = literal_column("old.avatar_id", models.User.avatar_id.type)
        row = await self._connection.write_one(statement.returning(*USER.columns, replaced.label("replaced")))
        return (USER.read(row), row["replaced"]) if row else None

    async def get_avatar_id(self, user_id: UUID) -> UUID | None:
        """Return the id of the user's picture, or None. Deactivated users have none."""
        statement = select(models.User.avatar_id).where(models.User.id == user_id, models.User.is_active)
        return await self._connection.fetch_value(statement)

    async def find_shown(self, avatar_ids: Collection[UUID]) -> set[UUID]:
        """Return those of the pictures that an account uses."""
        statement = select(models.User.avatar_id).where(models.User.avatar_id.in_(avatar_ids))
        return {found for found in await self._connection.fetch_values(statement) if found}
