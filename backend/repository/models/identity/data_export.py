"""The table of data exports."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.identity.data_export import DataExportState
from repository.base_model import BaseTableModel, Private
from repository.personal_data import NotExported

_STATES = ", ".join(f"'{state}'" for state in DataExportState)


class DataExport(Private, BaseTableModel):
    """The latest data export of a user; it goes with the account, and its file is deleted afterwards."""

    __tablename__ = "data_exports"
    __table_args__ = (CheckConstraint(f"state IN ({_STATES})", name="state"),)
    personal_data: ClassVar = NotExported("it is about the file that would contain it")

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), unique=True)
    state: Mapped[str] = mapped_column(server_default=text(f"'{DataExportState.PENDING}'"))
    size_bytes: Mapped[int | None] = mapped_column(BigInteger)
    finished_at: Mapped[datetime | None]
