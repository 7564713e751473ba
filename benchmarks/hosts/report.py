"""The table of all rows."""

import os
import platform
import time
from collections.abc import Sequence
from pathlib import Path

from measured import Row

COLUMNS = (
    *("what is done meanwhile", "requests", "failed", "sent again", "p50", "p99", "longest gap"),
    *("own writes missed", "writes lost", "jobs", "lost", "twice"),
)


def report(rows: Sequence[Row], left_out: Sequence[str], *, proxy: str) -> str:
    """Return the table in Markdown, with the facts of this machine."""
    lines = [
        _machine(proxy),
        "",
        "| " + " | ".join(COLUMNS) + " |",
        "|" + "---|" * len(COLUMNS),
        *("| " + " | ".join(_cells(row)) + " |" for row in rows),
        "",
        *(f"- {row.name}: {'; '.join(row.notes)}" for row in rows if row.notes),
        *(f"- Not as promised: {row.name}: {sentence}" for row in rows for sentence in row.broken),
        *(f"- Left out: {reason}" for reason in left_out),
    ]
    return "\n".join(lines) + "\n"


def _cells(row: Row) -> list[str]:
    seen = row.seen
    kinds = ", ".join(f"{number} × {kind}" for kind, number in sorted(seen["failures"].items()))
    return [
        row.name,
        f"{seen['requests']:,}",
        kinds or "0",
        str(seen["repeated"]),
        f"{seen['p50'] * 1000:.0f} ms",
        f"{seen['p99'] * 1000:.0f} ms",
        f"{seen['gap']:.1f} s",
        str(seen["stale"]),
        str(row.writes_lost),
        str(len(seen["jobs"])),
        str(row.jobs_lost),
        str(row.duplicates),
    ]


def _machine(proxy: str) -> str:
    load = os.getloadavg()[0]
    return (
        f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores ({_processor()}), Python {platform.python_version()}, "
        f"Linux {platform.release()}, {proxy}; load average at the end {load:.1f}"
    )


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.machine())
