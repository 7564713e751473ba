"""Reports."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from core.translation import translated
from domain.language import Language
from domain.report import Report, ReportKind, ReportState


class ReportRequest(BaseModel):
    """The kind of report to create."""

    model_config = ConfigDict(extra="forbid")

    kind: ReportKind


class ReportResponse(BaseModel):
    """A report and its progress."""

    id: UUID
    kind: ReportKind
    state: ReportState
    progress: Annotated[int, Field(ge=0, le=100)]
    step: Annotated[str | None, Field(description="The current step, or why it failed; null when done.")]
    size_bytes: int | None
    created_at: datetime
    finished_at: datetime | None
    download_url: Annotated[str | None, Field(description="The URL of the document, once it is ready.")]

    @classmethod
    def of(cls, report: Report, *, language: Language) -> Self:
        """Build the response from `report`, in this language."""
        return cls(
            id=report.id,
            kind=report.kind,
            state=report.state,
            progress=report.progress,
            step=report.step and translated(report.step, language),
            size_bytes=report.size_bytes,
            created_at=report.created_at,
            finished_at=report.finished_at,
            download_url=f"/api/reports/{report.id}/download" if report.state is ReportState.DONE else None,
        )
