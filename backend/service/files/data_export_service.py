"""Copies of their data for users."""

from collections.abc import Mapping
from typing import Protocol
from uuid import UUID

import structlog

from domain.identity.data_export import (
    KEPT,
    PREFIX,
    DataExport,
    DataExportFinished,
    DataExportNotFound,
    DataExportRequested,
    DataExportState,
    data_export_key,
)
from domain.identity.security_event import SecurityEventKind
from domain.permissions import Actor
from domain.session import NotAuthenticated
from repository.identity.data_export_repository import DataExportRepository
from repository.identity.personal_data_repository import PersonalDataRepository
from service.base_service import BaseService
from service.files.file_store import FileStore, OpenFile
from service.files.zip_archive import ZipArchive, temporary_zip
from service.jobs.outbox import Outbox

log = structlog.get_logger()


class Record(Protocol):
    """Writes an entry of the audit log."""

    def __call__(self, kind: SecurityEventKind, user_id: UUID | None) -> None:
        """Write it when the unit of work commits."""


class DataExportService(BaseService):
    """Requests, writes and serves copies of users' data."""

    def __init__(
        self,
        actor: Actor,
        exports: DataExportRepository,
        *,
        personal_data: PersonalDataRepository,
        files: FileStore,
        outbox: Outbox,
        record: Record,
    ) -> None:
        super().__init__(actor)
        self._exports = exports
        self._personal_data = personal_data
        self._files = files
        self._outbox = outbox
        self._record = record

    async def request(self) -> DataExport:
        """Have a copy of the actor's data written in place of the last one; an unfinished one is returned instead.

        Raises:
            NotAuthenticated: the caller is not signed in, or their account was deleted at the same moment.
        """
        user_id = self._require_signed_in()
        export = await self._exports.add(user_id)
        if export is None:
            return await self._unfinished(user_id)
        self._outbox.publish(DataExportRequested(export.id))
        self._record(SecurityEventKind.DATA_EXPORT_REQUESTED, user_id)
        return export

    async def get(self) -> DataExport | None:
        """Return the actor's data export, or None if there is none, or it has expired.

        Raises:
            NotAuthenticated: the caller is not signed in.
        """
        return await self._exports.get_of(self._require_signed_in(), lifetime=KEPT)

    async def get_ready(self) -> DataExport:
        """Return the actor's data export.

        Raises:
            NotAuthenticated: the caller is not signed in.
            DataExportNotFound: there is none, it is not ready, or it has expired.
        """
        export = await self.get()
        if export is None or export.state is not DataExportState.READY:
            raise DataExportNotFound
        return export

    async def open(self) -> tuple[DataExport, OpenFile]:
        """Return the actor's data export and its ZIP.

        Raises:
            NotAuthenticated: the caller is not signed in.
            DataExportNotFound: there is none, it is not ready, or it has expired.
            StorageUnavailable: the ZIP cannot be read.
        """
        export = await self.get_ready()
        document = await self._files.open(data_export_key(export.id))
        if document is None:
            raise DataExportNotFound
        log.info("data export downloaded", bytes=document.size)
        return export, document

    async def find_pending(self, export_id: UUID) -> DataExport | None:
        """Return the data export if it is still to be written."""
        export = await self._exports.get(export_id)
        return export if export and export.state is DataExportState.PENDING else None

    async def write(self, export: DataExport, files: Mapping[str, str]) -> None:
        """Write the ZIP, and tell the user.

        Args:
            export: whose data.
            files: the keys of the user's files by their names in the ZIP.

        Raises:
            StorageUnavailable: the files cannot be read or written.
        """
        async with temporary_zip() as archive:
            await self._fill(archive, export.user_id, files)
            file, size = await archive.finish()
            await self._files.upload(data_export_key(export.id), file)
        if await self._exports.finish(export.id, size_bytes=size):
            self._outbox.publish(DataExportFinished(export.user_id))

    async def give_up(self, export_id: UUID) -> None:
        """Show that the export failed."""
        await self._exports.give_up(export_id)

    async def delete_older(self) -> None:
        """Delete the exports that have been kept long enough; their files are orphans then."""
        await self._exports.delete_older(KEPT)

    async def delete_orphans(self) -> None:
        """Delete the files of exports that are there no more.

        Raises:
            StorageUnavailable: the files cannot be listed or deleted.
        """
        await self._files.delete_orphans(PREFIX, find_existing=self._exports.find_existing)

    async def _fill(self, archive: ZipArchive, user_id: UUID, files: Mapping[str, str]) -> None:
        for name, batches in self._personal_data.read(user_id):
            await archive.add_json(f"{name}.json", batches)
        for name, key in files.items():
            if document := await self._files.open(key):  # it may be replaced meanwhile
                await archive.add(f"files/{name}", document.chunks)

    async def _unfinished(self, user_id: UUID) -> DataExport:
        export = await self._exports.get_of(user_id, lifetime=KEPT)
        if export is None:  # deleted with the account at the same moment
            raise NotAuthenticated
        return export
