"""The tables of second factors."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, ForeignKey, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.identity.mfa import PASSKEY_NAME_MAX_LENGTH
from repository.base_model import BaseTableModel, Private
from repository.personal_data import NotExported, PersonalData


class TotpSeed(Private, BaseTableModel):
    """The seed shared with an authenticator app, encrypted. It is in use from `confirmed_at` on.

    `last_step` is the time step of the last code that was accepted: no code works twice. `failures` are wrong codes in
    a row.
    """

    __tablename__ = "totp_seeds"
    personal_data: ClassVar = PersonalData("user_id", without=frozenset({"last_step"}))

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), unique=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    failures: Mapped[int] = mapped_column(server_default=text("0"))
    paused_until: Mapped[datetime | None]


class RecoveryCode(Private, BaseTableModel):
    """An unused recovery code, kept as a SHA-256 hash; using it deletes it."""

    __tablename__ = "recovery_codes"
    personal_data: ClassVar = NotExported("secrets: a row is the hash of a code, and nothing else")
    __table_args__ = (UniqueConstraint("user_id", "code_hash"),)

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    code_hash: Mapped[bytes] = mapped_column(LargeBinary)


class Passkey(Private, BaseTableModel):
    """The public key of a passkey. The user's device or password manager holds the private key."""

    __tablename__ = "passkeys"
    personal_data: ClassVar = PersonalData("user_id")

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(String(PASSKEY_NAME_MAX_LENGTH))
    transports: Mapped[list[str]] = mapped_column(ARRAY(String))
    is_backed_up: Mapped[bool]
    last_used_at: Mapped[datetime | None]


class PasskeyChallenge(Private, BaseTableModel):
    """A value for a passkey to sign, for one session or one sign-in that has begun. Using it deletes it."""

    __tablename__ = "passkey_challenges"
    personal_data: ClassVar = NotExported("secrets that expire within minutes")
    __table_args__ = (UniqueConstraint("holder", "purpose"),)

    holder: Mapped[bytes] = mapped_column(LargeBinary)
    purpose: Mapped[str]
    challenge: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime] = mapped_column(index=True)


class PendingSignIn(Private, BaseTableModel):
    """A sign-in whose first factor was right; its token is kept as a SHA-256 hash."""

    __tablename__ = "pending_sign_ins"
    personal_data: ClassVar = NotExported("secrets that expire within minutes")

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    tries: Mapped[int] = mapped_column(server_default=text("0"))
    expires_at: Mapped[datetime] = mapped_column(index=True)
