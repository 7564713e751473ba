"""Renders reports as PDF in a confined process."""

import orjson

from domain.report import ActivityReport
from service.operations.confined_process import ConfinedProcess, Limits
from service.reports.report_typesetting import typeset

# The longest report takes 3 seconds and 300 MB. The text in it comes from users, so the limits leave room.
LIMITS = Limits(cpu_seconds=30, seconds=90, memory_bytes=3_000_000_000, answer_bytes=20_000_000)
QUEUE = 16


class PdfRenderer:
    """Renders reports. The process, with typst and its fonts, starts with the first report."""

    def __init__(self) -> None:
        self._process = ConfinedProcess("reports", LIMITS, queue=QUEUE)

    async def render(self, activity: ActivityReport) -> bytes:
        """Return the report as PDF. Text from users reaches the template as data, never as markup.

        Raises:
            TooBusy: too many documents are waiting, or the process is shutting down.
            TooCostly: the layout hit a limit on time or memory.
        """
        return await self._process.run(typeset, orjson.dumps(activity).decode(), int(activity.made_at.timestamp()))

    def close(self) -> None:
        """End the process, even in the middle of a document."""
        self._process.close()
