"""A copy of all data that the product has about a user, as a ZIP."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from domain.errors import NotFound
from domain.live.notification import Notice, NotificationKind

MEDIA_TYPE = "application/zip"
PREFIX = "data-exports/"
# How long a ZIP can be downloaded.
KEPT = timedelta(days=7)
# Longer than its job is retried. An unfinished export of this age has lost its job, and can be requested again.
ABANDONED = timedelta(days=2)

DATA_EXPORT_READY = NotificationKind("data_export_ready")


class DataExportNotFound(NotFound):
    """The actor has no data export that is ready, or it has expired."""

    message = "This download isn’t ready, or has expired. Request a new one."


class DataExportState(StrEnum):
    """The state of a data export."""

    PENDING = "pending"
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class DataExport:
    """A data export that a user requested. Each user has at most one."""

    id: UUID
    user_id: UUID
    state: DataExportState
    created_at: datetime
    finished_at: datetime | None
    size_bytes: int | None

    @property
    def expires_at(self) -> datetime | None:
        """When the ZIP is no longer there, or None if there is none."""
        return self.finished_at + KEPT if self.state is DataExportState.READY and self.finished_at else None

    @property
    def file_name(self) -> str:
        """The name of the downloaded file."""
        return f"my-data-{self.created_at:%Y-%m-%d}.zip"


@dataclass(frozen=True, slots=True)
class DataExportRequested:
    """A user requested a copy of their data."""

    export_id: UUID


@dataclass(frozen=True, slots=True)
class DataExportFinished:
    """A user can download a copy of their data."""

    user_id: UUID

    ready_message: ClassVar = "Your data is ready to download."

    def notice(self) -> Notice:
        """Return the notice for the user, who may have left the page."""
        return Notice(self.user_id, DATA_EXPORT_READY, self.ready_message, link="/account/data")


@dataclass(frozen=True, slots=True)
class DataExportGivenUp:
    """All attempts to write a data export failed."""

    export_id: UUID


def data_export_key(export_id: UUID) -> str:
    """Return the key of the ZIP."""
    return f"{PREFIX}{export_id}/data.zip"
