"""Reads and writes passkeys and their challenges."""

from uuid import UUID

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from domain.identity.mfa import CHALLENGE_LIFETIME, ChallengePurpose, NewPasskey, Passkey, PasskeyKey, PasskeyTaken
from domain.session import NotAuthenticated
from repository import models
from repository.connection import BaseRepository, violations_mean
from repository.sql.rows import RowMapper
from repository.sql.unlocked import unlocked

_TO_TUPLE = {"transports": tuple}
_PASSKEY = RowMapper(Passkey, models.Passkey, convert=_TO_TUPLE)
_KEY = RowMapper(PasskeyKey, models.Passkey, convert=_TO_TUPLE)
_VIOLATIONS = {"fk_passkeys_user_id": NotAuthenticated, "uq_passkeys_credential_id": PasskeyTaken}


class PasskeyRepository(BaseRepository):
    """Reads and writes passkeys and their challenges."""

    async def add(self, user_id: UUID, passkey: NewPasskey, *, name: str) -> Passkey:
        """Insert a passkey of the user and return it.

        Raises:
            NotAuthenticated: the account was deleted at the same moment.
            PasskeyTaken: an account has it already.
        """
        values = {
            "user_id": user_id,
            "credential_id": passkey.credential_id,
            "public_key": passkey.public_key,
            "sign_count": passkey.sign_count,
            "name": name,
            "transports": list(passkey.transports),
            "is_backed_up": passkey.is_backed_up,
        }
        statement = insert(models.Passkey).values(values).returning(*_PASSKEY.columns)
        with violations_mean(_VIOLATIONS):
            (added,) = await self._write_all(statement, rows_as=_PASSKEY)
        return added

    async def find(self, user_id: UUID) -> list[Passkey]:
        """Return the user's passkeys, the oldest first."""
        statement = select(*_PASSKEY.columns).where(models.Passkey.user_id == user_id).order_by(models.Passkey.id)
        return await self._fetch_all(statement, rows_as=_PASSKEY)

    async def find_keys(self, user_id: UUID) -> list[PasskeyKey]:
        """Return the keys of the user's passkeys."""
        statement = select(*_KEY.columns).where(models.Passkey.user_id == user_id).order_by(models.Passkey.id)
        return await self._fetch_all(statement, rows_as=_KEY)

    async def get_key(self, credential_id: bytes) -> PasskeyKey | None:
        """Return the key of the passkey with this credential id, or None."""
        return await self._fetch_one(
            select(*_KEY.columns).where(models.Passkey.credential_id == credential_id), rows_as=_KEY
        )

    async def mark_used(self, key: PasskeyKey, *, sign_count: int) -> bool:
        """Record a use and return whether the passkey is still as in `key`, and its user active.

        Of two concurrent uses one gets True. The user is locked before the passkey, as changes of credentials do it.
        """
        user = select(models.User.id).where(models.User.id == key.user_id, models.User.is_active)
        locked = user.with_for_update(read=True).cte("locked_user")
        statement = update(models.Passkey).where(
            models.Passkey.id == key.id,
            models.Passkey.sign_count == key.sign_count,
            models.Passkey.user_id == locked.c.id,
        )
        return await self._connection.write(statement.values(sign_count=sign_count, last_used_at=func.now())) > 0

    async def rename(self, passkey_id: UUID, *, user_id: UUID, name: str) -> Passkey | None:
        """Rename a passkey of the user and return it, or None when there is none."""
        statement = update(models.Passkey).where(models.Passkey.id == passkey_id, models.Passkey.user_id == user_id)
        return await self._write_one(statement.values(name=name).returning(*_PASSKEY.columns), rows_as=_PASSKEY)

    async def remove(self, passkey_id: UUID, *, user_id: UUID) -> bool:
        """Delete a passkey of the user and return whether there was one."""
        statement = delete(models.Passkey).where(models.Passkey.id == passkey_id, models.Passkey.user_id == user_id)
        return await self._connection.write(statement) > 0

    async def remove_all(self, user_id: UUID) -> None:
        """Delete every passkey of the user."""
        await self._connection.write(delete(models.Passkey).where(models.Passkey.user_id == user_id))

    async def put_challenge(self, holder: bytes, purpose: ChallengePurpose, challenge: bytes) -> None:
        """Store a challenge in place of the holder's last one for this purpose."""
        values = {"challenge": challenge, "expires_at": func.now() + CHALLENGE_LIFETIME}
        statement = upsert(models.PasskeyChallenge).values(holder=holder, purpose=purpose, **values)
        await self._connection.write(
            statement.on_conflict_do_update(constraint="uq_passkey_challenges_holder_purpose", set_=values)
        )

    async def take_challenge(self, holder: bytes, purpose: ChallengePurpose) -> bytes | None:
        """Delete and return the holder's challenge, or None when it has expired or was taken before."""
        statement = (
            delete(models.PasskeyChallenge)
            .where(
                models.PasskeyChallenge.holder == holder,
                models.PasskeyChallenge.purpose == purpose,
                models.PasskeyChallenge.expires_at > func.now(),
            )
            .returning(models.PasskeyChallenge.challenge)
        )
        return await self._connection.write_value(statement)

    async def delete_expired_challenges(self, *, limit: int) -> int:
        """Delete at most `limit` challenges that are too old and return how many."""
        expired = unlocked(models.PasskeyChallenge, models.PasskeyChallenge.expires_at < func.now(), limit=limit)
        return await self._connection.write(delete(models.PasskeyChallenge).where(expired))
