"""Reacts to the signals that end a process, before the server has closed its last connection."""

import asyncio
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

ENDING = (signal.SIGTERM, signal.SIGINT)


@contextmanager
def signals_held(*numbers: signal.Signals) -> Iterator[None]:
    """Hold back the signals that arrive during the block.

    A process that is started in it holds back its own until it calls `signal.pthread_sigmask`, so that none of them
    reaches a handler that it has inherited.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, numbers)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def on_shutdown_signal(action: Callable[[], None]) -> Iterator[None]:
    """Call `action` on the running event loop as soon as the process receives SIGTERM or SIGINT.

    The server reacts to the same signal, but waits for open connections first, and an endless response would keep it
    waiting. Its handler belongs to the event loop, which is notified in another way; this replaces only a placeholder.
    """
    if threading.current_thread() is not threading.main_thread():  # only the main thread can handle signals
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
