"""The table of tokens in emailed links."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from domain.user import EMAIL_MAX_LENGTH
from repository.base_model import BaseTableModel, Private
from repository.personal_data import NotExported


class OneTimeToken(Private, BaseTableModel):
    """A token that can be used once, stored as a SHA-256 hash. A user has at most one for each purpose."""

    __tablename__ = "one_time_tokens"
    personal_data: ClassVar = NotExported("secrets that expire; the links were sent to the user")
    __table_args__ = (UniqueConstraint("user_id", "purpose"),)

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    purpose: Mapped[str]
    email: Mapped[str] = mapped_column(String(EMAIL_MAX_LENGTH))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)
