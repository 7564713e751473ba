"""The tables of sign-ins."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, String, func
from sqlalchemy.orm import Mapped, mapped_column

from domain.identity.client_info import USER_AGENT_MAX_LENGTH
from repository.base_model import BaseTableModel, Private
from repository.personal_data import NotExported, PersonalData


class Session(Private, BaseTableModel):
    """One sign-in of one user; it is open while `revoked_at` is null and `expires_at` lies ahead."""

    __tablename__ = "sessions"
    personal_data: ClassVar = PersonalData("user_id")

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)
    revoked_at: Mapped[datetime | None]
    last_seen_at: Mapped[datetime] = mapped_column(server_default=func.now())
    authenticated_at: Mapped[datetime] = mapped_column(server_default=func.now())
    ip_address: Mapped[str | None]
    user_agent: Mapped[str | None] = mapped_column(String(USER_AGENT_MAX_LENGTH))


class RefreshToken(Private, BaseTableModel):
    """One refresh token of a session, kept as a SHA-256 hash. The used ones stay, so that reuse is noticed."""

    __tablename__ = "refresh_tokens"
    personal_data: ClassVar = NotExported("secrets: a row is the hash of a token, and when it was used")

    session_id: Mapped[UUID] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    used_at: Mapped[datetime | None]
