"""Builds a report step by step and shows its progress."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from datetime import date
from typing import Protocol
from uuid import UUID

from domain.language import DEFAULT_LANGUAGE
from domain.report import (
    MAX_LISTED_POSTS,
    UNFINISHED,
    ActivityReport,
    Report,
    ReportedCount,
    ReportStep,
    report_key,
    weeks_until,
)
from repository.operations.statistics_repository import StatisticsRepository
from repository.report_activity_repository import ActivityRepository
from repository.report_repository import ReportRepository
from service.files.file_store import FileStore
from service.reports.pdf_renderer import PdfRenderer
from service.reports.report_progress import ReportProgress


class ShowsProgress(Protocol):
    """Shows the progress of a report."""

    async def advance(self, report_id: UUID, step: ReportStep) -> None:
        """Show that the report has reached `step`, unless it is already further."""


class ReportTransaction(Protocol):
    """A second unit of work, which shows progress while the first one is still building."""

    @property
    def report_builder(self) -> ShowsProgress:
        """The builder of the second unit of work."""


class OpensReportTransaction(Protocol):
    """Opens a second unit of work, which is committed when its block ends."""

    def __call__(self) -> AbstractAsyncContextManager[ReportTransaction]:
        """Return the unit of work, to be entered."""


class ReportBuilder:
    """Builds reports.

    Each step is published in its own unit of work, so that the reader sees it while the job is still running. A second
    attempt starts from the beginning, but the progress never goes backwards. The file is written before the row says
    that it exists. Its key comes from the report's id, so another attempt overwrites it.
    """

    def __init__(
        self,
        reports: ReportRepository,
        *,
        activity: ActivityRepository,
        statistics: StatisticsRepository,
        files: FileStore,
        renderer: PdfRenderer,
        progress: ReportProgress,
        autonomous_transaction: OpensReportTransaction,
    ) -> None:
        self._reports = reports
        self._activity = activity
        self._statistics = statistics
        self._files = files
        self._renderer = renderer
        self._progress = progress
        self._autonomous_transaction = autonomous_transaction

    async def make(self, report_id: UUID) -> None:
        """Build the document and store it. Do nothing if the report is finished or was deleted.

        Raises:
            StorageUnavailable: the document cannot be stored.
            TooBusy: too many documents are waiting.
            TooCostly: the layout hit a limit on time or memory.
        """
        report = await self._reports.get(report_id)
        if report is None or report.state not in UNFINISHED:
            return
        activity = await self._collect(report)
        await self._begin(report, ReportStep.TYPESETTING)
        document = await self._renderer.render(activity)
        await self._begin(report, ReportStep.STORING)
        await self._files.write(report_key(report_id), document)
        self._progress.publish(await self._reports.finish(report_id, size_bytes=len(document)))

    async def give_up(self, report_id: UUID) -> None:
        """Mark the report as failed and tell its reader."""
        self._progress.publish(await self._reports.give_up(report_id))

    async def advance(self, report_id: UUID, step: ReportStep) -> None:
        """Show that the report has reached `step`, unless it is already further."""
        self._progress.publish(await self._reports.advance(report_id, step))

    async def _collect(self, report: Report) -> ActivityReport:
        await self._begin(report, ReportStep.COLLECTING)
        posts = await self._activity.newest_posts(report.user_id, limit=MAX_LISTED_POSTS + 1)
        await self._begin(report, ReportStep.COUNTING)
        mondays = weeks_until(report.created_at.date())
        return ActivityReport(
            await self._activity.author(report.user_id),
            report.created_at,
            mondays,
            await self._count(report.user_id, mondays),
            tuple(posts[:MAX_LISTED_POSTS]),
            has_more_posts=len(posts) > MAX_LISTED_POSTS,
            language=await self._activity.language(report.user_id) or DEFAULT_LANGUAGE,
        )

    async def _count(self, user_id: UUID, mondays: Sequence[date]) -> tuple[ReportedCount, ...]:
        totals = await self._statistics.count_totals(user_id)
        per_week = await self._statistics.count_by_week(user_id, mondays)
        return tuple(ReportedCount(name, total, per_week.get(name, ())) for name, total in totals.items())

    async def _begin(self, report: Report, step: ReportStep) -> None:
        async with self._autonomous_transaction() as work:  # the job's own unit of work commits only at the end
            await work.report_builder.advance(report.id, step)
