"""Typesetting reports as PDF, in a process of their own."""

import orjson

from domain.report import Activity
from service.operations.confined_process import ConfinedProcess, Limits
from service.reports.report_typesetting import typeset

# The longest report takes 3 seconds and 300 MB; its time is what users' words may make of it.
LIMITS = Limits(cpu_seconds=30, seconds=90, memory_bytes=3_000_000_000, answer_bytes=20_000_000)
QUEUE = 16


class PdfRenderer:
    """Lays out reports."""

    def __init__(self) -> None:
        """Prepare the process; typst and its fonts are loaded by the first report."""
        self._process = ConfinedProcess("reports", LIMITS, queue=QUEUE)

    async def print(self, activity: Activity) -> bytes:
        """Return the report as PDF. What users wrote reaches the template as data and is never read as markup.

        Raises:
            TooBusy: too many documents wait, or the process is about to end.
            TooCostly: laying it out takes too long.
        """
        return await self._process.run(typeset, orjson.dumps(activity).decode(), int(activity.made_at.timestamp()))

    def close(self) -> None:
        """End the process; a document that has begun is given up."""
        self._process.close()
