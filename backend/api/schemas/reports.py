"""Reports, as clients ask for and get them."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from domain.report import Report, ReportKind, ReportState


class ReportRequest(BaseModel):
    """Which report is wanted."""

    model_config = ConfigDict(extra="forbid")

    kind: ReportKind


class ReportResponse(BaseModel):
    """A report and how far it is."""

    id: UUID
    kind: ReportKind
    state: ReportState
    progress: Annotated[int, Field(ge=0, le=100)]
    step: Annotated[str | None, Field(description="What is being done, or why it failed; null at the end.")]
    size_bytes: int | None
    created_at: datetime
    finished_at: datetime | None
    download_url: Annotated[str | None, Field(description="Where the document is, once it is done.")]

    @classmethod
    def of(cls, report: Report) -> Self:
        """Return the answer for `report`."""
        return cls(
            id=report.id,
            kind=report.kind,
            state=report.state,
            progress=report.progress,
            step=report.step,
            size_bytes=report.size_bytes,
            created_at=report.created_at,
            finished_at=report.finished_at,
            download_url=f"/api/reports/{report.id}/download" if report.state is ReportState.DONE else None,
        )
