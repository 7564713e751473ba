"""Hears that the process is to end before the server has let go of its last connection."""

import asyncio
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

ENDING = (signal.SIGTERM, signal.SIGINT)


@contextmanager
def on_shutdown_signal(action: Callable[[], None]) -> Iterator[None]:
    """Call `action` on the running loop as soon as the process is told to end, besides what the server does then.

    A server waits for its open connections first, and an answer that lasts would keep it waiting. The server's own
    handler is the event loop's, which hears of signals in another way: all that is replaced here is a placeholder.
    """
    if threading.current_thread() is not threading.main_thread():  # others may not handle signals
        yield
        return
    loop = asyncio.get_running_loop()
    replaced = {number: signal.getsignal(number) for number in ENDING}

    def handle(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(action)
        placeholder = replaced[signal.Signals(number)]
        if callable(placeholder):
            placeholder(number, frame)

    for number in ENDING:
        signal.signal(number, handle)
    try:
        yield
    finally:
        for number, placeholder in replaced.items():
            signal.signal(number, placeholder)
