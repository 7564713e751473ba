"""The table of stored responses."""

from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from repository.base_model import BaseTableModel, Private
from repository.personal_data import NotExported


class IdempotencyKey(Private, BaseTableModel):
    """The first response to a request with an `Idempotency-Key`, written in the transaction of the request."""

    __tablename__ = "idempotency_keys"
    personal_data: ClassVar = NotExported("copies of answers, deleted after a day")
    __table_args__ = (UniqueConstraint("user_id", "key"), Index("ix_idempotency_keys_created_at", "created_at"))

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    key: Mapped[str]
    request_hash: Mapped[bytes] = mapped_column(LargeBinary)
    status: Mapped[int]
    headers: Mapped[dict[str, Any]] = mapped_column(JSONB)
    body: Mapped[str]
