"""The table of notifications."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from domain.live.notification import LINK_MAX_LENGTH, MESSAGE_MAX_LENGTH
from repository.base_model import BaseTableModel


class Notification(BaseTableModel):
    """A notification for a user; unread while `read_at` is null."""

    __tablename__ = "notifications"
    __table_args__ = (
        Index("ix_notifications_user_id_created_at_id", "user_id", "created_at", "id"),
        Index("ix_notifications_unread", "user_id", "created_at", "id", postgresql_where=text("read_at IS NULL")),
        Index("ix_notifications_created_at", "created_at"),
    )

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    kind: Mapped[str]
    message: Mapped[str] = mapped_column(String(MESSAGE_MAX_LENGTH))
    link: Mapped[str] = mapped_column(String(LINK_MAX_LENGTH))
    read_at: Mapped[datetime | None]
    template: Mapped[str | None] = mapped_column(String(MESSAGE_MAX_LENGTH))
    values: Mapped[dict[str, str] | None] = mapped_column(JSONB)
