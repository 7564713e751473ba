"""Keeps an external service that hangs from occupying all of the requests that this process can handle."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

# How long a service that hung is not called again.
FAILURE_REMEMBERED_SECONDS = 10.0
# A quicker failure delays no other caller, and may concern one call only.
SLOW_FAILURE_SECONDS = 2.0


class Bulkhead:
    """Limits the concurrent calls to one service, and rejects all calls for a while after one failed slowly.

    At most `places` calls run at once. A rejected call raises `refusal`.
    """

    def __init__(self, *, places: int, refusal: type[Exception]) -> None:
        self._places = places
        self._refusal = refusal
        self._waiting = 0
        self._open_until = float("-inf")

    @contextmanager
    def call(self) -> Iterator[None]:
        """Count a call for the duration of the block; reject it if the limit is reached or the breaker is open."""
        _raise_if(self._is_open or self._waiting >= self._places, self._refusal)
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
        """Reject a call while the breaker is open."""
        _raise_if(self._is_open, self._refusal)

    def trip(self) -> None:
        """Open the breaker: reject all calls for a while."""
        self._open_until = time.monotonic() + FAILURE_REMEMBERED_SECONDS

    @property
    def _is_open(self) -> bool:
        return time.monotonic() < self._open_until


def _raise_if(rejected: bool, refusal: type[Exception]) -> None:  # noqa: FBT001  (it reads as a sentence)
    if rejected:
        raise refusal
