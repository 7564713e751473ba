"""The table of personal API tokens."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import ARRAY, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from domain.identity.api_token import TOKEN_HINT_LENGTH, TOKEN_NAME_MAX_LENGTH
from repository.base_model import BaseTableModel, Private
from repository.personal_data import PersonalData


class ApiToken(Private, BaseTableModel):
    """A token that a program signs in with, kept as a SHA-256 hash. A revoked one is deleted."""

    __tablename__ = "api_tokens"
    personal_data: ClassVar = PersonalData("user_id")

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(TOKEN_NAME_MAX_LENGTH))
    scopes: Mapped[list[str]] = mapped_column(ARRAY(String))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    hint: Mapped[str] = mapped_column(String(TOKEN_HINT_LENGTH))
    expires_at: Mapped[datetime] = mapped_column(index=True)
    last_used_at: Mapped[datetime | None]
