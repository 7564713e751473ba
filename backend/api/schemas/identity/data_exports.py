"""Copies of their data, as users get them."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import BaseModel, Field

from domain.identity.data_export import DataExport, DataExportState


class DataExportResponse(BaseModel):
    """The caller's data export."""

    state: Annotated[DataExportState | None, Field(description="Null while none was requested, or the last expired.")]
    created_at: datetime | None = None
    expires_at: Annotated[datetime | None, Field(description="Until when it can be downloaded, once it is ready.")] = (
        None
    )
    size_bytes: int | None = None

    @classmethod
    def of(cls, export: DataExport | None) -> Self:
        """Build the response from `export`."""
        if export is None:
            return cls(state=None)
        return cls.model_validate(export, from_attributes=True)
