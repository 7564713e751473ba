"""When to log that a service is unavailable: when that changes, and now and then in between."""

import time
from collections.abc import Callable

FIRST_REMINDER_SECONDS = 10.0
LONGEST_REMINDER_SECONDS = 600.0


def reason_of(error: Exception) -> str:
    """Return the type and the message of an error; `repr` of those of Redis leaves the message out."""
    return f"{type(error).__name__}: {error}".removesuffix(": ")


class Outage:
    """Whether one service is unavailable to one user of it, and since when."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._since: float | None = None
        self._next_at = 0.0
        self._pause = FIRST_REMINDER_SECONDS

    def should_log_failure(self) -> bool:
        """Note a failure, and return whether to log it: the first, then after 10 seconds, 20, 40, up to 10 minutes."""
        now = self._clock()
        if self._since is None:
            self._since, self._pause = now, FIRST_REMINDER_SECONDS
        elif now < self._next_at:
            return False
        else:
            self._pause = min(2 * self._pause, LONGEST_REMINDER_SECONDS)
        self._next_at = now + self._pause
        return True

    def end(self) -> float | None:
        """Note a success, and return how many seconds the outage that it ends has lasted, or None if there was none."""
        if self._since is None:
            return None
        since, self._since = self._since, None
        return round(self._clock() - since, 1)
