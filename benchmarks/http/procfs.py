"""Processor time and memory of a process and its children, from /proc. Linux only."""

import os
from pathlib import Path

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


def tree(root: int) -> list[int]:
    """Return the process and all its descendants."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        if fields := _fields(stat):
            children.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found = [root]
    for pid in found:  # grows during the loop
        found.extend(children.get(pid, []))
    return found


def cpu_seconds(root: int) -> float:
    """Return the user and system processor time of the processes so far."""
    stats = (_fields(Path(f"/proc/{pid}/stat")) for pid in tree(root))
    return sum(int(fields[11]) + int(fields[12]) for fields in stats if fields) / TICKS_PER_SECOND


def resident_megabytes(root: int) -> float:
    """Return VmRSS of the processes, which counts a shared page once in each."""
    return sum(_status(pid, "VmRSS") for pid in tree(root)) / 1024


def proportional_megabytes(root: int) -> float:
    """Return Pss of the processes, which divides a shared page among them, so nothing counts twice."""
    return sum(_kilobytes(f"/proc/{pid}/smaps_rollup", "Pss") for pid in tree(root)) / 1024


def peak_megabytes(root: int) -> float:
    """Return the sum of each process's peak memory."""
    return sum(_status(pid, "VmHWM") for pid in tree(root)) / 1024


def _fields(stat: Path) -> list[str]:
    # The second field is the program's name in brackets, which may contain anything. Numbers follow.
    try:
        return stat.read_text().rpartition(")")[2].split()
    except OSError:  # the process has ended
        return []


def _status(pid: int, name: str) -> int:
    return _kilobytes(f"/proc/{pid}/status", name)


def _kilobytes(file: str, name: str) -> int:
    try:
        lines = Path(file).read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith(f"{name}:")), 0)
