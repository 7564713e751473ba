"""The terminal output: a line per step, and the output of each process after its name."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import TextIO

RESET = "\033[0m"
BOLD = "\033[1m"
# One per program, in the order of their first lines: cyan, magenta, yellow, green, blue.
COLOURS = ("\033[36m", "\033[35m", "\033[33m", "\033[32m", "\033[34m")
NAME_WIDTH = len("scheduler")


class Console:
    """Writes whole lines, from any thread. Standard output unless `stream` is given."""

    def __init__(self, stream: TextIO | None = None, *, colour: bool) -> None:
        self._stream = stream or sys.stdout
        self._colour = colour
        self._colours: dict[str, str] = {}
        self._lock = Lock()

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """Print a title, and how long the block took."""
        self._write(f"{title}… ")
        started = time.monotonic()
        try:
            yield
        except BaseException:
            self._write("\n")
            raise
        self._write(f"{time.monotonic() - started:.1f} s\n")

    def say(self, text: str) -> None:
        """Print a line."""
        self._write(f"{text}\n")

    def emphasize(self, text: str) -> None:
        """Print a line in bold."""
        self._write(f"{self._paint(BOLD, text)}\n")

    def pass_on(self, name: str, line: str) -> None:
        """Print a line of output of the program `name`."""
        colour = self._colours.setdefault(name, COLOURS[len(self._colours) % len(COLOURS)])
        self._write(f"{self._paint(colour, f'{name:<{NAME_WIDTH}} |')} {line}\n")

    def _paint(self, colour: str, text: str) -> str:
        return f"{colour}{text}{RESET}" if self._colour else text

    def _write(self, text: str) -> None:
        with self._lock:
            self._stream.write(text)
            self._stream.flush()
