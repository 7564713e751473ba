"""The table of identities at other providers."""

from typing import ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from domain.identity.external_identity import SUBJECT_MAX_LENGTH
from domain.user import EMAIL_MAX_LENGTH
from repository.base_model import BaseTableModel, Private
from repository.personal_data import PersonalData


class ExternalIdentity(Private, BaseTableModel):
    """A user of an OpenID Connect provider, and the account that they sign in to. The address is for display only."""

    __tablename__ = "external_identities"
    personal_data: ClassVar = PersonalData("user_id")

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    issuer: Mapped[str]
    subject: Mapped[str] = mapped_column(String(SUBJECT_MAX_LENGTH))
    email: Mapped[str | None] = mapped_column(String(EMAIL_MAX_LENGTH))

    __table_args__ = (UniqueConstraint("issuer", "subject"),)
