"""Threads for CPU-bound work, with a bounded queue."""

import asyncio
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from domain.errors import TooBusy

P = ParamSpec("P")
T = TypeVar("T")

# Requests have priority on a busy machine: a ping's p99 fell from 270 ms to 16 ms under a sign-in storm.
NICENESS = 10


class CpuPool:
    """A few threads with a bounded queue, started on demand.

    CPU-bound work does not belong in the default pool: it would delay the calls there that wait for files or names.
    Beyond `queue` waiting calls, further ones are refused.
    """

    def __init__(self, name: str, *, threads: int, queue: int) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix=name, initializer=_be_nice)
        self._places = threading.BoundedSemaphore(threads + queue)

    async def run(self, compute: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return the result of `compute`, or raise its error. It should release the GIL.

        Raises:
            TooBusy: too many calls are waiting.
        """
        if not self._places.acquire(blocking=False):
            raise TooBusy
        future = self._threads.submit(compute, *args, **kwargs)
        # A call keeps its place until it ends, even if its caller was cancelled.
        future.add_done_callback(lambda _: self._places.release())
        return await asyncio.wrap_future(future)

    def close(self, *, cancels: bool = True) -> None:
        """Shut down without waiting.

        Running calls finish; waiting ones are cancelled if `cancels`, and otherwise run.
        """
        self._threads.shutdown(wait=False, cancel_futures=cancels)


def _be_nice() -> None:
    # On Linux this affects only the calling thread; elsewhere it would slow down the whole process.
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
