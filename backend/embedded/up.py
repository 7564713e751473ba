"""What `make up` and `make dev` do: check, start the servers, migrate, run the programs, say where to look."""

import http.client
import secrets
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

from core.settings import (
    DEVELOPMENT_JWT_SECRET,
    REPOSITORY_ROOT,
    Environment,
    Settings,
    child_environment,
    load_settings,
    set_environment,
)
from embedded.console import Console
from embedded.errors import EmbeddedError
from embedded.process import command_line
from embedded.services import EmbeddedServices, writable
from embedded.supervisor import Command, Supervisor

BACKEND = REPOSITORY_ROOT / "backend"
MAIN = (sys.executable, BACKEND / "main.py")
NPM = (sys.executable, REPOSITORY_ROOT / "scripts" / "bootstrap.py", "npm")
VITE_URL = "http://127.0.0.1:5173"
REACH_SECONDS = 5.0
READY_SECONDS = 1.0
DEFAULT_PORTS = {"postgresql+asyncpg": 5432, "redis": 6379, "rediss": 6379}


def run_up(settings: Settings) -> int:
    """Run everything in the foreground until a signal, and return the exit code.

    Raises:
        EmbeddedError: something is in the way; the message says what.
    """
    return _run(settings, develops=False)


def run_dev(settings: Settings) -> int:
    """Like `run_up`, but programs start again when their source changes, and Vite serves the front end.

    Raises:
        EmbeddedError: something is in the way; the message says what.
    """
    return _run(settings, develops=True)


def _run(settings: Settings, *, develops: bool) -> int:
    console = Console(colour=sys.stdout.isatty() and "NO_COLOR" not in child_environment())
    stack = _Stack(settings, console, develops=develops)
    _check_port(settings)
    writable(settings.var_directory)
    supervisor = Supervisor(console)
    try:
        stack.start_servers(supervisor)
        stack.migrate()
        supervisor.run(
            stack.programs(), is_ready=stack.is_ready, announce=stack.announce, source=BACKEND if develops else None
        )
        console.say("\nStopping…")
    finally:
        supervisor.stop()
    return 0


class _Stack:
    """What runs, where, and what is said about it."""

    def __init__(self, settings: Settings, console: Console, *, develops: bool) -> None:
        self._settings = settings
        self._console = console
        self._develops = develops
        self._owns_database = settings.database_url is None
        self._started = time.monotonic()

    def start_servers(self, supervisor: Supervisor) -> None:
        """Start what the environment does not name, and name it in the environment of our programs."""
        _keep_jwt_secret(self._settings)
        named = {"DATABASE_URL": self._settings.database_url, "REDIS_URL": self._settings.redis_url}
        for variable, url in named.items():
            _check_reachable(variable, url)
        if not all(named.values()):
            with self._console.step("Starting PostgreSQL and Valkey"):
                urls = supervisor.start_services(EmbeddedServices(self._settings.var_directory))
            embedded = {"DATABASE_URL": urls.database_url, "REDIS_URL": urls.redis_url}
            set_environment(**{variable: url for variable, url in embedded.items() if not named[variable]})
        self._settings = load_settings()

    def migrate(self) -> None:
        """Bring the database up to date; in production that is a step of the deployment."""
        if self._settings.is_production:
            return
        from repository import migrate  # takes 0.3 s, which a refused start need not spend

        with self._console.step("Migrating the database"):
            migrate.upgrade(self._settings.require_database_url())

    def programs(self) -> list[Command]:
        """Return what to run."""
        programs = [
            self._command("api", *MAIN, "serve", *(("--reload",) if self._develops else ())),
            self._command("worker", *MAIN, "worker", is_background=True),
            self._command("scheduler", *MAIN, "scheduler", is_background=True),
        ]
        if self._develops:
            programs.append(self._command("vite", *NPM, "run", "dev", LAMINA_API_URL=self._settings.local_url))
        return programs

    def is_ready(self) -> bool:
        """Whether the API says that it can serve."""
        address = urlsplit(self._settings.local_url).netloc
        with closing(http.client.HTTPConnection(address, timeout=READY_SECONDS)) as connection:
            try:
                connection.request("GET", "/api/ready")
                return connection.getresponse().status == http.client.OK
            except (OSError, http.client.HTTPException):
                return False

    def announce(self) -> None:
        """Say where everything is."""
        seconds = time.monotonic() - self._started
        api = self._settings.local_url
        lines = [("Open", VITE_URL if self._develops else api), ("API", f"{api}/api/docs")]
        if self._settings.environment is Environment.DEVELOPMENT and self._settings.shows_developer_pages:
            lines.append(("Mailbox", f"{api}/dev/mailbox"))
            lines.append(("Demo account", self._ensure_demo_account()))
        self._console.say("")
        self._console.emphasize(f"Ready after {seconds:.1f} s; Ctrl-C stops everything.")
        for name, text in lines:
            self._console.say(f"  {name:<13} {text}")

    def _command(self, title: str, *arguments: str | Path, is_background: bool = False, **variables: str) -> Command:
        environment = child_environment(**variables)
        return Command(title, arguments, environment, self._console, is_background=is_background)

    def _ensure_demo_account(self) -> str:
        """Return address and password of the demo account; looks once for each embedded database, as it takes a second."""
        note = self._settings.var_directory / "postgres" / "demo-account"
        if self._owns_database and note.exists():
            return note.read_text()
        made = subprocess.run(
            command_line([*MAIN, "demo-data"], death_signal=signal.SIGKILL),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            env=child_environment(),
            start_new_session=True,
            check=False,
        )
        if made.returncode != 0:
            return f"could not be made: {made.stderr.strip().splitlines()[-1]}"
        if self._owns_database:
            note.write_text(made.stdout.strip())
        return made.stdout.strip()


def _check_port(settings: Settings) -> None:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise EmbeddedError(
                f"Port {settings.port} of {settings.host} cannot be used ({reason});"
                f" choose another one, for example PORT={settings.port + 1}."
            ) from None


def _keep_jwt_secret(settings: Settings) -> None:
    """Sign with a secret of this installation instead of the one in the source; it stays, and so do the sessions."""
    if settings.jwt_secret_key.get_secret_value() != DEVELOPMENT_JWT_SECRET:
        return
    file = settings.var_directory / "jwt_secret_key"
    if not file.exists():
        unfinished = file.with_suffix(".new")
        unfinished.touch(mode=0o600)
        unfinished.write_text(secrets.token_hex(32))
        unfinished.rename(file)
    set_environment(JWT_SECRET_KEY=file.read_text())


def _check_reachable(variable: str, url: str | None) -> None:
    parts = urlsplit(url or "")
    if not parts.hostname or "," in parts.netloc:  # a Unix socket, or several hosts of which one is enough
        return
    port = parts.port or DEFAULT_PORTS[parts.scheme]
    try:
        socket.create_connection((parts.hostname, port), timeout=REACH_SECONDS).close()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise EmbeddedError(f"{variable}: nothing answers at {parts.hostname}:{port} ({reason}).") from None
