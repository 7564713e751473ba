"""Keeps processes small."""

import sys

# Packages that libraries import if they are installed, and that we do not use: structlog loads rich to colour
# tracebacks, and ours are plain (40 ms, 6 MB); redis-py loads the metrics of OpenTelemetry's SDK (20 ms, 2 MB).
UNUSED = ("rich", "opentelemetry.sdk.metrics")


def leave_out_unused_libraries() -> None:
    """Make the import of those in `UNUSED` fail, unless they are loaded. Call it before other imports."""
    for name in UNUSED:
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]  # so that importing it fails
