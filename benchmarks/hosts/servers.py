"""The servers of the hosts: PostgreSQL, Valkey, an object store and a mail server, from the packages of the tests."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from embedded.postgres import INITDB_OPTIONS, binaries
from embedded.process import Account, command_line, server_environment
from embedded.valkey import _binary as valkey_binary
from network import NETWORK, PREFIX, Host

NAME = "app"
PASSWORD = "only-within-the-network"
BUCKET = "files"
START_SECONDS = 40
STOP_SECONDS = 40
POSTGRES_SETTINGS = {
    "max_connections": "200",
    "unix_socket_directories": "",
    "shared_buffers": "128MB",
    "jit": "off",
    "io_method": "sync",
    "wal_keep_size": "256MB",
    "timezone": "UTC",
}


class Program:
    """A program on a host, which is started, stopped and killed; it ends with this process."""

    def __init__(
        self,
        host: Host,
        title: str,
        command: Sequence[str | Path],
        *,
        log: Path,
        environment: Mapping[str, str] | None = None,
        stop_signal: signal.Signals = signal.SIGTERM,
        account: Account | None = None,
        directory: Path | None = None,
    ) -> None:
        self.host = host
        self.title = title
        self.command = command
        self.environment = dict(environment or {})
        self.directory = directory
        self._log = log
        self._stop_signal = stop_signal
        self._account = account
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it without waiting until it serves."""
        inner = command_line(self.command, death_signal=self._stop_signal, account=self._account)
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self.host.namespace.command(inner),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**server_environment(), **self.environment},
                cwd=self.directory,
                start_new_session=True,
            )

    def is_running(self) -> bool:
        """Whether it was started and has not ended."""
        return self._process is not None and self._process.poll() is None

    def has_loaded(self, library: str) -> bool:
        """Whether it uses a library."""
        return self._process is not None and library in Path(f"/proc/{self._process.pid}/maps").read_text()

    def stop(self) -> None:
        """Ask it to end, and wait until it has.

        Raises:
            subprocess.TimeoutExpired: it has not ended in time.
        """
        if self._process is not None and self.is_running():
            self._process.send_signal(self._stop_signal)
            self._process.wait(STOP_SECONDS)
        self.kill()

    def kill(self) -> None:
        """Kill it with its children."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def last_words(self) -> str:
        """Return the end of its log."""
        return self._log.read_text(errors="replace")[-2_000:] if self._log.exists() else ""


def wait_until(condition: Callable[[], object], *, what: str, within: float = START_SECONDS) -> float:
    """Wait until `condition` holds, and return how many seconds that took.

    Raises:
        TimeoutError: it did not happen in time.
    """
    started = time.monotonic()
    while not condition():
        if time.monotonic() - started > within:
            raise TimeoutError(f"{what} did not happen within {within:g} s")
        time.sleep(0.1)
    return time.monotonic() - started


class Postgres(Program):
    """A PostgreSQL server on a host, reached with passwords; a primary, or the streaming replica of one."""

    def __init__(self, host: Host, directory: Path) -> None:
        self._data = directory / f"{host.name}-data"
        nobody = pwd.getpwnam("nobody")
        super().__init__(
            host,
            "PostgreSQL",
            [],
            log=directory / f"{host.name}.log",
            stop_signal=signal.SIGINT,
            account=Account(nobody.pw_uid, nobody.pw_gid, "nobody"),
            environment={"PGPASSWORD": PASSWORD},
        )
        settings = POSTGRES_SETTINGS | {"listen_addresses": host.address, "cluster_name": host.name}
        options = [argument for name, value in settings.items() for argument in ("-c", f"{name}={value}")]
        self.command = [binaries() / "postgres", "-D", self._data, *options]

    def url(self, scheme: str) -> str:
        """Return its address for the product's role."""
        return f"{scheme}://{NAME}:{PASSWORD}@{self.host.address}/{NAME}"

    def create(self) -> None:
        """Make an empty cluster with the product's role and database, and start it."""
        password = self._data.with_suffix(".password")
        password.write_text(PASSWORD)
        self._claim_data()
        self._run("initdb", "-D", self._data, *INITDB_OPTIONS, "--username=postgres", f"--pwfile={password}")
        with (self._data / "pg_hba.conf").open("a") as access:
            access.writelines(
                f"host {database} all {NETWORK}.0/{PREFIX} scram-sha-256\n" for database in ("all", "replication")
            )
        self.start()
        self.wait()
        self.sql(f"CREATE ROLE {NAME} LOGIN PASSWORD '{PASSWORD}'", database="postgres")
        self.sql(f"CREATE DATABASE {NAME} OWNER {NAME}", database="postgres")

    def follow(self, primary: "Postgres") -> None:
        """Become a streaming replica, with a copy of the primary's data."""
        shutil.rmtree(self._data, ignore_errors=True)
        self._claim_data()
        source = ("--host", primary.host.address, "--username", "postgres")
        self._run("pg_basebackup", "--pgdata", self._data, *source, "--write-recovery-conf", "--checkpoint=fast")
        self.start()
        self.wait()

    def sql(self, statement: str, *, database: str = NAME) -> str:
        """Run a statement as the superuser and return its rows, one a line.

        Raises:
            subprocess.CalledProcessError: it failed.
        """
        options = ("--no-psqlrc", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1", "--host", self.host.address)
        return self._run("psql", *options, "--username=postgres", f"--dbname={database}", f"--command={statement}")

    def accepts_connections(self) -> bool:
        """Whether it answers."""
        program: list[str | Path] = [binaries() / "pg_isready", "--quiet", "--host", self.host.address]
        return subprocess.run(self.host.namespace.command(program), check=False).returncode == 0

    def wait(self) -> float:
        """Wait until it answers, and return how many seconds that took."""
        return wait_until(self.accepts_connections, what=f"{self.host.name}: {self.last_words()}")

    def _claim_data(self) -> None:
        assert self._account
        self._data.mkdir(mode=0o700)
        os.chown(self._data, self._account.user, self._account.group)

    def _run(self, program: str, *arguments: str | Path) -> str:
        command = command_line([binaries() / program, *arguments], death_signal=signal.SIGKILL, account=self._account)
        finished = subprocess.run(
            self.host.namespace.command(command),
            env={**server_environment(), **self.environment},
            capture_output=True,
            text=True,
            check=False,
        )
        if finished.returncode != 0:
            sys.stderr.write(finished.stderr)
            finished.check_returncode()
        return finished.stdout.strip()


def valkey(host: Host, directory: Path) -> Program:
    """Return a Valkey whose data survive its restart."""
    data = directory / f"{host.name}-data"
    data.mkdir()
    settings = {
        "bind": host.address,
        "protected-mode": "no",
        "dir": str(data),
        "appendonly": "yes",
        "save": "",
        "maxmemory": "256mb",
        "maxmemory-policy": "noeviction",
    }
    options = [argument for name, value in settings.items() for argument in (f"--{name}", value)]
    return Program(host, "Valkey", [valkey_binary(), *options], log=directory / f"{host.name}.log")


def empty(server: Program) -> None:
    """Replace a Valkey by one without data."""
    server.kill()
    options = [str(part) for part in server.command]
    shutil.rmtree(Path(options[options.index("--dir") + 1]) / "appendonlydir")
    server.start()


def object_store(host: Host, directory: Path) -> Program:
    """Return a server that speaks S3, with its files in memory."""
    moto = str(Path(sys.executable).with_name("moto_server"))
    command = [moto, "--host", host.address, "--port", "9000"]
    return Program(host, "S3", command, log=directory / f"{host.name}-s3.log")


def mail_server(host: Host, directory: Path) -> Program:
    """Return an SMTP server that accepts every email and keeps none."""
    listen = ("--nosetuid", "--listen", f"{host.address}:25", "--class", "aiosmtpd.handlers.Sink")
    command = [sys.executable, "-m", "aiosmtpd", *listen]
    return Program(host, "SMTP", command, log=directory / f"{host.name}-smtp.log")
