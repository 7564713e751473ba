"""Publishes the progress of a report to its reader."""

from domain.report import Report, ReportFinished, ReportState
from service.jobs.outbox import Outbox
from service.live.live_updates import LiveUpdates


class ReportProgress:
    """Sends each step to the reader's open browsers, and a notification when the report is ready.

    Both go out when the unit of work commits.
    """

    def __init__(self, live: LiveUpdates, outbox: Outbox) -> None:
        self._live = live
        self._outbox = outbox

    def publish(self, report: Report | None) -> None:
        """Publish the state of the report. None means that it did not change."""
        if report is None:
            return
        news = {"id": report.id, "state": report.state, "progress": report.progress, "step": report.step}
        self._live.publish(report.user_id, "report", news)
        if report.state is ReportState.DONE:
            self._outbox.publish(ReportFinished(report.id, report.user_id))
