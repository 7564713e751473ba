"""Typesetting reports as PDF, by typst."""

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from domain.report import Activity
from service.threads import ComputingThreads

if TYPE_CHECKING:
    import typst

TEMPLATE = Path(__file__).with_name("report_templates") / "activity.typ"
THREADS = 1
QUEUE = 16


class ReportPrinter:
    """Lays out reports in a thread of its own; typst releases the GIL while it works."""

    def __init__(self) -> None:
        """Prepare the thread; typst and its fonts are loaded by the first report."""
        self._threads = ComputingThreads("reports", threads=THREADS, queue=QUEUE)

    async def print(self, activity: Activity) -> bytes:
        """Return the report as PDF. What users wrote reaches the template as data and is never read as markup.

        Raises:
            TooBusy: too many documents wait.
        """
        return await self._threads.run(self._print, activity)

    def close(self) -> None:
        """Let the thread end; a document that has begun is finished."""
        self._threads.close()

    @cached_property
    def _fonts(self) -> "typst.Fonts":
        import typst  # 13 MB, which only a worker has a use for

        # The look depends on the fonts that come with typst; the machine's fill in for scripts that those lack.
        return typst.Fonts(include_system_fonts=True)

    def _print(self, activity: Activity) -> bytes:
        import typst

        document: bytes = typst.compile(
            TEMPLATE,
            format="pdf",
            font_paths=self._fonts,
            sys_inputs={"activity": orjson.dumps(activity).decode()},
            timestamp=int(activity.made_at.timestamp()),
        )
        return document
