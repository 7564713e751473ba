"""Reads and writes the seeds of authenticator apps and recovery codes."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import case, delete, exists, func, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from domain.identity.mfa import CODES_BEFORE_PAUSE, FIRST_PAUSE, LONGEST_PAUSE_DOUBLINGS, MfaStatus, SealedSeed
from domain.session import NotAuthenticated
from repository import models
from repository.connection import BaseRepository, violation_means
from repository.sql.rows import RowMapper

_SEED = models.TotpSeed
_SEALED_SEED = RowMapper(SealedSeed, _SEED)
_STATUS = RowMapper(MfaStatus)
_FAILURES = _SEED.failures + 1
_PAUSE = FIRST_PAUSE * func.power(2, func.least(_FAILURES - CODES_BEFORE_PAUSE, LONGEST_PAUSE_DOUBLINGS))


class MfaRepository(BaseRepository):
    """Reads and writes the seeds of authenticator apps and recovery codes."""

    async def get_status(self, user_id: UUID) -> MfaStatus:
        """Return which second factors the user has."""
        is_confirmed = exists().where(_SEED.user_id == user_id, _SEED.confirmed_at.is_not(None)).label("totp_enabled")
        codes = select(func.count()).where(models.RecoveryCode.user_id == user_id).label("recovery_codes_left")
        passkeys = select(func.count()).where(models.Passkey.user_id == user_id).label("passkeys")
        (status,) = await self._fetch_all(select(is_confirmed, codes, passkeys), rows_as=_STATUS)
        return status

    async def enroll(self, user_id: UUID, sealed: bytes) -> bool:
        """Store a seed to be confirmed, in place of one that never was; return False when one is confirmed already.

        Raises:
            NotAuthenticated: the account was deleted at the same moment.
        """
        statement = upsert(_SEED).values(user_id=user_id, sealed=sealed)
        replaced = statement.on_conflict_do_update(
            constraint="uq_totp_seeds_user_id",
            set_={"sealed": sealed, "created_at": func.now()},
            where=_SEED.confirmed_at.is_(None),
        )
        with violation_means("fk_totp_seeds_user_id", NotAuthenticated):
            return await self._connection.write(replaced) > 0

    async def get_unconfirmed(self, user_id: UUID) -> SealedSeed | None:
        """Return the seed that waits for its first code, or None."""
        statement = select(*_SEALED_SEED.columns).where(_SEED.user_id == user_id, _SEED.confirmed_at.is_(None))
        return await self._fetch_one(statement, rows_as=_SEALED_SEED)

    async def confirm(self, seed: SealedSeed, *, step: int) -> bool:
        """Confirm the seed, with `step` as the last one used, and return whether this call did it."""
        statement = update(_SEED).where(_SEED.id == seed.id, _SEED.sealed == seed.sealed, _SEED.confirmed_at.is_(None))
        return await self._connection.write(statement.values(confirmed_at=func.now(), last_step=step)) > 0

    async def count_try(self, user_id: UUID) -> SealedSeed | None:
        """Count a try before it is checked, and return the user's seed, or None while tries have to wait."""
        statement = (
            update(_SEED)
            .where(
                _SEED.user_id == user_id,
                _SEED.confirmed_at.is_not(None),
                or_(_SEED.paused_until.is_(None), _SEED.paused_until <= func.now()),
            )
            .values(
                failures=_FAILURES,
                paused_until=case((_FAILURES >= CODES_BEFORE_PAUSE, func.now() + _PAUSE), else_=None),
            )
            .returning(*_SEALED_SEED.columns)
        )
        return await self._write_one(statement, rows_as=_SEALED_SEED)

    async def use_step(self, seed_id: UUID, *, step: int, sealed: bytes) -> bool:
        """Accept the code of a time step and return whether this call did it.

        A step works once, and none before it does.

        Args:
            seed_id: whose code it is.
            step: the number of the time step.
            sealed: the seed, sealed afresh, so that it outlives the key that it was sealed with.
        """
        statement = update(_SEED).where(_SEED.id == seed_id, _SEED.last_step < step)
        values = {"last_step": step, "sealed": sealed, "failures": 0, "paused_until": None}
        return await self._connection.write(statement.values(values)) > 0

    async def replace_recovery_codes(self, user_id: UUID, hashes: Sequence[bytes]) -> None:
        """Replace all recovery codes with these.

        Raises:
            NotAuthenticated: the account was deleted at the same moment.
        """
        await self._connection.write(delete(models.RecoveryCode).where(models.RecoveryCode.user_id == user_id))
        rows = [{"user_id": user_id, "code_hash": code_hash} for code_hash in hashes]
        with violation_means("fk_recovery_codes_user_id", NotAuthenticated):
            await self._connection.write(insert(models.RecoveryCode).values(rows))

    async def use_recovery_code(self, user_id: UUID, code_hash: bytes) -> bool:
        """Delete an unused code and return whether there was one. Of several concurrent calls one gets True."""
        is_meant = (models.RecoveryCode.user_id == user_id, models.RecoveryCode.code_hash == code_hash)
        return await self._connection.write(delete(models.RecoveryCode).where(*is_meant)) > 0

    async def remove(self, user_id: UUID) -> bool:
        """Delete the user's seed and recovery codes and return whether the seed was confirmed."""
        await self._connection.write(delete(models.RecoveryCode).where(models.RecoveryCode.user_id == user_id))
        statement = delete(_SEED).where(_SEED.user_id == user_id).returning(_SEED.confirmed_at)
        return await self._connection.write_value(statement) is not None
