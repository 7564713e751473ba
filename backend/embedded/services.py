"""PostgreSQL and Valkey together: one owner per `var/`, any number of guests."""

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Protocol

from embedded import postgres, valkey
from embedded.errors import EmbeddedError, InUseError
from embedded.postgres import PostgresServer
from embedded.process import POLL_SECONDS, Guardian, ManagedProcess, Program, ServerDirectory, try_lock
from embedded.sockets import private_directory, remove_private_directory
from embedded.valkey import ValkeyServer

START_SECONDS = 60.0
STOP_SECONDS = 2.5

# Locked by the one process that starts and stops the servers. Contains its process id.
OWNER_LOCK = "owner.lock"
# Locked, shared, by every process that uses the servers without owning them.
GUESTS_LOCK = "guests.lock"
# Points guests to the directory of the sockets.
SOCKETS_LINK = "run"


@dataclass(frozen=True, slots=True)
class Urls:
    """The servers' URLs, in the form of the settings of the same names."""

    database_url: str
    redis_url: str


class Server(Program, Protocol):
    """The interface of a server to its owner."""

    directory: ServerDirectory

    @property
    def url(self) -> str:
        """The URL for clients."""

    def is_ready(self) -> bool:
        """Whether the server accepts requests."""


class EmbeddedServices:
    """The servers of one `var/` directory, started and stopped by this process alone.

    Start them from the main thread: on Linux a server ends with the *thread* that started it.

    Args:
        var: where the data is kept.
        durable: whether a commit survives a crash of the machine. Tests turn it off, which is faster.
    """

    def __init__(self, var: Path, *, durable: bool = True) -> None:
        self.processes: tuple[ManagedProcess, ...] = ()
        self._var = var
        self._durable = durable
        self._resources = ExitStack()

    def start(self, guardian: Guardian | None = None) -> Urls:
        """Start both servers and wait until they are ready.

        Args:
            guardian: ends the servers if this process is killed. Created if not given.

        Raises:
            EmbeddedError: the directory is in use or cannot be written, or a server does not start.
        """
        with ExitStack() as resources:
            var = writable(self._var)
            resources.enter_context(_ownership(var))
            guardian = guardian or resources.enter_context(closing(Guardian()))
            sockets = private_directory(var)
            resources.callback(remove_private_directory, sockets)
            _point(var / SOCKETS_LINK, sockets)
            servers = _describe(var, sockets, durable=self._durable)
            self.processes = tuple(ManagedProcess(server, guardian) for server in servers)
            resources.callback(self._stop_processes)
            for process in self.processes:
                process.start()
            for server, process in zip(servers, self.processes, strict=True):
                _wait_until_ready(server, process)
            self._resources = resources.pop_all()
        return _urls(servers)

    def stop(self) -> None:
        """Stop both servers gracefully, or kill them if they take too long."""
        self._resources.close()

    def kill(self) -> None:
        """Kill both servers. Their data survives."""
        for process in self.processes:
            process.kill()
        self._resources.close()

    def are_reachable(self) -> bool:
        """Whether both servers run and their sockets are where guests look for them."""
        sockets = [self._var / SOCKETS_LINK / name for name in (postgres.SOCKET, valkey.SOCKET)]
        return all(process.is_running() for process in self.processes) and all(map(Path.exists, sockets))

    def __enter__(self) -> Urls:
        """Start the servers."""
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the servers."""
        self.stop()

    def _stop_processes(self) -> None:
        for process in self.processes:
            process.ask_to_stop()
        deadline = time.monotonic() + STOP_SECONDS
        for process in self.processes:
            process.wait(deadline)


@contextmanager
def open_services(var: Path, *, durable: bool = True) -> Iterator[Urls]:
    """Use the servers of `var`: those already running, or else start them for the duration of the block.

    Several processes may do this at once. The first one starts the servers and, at the end, waits for the others.

    Args:
        var: where the data is kept.
        durable: as for `EmbeddedServices`. Ignored if the servers are already running.

    Raises:
        EmbeddedError: the directory cannot be written, or the servers do not start.
    """
    deadline = time.monotonic() + START_SECONDS
    with ExitStack() as resources:
        while (urls := _owned(var, resources, durable=durable) or join(var, resources)) is None:
            if time.monotonic() > deadline:
                raise EmbeddedError(f"{_in_use(var)} Its servers do not answer.")
            time.sleep(POLL_SECONDS)
        yield urls


def writable(var: Path) -> Path:
    """Create the directory if it is missing, and return its absolute path.

    Raises:
        EmbeddedError: it cannot be created or written.
    """
    try:
        var.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=var):
            pass
    except OSError as error:
        raise EmbeddedError(f"The directory {var} cannot be written: {error.strerror}.") from None
    return var.resolve()


def _owned(var: Path, resources: ExitStack, *, durable: bool) -> Urls | None:
    """Start the servers as their owner, unless they have one."""
    services = EmbeddedServices(var, durable=durable)
    try:
        urls = services.start()
    except InUseError:
        return None
    guests = resources.enter_context(lock_file(var / GUESTS_LOCK))
    resources.callback(services.stop)
    resources.callback(_wait_for_lock, guests)
    return urls


def join(var: Path, resources: ExitStack) -> Urls | None:
    """Join the servers of their owner until `resources` closes, unless it is starting or stopping them."""
    with ExitStack() as joined:
        guests = joined.enter_context(lock_file(var / GUESTS_LOCK))
        if not try_lock(guests, shared=True):
            return None
        try:
            sockets = (var / SOCKETS_LINK).readlink()
        except OSError:
            return None
        servers = _describe(var.resolve(), sockets, durable=True)
        if not all(server.is_ready() for server in servers):
            return None
        resources.enter_context(joined.pop_all())
        return _urls(servers)


@contextmanager
def _ownership(var: Path) -> Iterator[None]:
    with lock_file(var / OWNER_LOCK) as owner:
        if not try_lock(owner):
            raise InUseError(_in_use(var))
        os.ftruncate(owner, 0)
        os.write(owner, str(os.getpid()).encode())
        yield


def _in_use(var: Path) -> str:
    owner = (var / OWNER_LOCK).read_text()
    return (
        f"The servers in {var} are in use by process {owner}; stop it first, or use other data: VAR_DIRECTORY={var}-2."
    )


@contextmanager
def lock_file(path: Path) -> Iterator[int]:
    """Open a file to be locked; closing it gives up the lock."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _wait_for_lock(descriptor: int) -> None:
    while not try_lock(descriptor):
        time.sleep(POLL_SECONDS)


def _describe(var: Path, sockets: Path, *, durable: bool) -> tuple[Server, Server]:
    # In the order of starting: the faster one first.
    return (
        ValkeyServer(var / "valkey", sockets, durable=durable),
        PostgresServer(var / "postgres", sockets, durable=durable),
    )


def _urls(servers: tuple[Server, Server]) -> Urls:
    redis, database = servers
    return Urls(database_url=database.url, redis_url=redis.url)


def _point(link: Path, target: Path) -> None:
    link.unlink(missing_ok=True)
    link.symlink_to(target)


def _wait_until_ready(server: Server, process: ManagedProcess) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not server.is_ready():
        if not process.is_running():
            raise EmbeddedError(f"{server.title} did not start: {server.directory.last_words()}")
        if time.monotonic() > deadline:
            raise EmbeddedError(f"{server.title} was not ready in {START_SECONDS:.0f} s; see {server.directory.log}.")
        time.sleep(POLL_SECONDS)
