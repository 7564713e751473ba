"""Assembles the reports area."""

from datetime import timedelta

from repository.operations.statistics_repository import StatisticsRepository
from repository.report_activity_repository import ActivityRepository
from repository.report_repository import ReportRepository
from service.jobs.outbox import Outbox
from service.live.live_updates import LiveUpdates
from service.report_service import ReportService
from service.reports.report_builder import OpensReportTransaction, ReportBuilder
from service.reports.report_progress import ReportProgress
from service.resources import Resources
from service.unit_of_work import UnitOfWork


def assemble_reports(work: UnitOfWork, resources: Resources, *, outbox: Outbox) -> ReportService:
    """Return the reports of `work`."""
    return ReportService(
        work.actor,
        ReportRepository(work.connection, work.actor),
        files=resources.files,
        outbox=outbox,
        lifetime=timedelta(days=resources.settings.report_keep_days),
    )


def assemble_report_builder(
    work: UnitOfWork,
    resources: Resources,
    *,
    outbox: Outbox,
    updates: LiveUpdates,
    autonomous_transaction: OpensReportTransaction,
) -> ReportBuilder:
    """Return the report builder of `work`."""
    return ReportBuilder(
        ReportRepository(work.connection, work.actor),
        activity=ActivityRepository(work.connection),
        statistics=StatisticsRepository(work.connection),
        files=resources.files,
        renderer=resources.pdf_renderer,
        progress=ReportProgress(updates, outbox),
        autonomous_transaction=autonomous_transaction,
    )
