"""The directory in which several server processes share their metrics.

The parent process imports this, and stays small.
"""

import fcntl
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from core import product

DIRECTORY_PREFIX = f"{product.SLUG}-metrics-"
LOCKS = "*.lock"
# The parent of all server processes.
PARENT = "parent"


@contextmanager
def shared_directory() -> Iterator[Path]:
    """Provide an empty directory for the values of several processes, and remove those that killed programs left."""
    _remove_abandoned(Path(tempfile.gettempdir()))
    with tempfile.TemporaryDirectory(prefix=DIRECTORY_PREFIX) as name:
        directory = Path(name)
        # It gets its name when it is held: another program that starts now must not take the directory for an abandoned
        # one.
        with lock(directory / PARENT):
            (directory / PARENT).rename(directory / f"{PARENT}.lock")
            yield directory


def _remove_abandoned(parent: Path) -> None:
    for directory in parent.glob(f"{DIRECTORY_PREFIX}*"):
        with suppress(OSError):  # of another user
            locks = list(directory.glob(LOCKS))
            if locks and not any(map(is_locked, locks)):
                shutil.rmtree(directory, ignore_errors=True)


def lock(path: Path) -> IO[bytes]:
    """Return the open file with its lock, which the kernel releases when this process ends, however it ends.

    Raises:
        BlockingIOError: another process holds it.
    """
    file = path.open("ab")
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BaseException:
        file.close()
        raise
    return file


def is_locked(path: Path) -> bool:
    """Whether another process holds the lock.

    Never call it with a lock of this process: closing the file releases it.
    """
    try:
        with path.open("rb") as file:
            fcntl.lockf(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False
