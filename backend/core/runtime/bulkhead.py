"""Keeps an outside service that hangs from taking every place that this process has for requests."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

# As long a service that hung is not asked again.
FAILURE_REMEMBERED_SECONDS = 10.0
# A failure that comes sooner delays no other caller, and may be about one call alone.
SLOW_FAILURE_SECONDS = 2.0


class Bulkhead:
    """Bounds the calls that wait for one service, and refuses all of them for a while after one failed slowly."""

    def __init__(self, *, places: int, refusal: type[Exception]) -> None:
        """Let `places` calls wait at once, and answer all others by raising `refusal`."""
        self._places = places
        self._refusal = refusal
        self._waiting = 0
        self._away_until = float("-inf")

    @contextmanager
    def call(self) -> Iterator[None]:
        """Hold a place while the service is asked; refuse when there is none, or the service hung a moment ago."""
        _raise_if(self._is_away or self._waiting >= self._places, self._refusal)
        self._waiting += 1
        started = time.monotonic()
        try:
            yield
        except Exception:
            if time.monotonic() - started >= SLOW_FAILURE_SECONDS:
                self.trip()
            raise
        finally:
            self._waiting -= 1

    def raise_if_open(self) -> None:
        """Refuse a call while the service is known to be away."""
        _raise_if(self._is_away, self._refusal)

    def trip(self) -> None:
        """Ask the service no more for a while."""
        self._away_until = time.monotonic() + FAILURE_REMEMBERED_SECONDS

    @property
    def _is_away(self) -> bool:
        return time.monotonic() < self._away_until


def _raise_if(is_hopeless: bool, refusal: type[Exception]) -> None:  # noqa: FBT001  (it reads as a sentence)
    if is_hopeless:
        raise refusal
