"""Asking for reports, and getting them."""

from datetime import timedelta
from uuid import UUID

from domain.page import Page, PageRequest
from domain.permissions import Actor
from domain.report import Report, ReportKind, ReportNotFound, ReportNotReady, ReportRequested, ReportState, report_key
from repository.report_repository import ReportRepository
from service.base_service import BaseService
from service.files.file_store import FileStore, OpenFile
from service.jobs.outbox import Outbox


class ReportService(BaseService):
    """Requests, tracks and serves reports.

    Args:
        lifetime: how long a report is kept.
    """

    def __init__(
        self,
        actor: Actor,
        reports: ReportRepository,
        *,
        files: FileStore,
        outbox: Outbox,
        lifetime: timedelta,
    ) -> None:
        super().__init__(actor)
        self._reports = reports
        self._files = files
        self._outbox = outbox
        self._lifetime = lifetime

    async def request(self, kind: ReportKind) -> Report:
        """Have a report made; while an earlier one of the kind is unfinished, that is the one to wait for.

        Raises:
            NotAuthenticated: the caller is not signed in.
        """
        user_id = self._require_signed_in()
        report = await self._reports.add(kind)
        if report is None:
            return (await self._reports.find_of(user_id, PageRequest(limit=1), kind=kind)).items[0]
        self._outbox.publish(ReportRequested(report.id))
        return report

    async def find(self, page: PageRequest) -> Page[Report]:
        """Return one page of the actor's reports, the newest first.

        Raises:
            NotAuthenticated: the caller is not signed in.
        """
        return await self._reports.find_of(self._require_signed_in(), page)

    async def get(self, report_id: UUID) -> Report:
        """Return a report.

        Raises:
            NotAuthenticated: the caller is not signed in.
            ReportNotFound: there is none, or none that the actor may see.
        """
        self._require_signed_in()
        report = await self._reports.get(report_id)
        if report is None:
            raise ReportNotFound
        return report

    async def open(self, report_id: UUID) -> tuple[Report, OpenFile]:
        """Return a report and its document.

        Raises:
            NotAuthenticated: the caller is not signed in.
            ReportNotFound: there is none, or none that the actor may see.
            ReportNotReady: it is not made yet, or could not be made.
            StorageUnavailable: the document cannot be read.
        """
        report = await self.get(report_id)
        if report.state is not ReportState.DONE:
            raise ReportNotReady
        document = await self._files.open(report_key(report_id))
        if document is None:  # deleted between the two reads
            raise ReportNotFound
        return report, document

    async def files_of(self, user_id: UUID) -> dict[str, str]:
        """Return the keys of a user's documents by their names."""
        ids = await self._reports.scoped_to(user_id).find_finished()
        return {f"reports/{report_id}.pdf": report_key(report_id) for report_id in ids}

    async def delete_older(self) -> None:
        """Delete the reports that have been kept long enough; their files are orphans then."""
        await self._reports.delete_older(self._lifetime)

    async def delete_orphans(self) -> None:
        """Delete the files of reports that are there no more.

        Raises:
            StorageUnavailable: the files cannot be listed or deleted.
        """
        await self._files.delete_orphans("reports/", find_existing=self._reports.find_existing)
