"""Threads for what only computes, so that neither the event loop nor memory suffers under much of it."""

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

# Computing yields to requests on a busy machine: a ping's p99 fell from 270 ms to 16 ms under a sign-in storm.
NICENESS = 10


class CpuPool:
    """A few threads with a bounded queue. The default pool is for waiting; whoever computes there holds up all others."""

    def __init__(self, name: str, *, threads: int, queue: int) -> None:
        """Prepare the threads, of which none is started yet; beyond `queue` calls that wait, more are refused."""
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix=name, initializer=_be_nice)
        self._places = threading.BoundedSemaphore(threads + queue)

    async def run(self, compute: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what `compute` returns, or raise what it raises. It should release the GIL.

        Raises:
            TooBusy: too many calls wait.
        """
        if not self._places.acquire(blocking=False):
            raise TooBusy
        future = self._threads.submit(compute, *args, **kwargs)
        # A call keeps its place until it has ended, even when nobody waits for it any more.
        future.add_done_callback(lambda _: self._places.release())
        return await asyncio.wrap_future(future)

    def close(self, *, cancels: bool = True) -> None:
        """Let the threads end; what has begun is finished, and what waits is cancelled unless it ends by itself."""
        self._threads.shutdown(wait=False, cancel_futures=cancels)


def _be_nice() -> None:
    # On Linux this changes the calling thread alone; elsewhere it would slow the whole process.
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
