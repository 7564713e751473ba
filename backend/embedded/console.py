"""What the person at the terminal sees: a line per step, and every process's output behind its name."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import TextIO

RESET = "\033[0m"
DIM = "\033[2m"
BOLD = "\033[1m"
# One per program, in the order of their first line: cyan, magenta, yellow, green, blue.
COLOURS = ("\033[36m", "\033[35m", "\033[33m", "\033[32m", "\033[34m")
NAME_WIDTH = len("scheduler")


class Console:
    """Writes whole lines, from any thread, in colour on a terminal."""

    def __init__(self, stream: TextIO | None = None, *, colour: bool) -> None:
        """Write to `stream`, by default standard output."""
        self._stream = stream or sys.stdout
        self._colour = colour
        self._colours: dict[str, str] = {}
        self._lock = Lock()

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """Announce something that takes a while and say at its end how long it took."""
        self._write(f"{title}… ")
        started = time.monotonic()
        try:
            yield
        except BaseException:
            self._write("\n")
            raise
        self._write(f"{time.monotonic() - started:.1f} s\n")

    def say(self, text: str) -> None:
        """Write a line of our own."""
        self._write(f"{text}\n")

    def emphasize(self, text: str) -> None:
        """Write a line of our own that must not be missed."""
        self._write(f"{self._paint(BOLD, text)}\n")

    def pass_on(self, name: str, line: str) -> None:
        """Write a line that the program `name` has written."""
        colour = self._colours.setdefault(name, COLOURS[len(self._colours) % len(COLOURS)])
        self._write(f"{self._paint(colour, f'{name:<{NAME_WIDTH}} |')} {line}\n")

    def _paint(self, colour: str, text: str) -> str:
        return f"{colour}{text}{RESET}" if self._colour else text

    def _write(self, text: str) -> None:
        with self._lock:
            self._stream.write(text)
            self._stream.flush()
