"""`make up` and `make dev`: check, start the servers, migrate, run the programs, print the addresses."""

import http.client
import secrets
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import replace
from urllib.parse import urlsplit

from core import product
from core.addresses import try_port
from core.runtime.garbage import freeze_and_resume_collection
from core.settings import (
    DEVELOPMENT_JWT_SECRET,
    REPOSITORY_ROOT,
    Environment,
    Settings,
    child_environment,
    load_settings,
    set_environment,
    unset_environment,
)
from embedded.console import Console
from embedded.errors import EmbeddedError
from embedded.process import command_line
from embedded.services import EmbeddedServices, writable
from embedded.supervisor import Command, Supervisor

BACKEND = REPOSITORY_ROOT / "backend"
MAIN = (sys.executable, BACKEND / "main.py")
NPM = (sys.executable, REPOSITORY_ROOT / "scripts" / "bootstrap.py", "npm")
# Vite's port for an API on port 8000. Further stacks shift both ports by the same number.
VITE_PORT = 5173
VITE_HOST = "127.0.0.1"
API_PORT = 8000
FIRST_PORT_OF_USERS = 1024
REACH_SECONDS = 5.0
READY_SECONDS = 1.0
DEFAULT_PORTS = {"postgresql+asyncpg": 5432, "redis": 6379, "rediss": 6379}


def run_up(settings: Settings, *, ends_with_parent: bool = False) -> int:
    """Run everything in the foreground until a signal, and return the exit code.

    Args:
        settings: the programs' settings.
        ends_with_parent: also stop when the parent process has ended.

    Raises:
        EmbeddedError: the stack cannot start. The message says why.
    """
    return _run(settings, develops=False, ends_with_parent=ends_with_parent)


def run_dev(settings: Settings) -> int:
    """Like `run_up`, but restart programs when their source changes, and serve the front end with Vite.

    Raises:
        EmbeddedError: the stack cannot start. The message says why.
    """
    return _run(settings, develops=True, ends_with_parent=False)


def _run(settings: Settings, *, develops: bool, ends_with_parent: bool) -> int:
    freeze_and_resume_collection()
    console = Console(colour=sys.stdout.isatty() and "NO_COLOR" not in child_environment())
    stack = _Stack(settings, console, develops=develops)
    stack.check_ports()
    writable(settings.var_directory)
    supervisor = Supervisor(console)
    try:
        stack.start_servers(supervisor)
        stack.migrate()
        supervisor.run(
            stack.programs(),
            is_ready=stack.is_ready,
            announce=stack.announce,
            source=BACKEND if develops else None,
            ends_with_parent=ends_with_parent,
        )
        console.say("\nStopping…")
    finally:
        supervisor.stop()
    return 0


class _Stack:
    """The programs to run, their settings and their introduction on the terminal."""

    def __init__(self, settings: Settings, console: Console, *, develops: bool) -> None:
        self._settings = settings
        self._console = console
        self._develops = develops
        self._owns_database = settings.database_url is None
        self._started = time.monotonic()

    def check_ports(self) -> None:
        """Fail if a port is taken, before anything starts."""
        _check_port(self._settings.host, self._settings.port, of=self._settings.port)
        if self._develops:
            _check_port(VITE_HOST, self._vite_port, of=self._settings.port)

    def start_servers(self, supervisor: Supervisor) -> None:
        """Start the servers that the environment does not name, and pass their URLs to the programs."""
        _keep_jwt_secret(self._settings)
        if self._develops and self._settings.public_url is None:
            set_environment(PUBLIC_URL=self._vite_url)  # so links in emails lead to the pages that Vite serves
        named = {"DATABASE_URL": self._settings.database_url, "REDIS_URL": self._settings.redis_url}
        for variable, url in named.items():
            _check_reachable(variable, url)
        if self._owns_database:
            unset_environment("PG")
        if not all(named.values()):
            with self._console.step("Starting PostgreSQL and Valkey"):
                urls = supervisor.start_services(EmbeddedServices(self._settings.var_directory))
            embedded = {"DATABASE_URL": urls.database_url, "REDIS_URL": urls.redis_url}
            set_environment(**{variable: url for variable, url in embedded.items() if not named[variable]})
        self._settings = load_settings()

    def migrate(self) -> None:
        """Apply the migrations, except in production, where the deployment does that."""
        if self._settings.is_production:
            return
        from repository.operations.revision import is_current  # so a start that fails earlier does not load it

        if is_current(self._settings.require_database_url()):
            return
        with self._console.step("Migrating the database"):  # in a process of its own: Alembic would keep its 60 MB here
            migrated = self._finished("upgrade-database")
            if migrated.returncode != 0:
                raise EmbeddedError(migrated.stderr.strip().removeprefix(f"{product.SLUG}: "))

    def programs(self) -> list[Command]:
        """Return the programs to run."""
        programs = [
            self._program("serve", title="api"),
            self._program("worker", is_background=True),
            self._program("scheduler", is_background=True),
        ]
        if self._develops:
            variables = {"API_URL": self._settings.local_url, "DEV_SERVER_PORT": str(self._vite_port)}
            programs.append(Command("vite", (*NPM, "run", "dev"), child_environment(**variables), self._console))
        return programs

    def is_ready(self) -> bool:
        """Whether the API reports ready."""
        address = urlsplit(self._settings.local_url).netloc
        with closing(http.client.HTTPConnection(address, timeout=READY_SECONDS)) as connection:
            try:
                connection.request("GET", "/api/ready")
                return connection.getresponse().status == http.client.OK
            except (OSError, http.client.HTTPException):
                return False

    def announce(self) -> None:
        """Print all addresses."""
        seconds = time.monotonic() - self._started
        api = self._settings.local_url
        pages = self._vite_url if self._develops else api  # Vite passes on what is the API's
        lines = [("Open", pages), ("API", f"{api}/api/docs")]
        if self._settings.environment is Environment.DEVELOPMENT and self._settings.shows_developer_pages:
            lines.append(("Mailbox", f"{pages}/dev/mailbox"))
            lines.append(("Demo account", self._ensure_demo_account()))
        self._console.say("")
        self._console.emphasize(f"Ready after {seconds:.1f} s; Ctrl-C stops everything.")
        for name, text in lines:
            self._console.say(f"  {name:<13} {text}")

    @property
    def _vite_port(self) -> int:
        return max(self._settings.port - API_PORT + VITE_PORT, FIRST_PORT_OF_USERS)

    @property
    def _vite_url(self) -> str:
        return f"http://{VITE_HOST}:{self._vite_port}"

    def _program(self, command: str, *, title: str | None = None, is_background: bool = False) -> Command:
        described = Command(title or command, (*MAIN, command), child_environment(), self._console)
        return replace(described, is_background=is_background, reloads=self._develops)

    def _finished(self, command: str) -> subprocess.CompletedProcess[str]:
        """Run a command of ours to its end."""
        return subprocess.run(
            command_line([*MAIN, command], death_signal=signal.SIGKILL),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            env=child_environment(),
            start_new_session=True,
            check=False,
        )

    def _ensure_demo_account(self) -> str:
        """Return the email and password of the demo account. Runs once per embedded database, as it takes a second."""
        note = self._settings.var_directory / "postgres" / "demo-account"
        if self._owns_database and note.exists():
            return note.read_text()
        made = self._finished("demo-data")
        if made.returncode != 0:
            return f"could not be created: {made.stderr.strip().splitlines()[-1]}"
        if self._owns_database:
            note.write_text(made.stdout.strip())
        return made.stdout.strip()


def _check_port(host: str, port: int, *, of: int) -> None:
    """Refuse a port that is taken. `of` is the setting PORT, from which it follows."""
    try:
        try_port(host, port)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise EmbeddedError(
            f"Port {port} of {host} cannot be used ({reason}); choose another one, for example PORT={of + 1}."
        ) from None


def _keep_jwt_secret(settings: Settings) -> None:
    """Replace the published secret by one of this installation, which is kept, so that sessions survive restarts."""
    if settings.jwt_secret_key.get_secret_value() != DEVELOPMENT_JWT_SECRET:
        return
    file = settings.var_directory / "jwt_secret_key"
    if not file.exists() or not file.read_text():
        unfinished = file.with_suffix(".new")
        unfinished.touch(mode=0o600)
        unfinished.write_text(secrets.token_hex(32))
        unfinished.rename(file)
    set_environment(JWT_SECRET_KEY=file.read_text())


def _check_reachable(variable: str, url: str | None) -> None:
    parts = urlsplit(url or "")
    if not parts.hostname or "," in parts.netloc:  # a Unix socket, or several hosts of which only one must answer
        return
    port = parts.port or DEFAULT_PORTS[parts.scheme]
    try:
        socket.create_connection((parts.hostname, port), timeout=REACH_SECONDS).close()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise EmbeddedError(f"{variable}: nothing answers at {parts.hostname}:{port} ({reason}).") from None
