"""The table of reports."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, literal_column, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.report import UNFINISHED, ReportState
from repository.base_model import BaseTableModel


def _quoted(states: Iterable[ReportState]) -> str:
    return ", ".join(f"'{state}'" for state in states)


IS_UNFINISHED: ColumnElement[bool] = literal_column(f"state IN ({_quoted(UNFINISHED)})")


class Report(BaseTableModel):
    """A report; it goes with its user, and its file is deleted afterwards."""

    __tablename__ = "reports"
    __table_args__ = (
        CheckConstraint(f"state IN ({_quoted(ReportState)})", name="state"),
        Index("ix_reports_user_id_created_at_id", "user_id", "created_at", "id"),
        Index("ix_reports_created_at", "created_at"),
        # A user who asks twice gets one report.
        Index("uq_reports_user_id_kind", "user_id", "kind", unique=True, postgresql_where=IS_UNFINISHED),
    )

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    kind: Mapped[str]
    state: Mapped[str] = mapped_column(server_default=text(f"'{ReportState.PENDING}'"))
    progress: Mapped[int] = mapped_column(server_default=text("0"))
    step: Mapped[str | None]
    size_bytes: Mapped[int | None]
    finished_at: Mapped[datetime | None]
