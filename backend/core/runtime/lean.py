"""Keeps processes small."""

import sys


def leave_out_rich() -> None:
    """Let structlog believe that rich is missing, unless it is loaded.

    structlog loads it to colour tracebacks, and ours are plain. It takes 40 ms and 6 MB in each process.
    """
    sys.modules.setdefault("rich", None)  # type: ignore[arg-type]  # so that importing it fails
