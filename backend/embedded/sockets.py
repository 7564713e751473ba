"""A private directory for Unix sockets, and checks whether a server listens there."""

import hashlib
import os
import socket
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

from core import product
from embedded.errors import EmbeddedError

# The kernel's limit for a socket's path is 108 bytes on Linux and 104 on macOS, with a zero at the end.
MAX_SOCKET_PATH_BYTES = 103
LONGEST_SOCKET_NAME = ".s.PGSQL.5432"
TIMEOUT_SECONDS = 1.0


def private_directory(var: Path) -> Path:
    """Return a directory for sockets that only this user may enter. The same `var` always gets the same one.

    It is not below `var`, whose path may be too long for a socket. An existing directory is refused unless it belongs
    to this user and has mode 0700.

    Raises:
        EmbeddedError: no path is short enough, or another user owns the directory.
    """
    name = f"{product.SLUG}-{os.geteuid()}-{hashlib.sha256(os.fsencode(var)).hexdigest()[:12]}"
    for parent in (Path(tempfile.gettempdir()), Path("/tmp")):  # noqa: S108  (created and checked below)
        directory = parent / name
        if len(os.fsencode(directory / LONGEST_SOCKET_NAME)) <= MAX_SOCKET_PATH_BYTES:
            return _make_private(directory)
    raise EmbeddedError("No directory for temporary files has a path short enough for sockets; set TMPDIR to one.")


def remove_private_directory(directory: Path) -> None:
    """Remove the directory with the sockets in it."""
    with suppress(OSError):
        for entry in directory.iterdir():
            entry.unlink()
        directory.rmdir()


def accepts_connections(path: Path) -> bool:
    """Whether a server listens on the socket."""
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(TIMEOUT_SECONDS)
        return client.connect_ex(str(path)) == 0


def answers_ping(path: Path) -> bool:
    """Whether a Redis-compatible server on the socket answers and has loaded its data."""
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(TIMEOUT_SECONDS)
        try:
            client.connect(str(path))
            client.sendall(b"PING\r\n")
            return client.recv(64).startswith(b"+PONG")
        except OSError:
            return False


def _make_private(directory: Path) -> Path:
    try:
        directory.mkdir(mode=0o700)
    except FileExistsError:
        found = directory.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or stat.S_IMODE(found.st_mode) & 0o077:
            raise EmbeddedError(f"{directory} must be a directory that only you can enter; remove it.") from None
    except OSError as error:
        raise EmbeddedError(f"The directory for sockets {directory} cannot be created: {error.strerror}.") from None
    return directory
