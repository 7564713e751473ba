"""Places where a test can kill a process, to check the state that it leaves behind."""

import os
from collections.abc import Callable

EXIT_CODE = 137  # what a shell shows for SIGKILL

Failpoint = Callable[[str], None]


def arm(name: str | None) -> Failpoint:
    """Return the function that the code calls at each failpoint: it ends the process at the one called `name`."""
    return lambda place: os._exit(EXIT_CODE) if place == name else None
