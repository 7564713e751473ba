"""Reads and writes identities at other providers."""

from uuid import UUID

from sqlalchemy import delete, exists, insert, select

from domain.identity.external_identity import ExternalIdentity, IdentityTaken, Profile
from domain.user import User
from repository import models
from repository.connection import BaseRepository, violation_means
from repository.sql.rows import RowMapper
from repository.user_repository import USER

_IDENTITY = RowMapper(ExternalIdentity, models.ExternalIdentity)


class ExternalIdentityRepository(BaseRepository):
    """Reads and writes identities at other providers."""

    async def add(self, user_id: UUID, profile: Profile) -> None:
        """Link the identity in `profile` to a user whose row the transaction has added or locked.

        Raises:
            IdentityTaken: it is linked to an account, which may be the same.
        """
        values = {
            "user_id": user_id,
            "issuer": profile.issuer,
            "subject": profile.subject,
            "email": profile.email,
        }
        with violation_means("uq_external_identities_issuer_subject", IdentityTaken):
            await self._connection.write(insert(models.ExternalIdentity).values(values))

    async def find(self, user_id: UUID) -> list[ExternalIdentity]:
        """Return the identities that are linked to the user, the oldest link first."""
        statement = select(*_IDENTITY.columns).where(models.ExternalIdentity.user_id == user_id)
        return await self._fetch_all(statement.order_by(models.ExternalIdentity.id), rows_as=_IDENTITY)

    async def get_user(self, issuer: str, subject: str) -> User | None:
        """Return the user that the identity is linked to, active or not, or None.

        Neither the user nor the link changes before this transaction ends.
        """
        statement = (
            select(*USER.columns)
            .join(models.ExternalIdentity, models.ExternalIdentity.user_id == models.User.id)
            .where(models.ExternalIdentity.issuer == issuer, models.ExternalIdentity.subject == subject)
        )
        return await self._write_one(statement.with_for_update(read=True), rows_as=USER)

    async def delete(self, identity_id: UUID, *, user_id: UUID) -> ExternalIdentity | None:
        """Delete an identity of the user and return it, or None if there is none."""
        statement = delete(models.ExternalIdentity).where(
            models.ExternalIdentity.id == identity_id, models.ExternalIdentity.user_id == user_id
        )
        return await self._write_one(statement.returning(*_IDENTITY.columns), rows_as=_IDENTITY)

    async def can_sign_in(self, user_id: UUID) -> bool:
        """Return whether the user has a password or an identity to sign in with.

        Passkeys do not count: they are lost with a device, and may be removed without asking what else there is.
        """
        identities = exists().where(models.ExternalIdentity.user_id == models.User.id)
        statement = select(models.User.password_hash.is_not(None) | identities).where(models.User.id == user_id)
        return bool(await self._connection.fetch_value(statement))
