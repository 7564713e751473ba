"""The table of the audit log."""

from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Index, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from domain.identity.client_info import USER_AGENT_MAX_LENGTH
from repository.base_model import BaseTableModel
from repository.personal_data import PersonalData


class SecurityEvent(BaseTableModel):
    """One entry of the audit log. It refers to no other table, because it outlives the account."""

    __tablename__ = "security_events"
    personal_data: ClassVar = PersonalData(
        "user_id",
        without=frozenset({"actor_id"}),
        actor="actor_id",
        of_actor=frozenset({"session_id", "ip_address", "user_agent", "request_id", "details"}),
    )

    kind: Mapped[str]
    user_id: Mapped[UUID | None]
    actor_id: Mapped[UUID | None]
    session_id: Mapped[UUID | None]
    ip_address: Mapped[str | None]
    user_agent: Mapped[str | None] = mapped_column(String(USER_AGENT_MAX_LENGTH))
    request_id: Mapped[str | None]
    details: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))

    # Both lists start with the newest entry. The clean-up finds entries by age.
    __table_args__ = (
        Index("ix_security_events_created_at_id", "created_at", "id"),
        Index("ix_security_events_user_id_created_at_id", "user_id", "created_at", "id"),
    )
