"""Tells a report's reader how it stands."""

from domain.events import ReportFinished
from domain.report import Report, ReportState
from service.jobs.outbox import Outbox
from service.live.live_updates import LiveUpdates


class ReportProgress:
    """Tells the reader's open browsers of each step, and leaves a notification when the report is there."""

    def __init__(self, live: LiveUpdates, outbox: Outbox) -> None:
        """Tell through `live` and `outbox`, when their unit of work is committed."""
        self._live = live
        self._outbox = outbox

    def publish(self, report: Report | None) -> None:
        """Tell how the report stands; None is a report that did not change."""
        if report is None:
            return
        news = {"id": report.id, "state": report.state, "progress": report.progress, "step": report.step}
        self._live.publish(report.user_id, "report", news)
        if report.state is ReportState.DONE:
            self._outbox.publish(ReportFinished(report.id, report.user_id))
