"""Removes the credentials of an account."""

from typing import ClassVar
from uuid import UUID

from sqlalchemy import delete

from repository import models
from repository.base_model import BaseTableModel
from repository.connection import BaseRepository


class CredentialRepository(BaseRepository):
    """Removes every lasting credential of an account at once.

    `tables` holds each table whose rows let a person or a program in, or are on their way to: a new one belongs here.
    Passwords and sessions have statements of their own.
    """

    tables: ClassVar[tuple[type[BaseTableModel], ...]] = (
        models.TotpSeed,
        models.RecoveryCode,
        models.Passkey,
        models.ExternalIdentity,
        models.ApiToken,
        models.OneTimeToken,
    )

    async def remove_all(self, user_id: UUID) -> dict[str, int]:
        """Delete the user's credentials, and return how many there were in each table that had some."""
        removed = {}
        for table in self.tables:
            statement = delete(table).where(table.__table__.c.user_id == user_id)
            removed[table.__tablename__] = await self._connection.write(statement)
        return {name: number for name, number in removed.items() if number}
