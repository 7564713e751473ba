"""The HTTP server. It imports little, to keep the parent process small."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from granian import Granian
from granian.constants import HTTPModes, Interfaces, Loops
from granian.http import HTTP1Settings
from granian.log import LogLevels

from core.addresses import try_port
from core.metrics.directory import shared_directory
from core.metrics.ports import check_port
from core.runtime.signals import ENDING, signals_held
from core.settings import REFUSED_EXIT_CODE, Settings, SettingsError, share_metrics

# Tells a server process to report at /api/ready that it will stop soon.
DRAIN_SIGNAL = signal.SIGUSR1
# By name: a server process imports the application, this one does not.
TARGET = "api.server.server_process:serve"
CHECKING_TARGET = "api.server.server_process:check_and_serve"
# A worker that is still running after this time is killed, for example when a client neither reads nor disconnects.
# Longer than any request takes.
WORKER_STOP_SECONDS = 30
# The time a client has to send its headers.
HEADER_TIMEOUT_MILLISECONDS = 15_000
# Above the limit of the middleware, which returns 431 in the error shape. Beyond this one the server itself refuses.
HEADER_BUFFER_BYTES = 65_536


def run_server(settings: Settings) -> None:
    """Serve until told to stop, then drain for as long as the settings say.

    Raises:
        SettingsError: the address cannot be listened on.
    """
    server: Any = _Server(
        TARGET,
        factory=True,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGI,
        http=HTTPModes.http1,
        loop=Loops.uvloop,
        workers=settings.api_workers,
        http1_settings=HTTP1Settings(
            header_read_timeout=HEADER_TIMEOUT_MILLISECONDS, max_buffer_size=HEADER_BUFFER_BYTES
        ),
        websockets=False,
        log_access=False,
        log_level=LogLevels.warning,
        workers_kill_timeout=WORKER_STOP_SECONDS,
    )
    server.drain_seconds = settings.drain_seconds
    server.has_terminal = _has_terminal() and signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN
    check_port(settings.metrics_host, settings.metrics_port, setting="METRICS_PORT")
    with _metrics_of_all_processes(settings.api_workers):
        server.serve()


def _has_terminal() -> bool:
    """Return whether this process has a terminal, whose end is signalled by SIGHUP."""
    try:
        os.close(os.open("/dev/tty", os.O_RDONLY))
    except OSError:
        return False
    return True


@contextmanager
def _metrics_of_all_processes(workers: int) -> Iterator[None]:
    """Share metrics between server processes, starting from zero."""
    if workers == 1:
        yield
        return
    with shared_directory() as directory:
        share_metrics(directory)
        yield


class _Server(Granian):  # type: ignore[misc, valid-type]  # chosen by Granian when it is imported
    """Granian with a drain period: by itself it closes its port as soon as it is told to stop."""

    drain_seconds = 0.0
    has_terminal = False
    _is_draining = False
    _has_begun = False

    @property
    def respawn_failed_workers(self) -> bool:
        """Whether to replace the workers that ended: if a signal killed them, and a single one would not be alone.

        One that exited by itself refused to start, and so would its successor.
        """
        return self.workers > 1 and all((self.wrks[index].inner.exitcode or 0) < 0 for index in self.interrupt_children)

    @respawn_failed_workers.setter
    def respawn_failed_workers(self, value: bool) -> None:
        """Ignore the value that Granian sets in its constructor."""

    def _init_shared_socket(self) -> None:
        """Listen on the port, if no other program does.

        Granian would share it, and each would get some of the requests.
        """
        try:
            try_port(self.bind_addr, self.bind_port)
            super()._init_shared_socket()
        except (OSError, RuntimeError) as error:  # Granian 2 raises a RuntimeError with a backtrace of Rust
            reason = (getattr(error, "strerror", None) or str(error)).partition("\n")[0].rstrip(".")
            raise SettingsError(
                f"Port {self.bind_port} of {self.bind_addr} cannot be used ({reason}); set PORT or HOST to another one, or"
                " stop the program that has it."
            ) from None

    def _spawn_worker(self, idx: int, target: Any, callback_loader: Any) -> Any:  # noqa: ANN401
        """Have the first process check the start.

        A replacement does not: its refusal would end the others, which work.
        """
        if not self._has_begun:
            self._has_begun = True
            callback_loader = partial(callback_loader.func, CHECKING_TARGET, **callback_loader.keywords)
        worker = super()._spawn_worker(idx, target, callback_loader)
        worker.start = partial(self._start_worker, worker, worker.start)
        return worker

    def _start_worker(self, worker: Any, start: Callable[[], None]) -> None:  # noqa: ANN401
        _start_with_signals_held(start)
        if self._is_draining:  # this one replaces a process that has been told
            os.kill(worker.inner.pid, DRAIN_SIGNAL)

    def shutdown(self, exit_code: int = 0) -> None:
        """Stop the workers and exit, with the code of one that refused its configuration."""
        has_refused = any(self.wrks[index].inner.exitcode == REFUSED_EXIT_CODE for index in self.interrupt_children)
        super().shutdown(REFUSED_EXIT_CODE if has_refused else exit_code)

    def signal_handler_reload(self, *arguments: object) -> None:
        """Restart the workers, as Granian does at SIGHUP, or stop if the terminal is gone."""
        if self.has_terminal:
            self.signal_handler_interrupt(*arguments)
        else:
            super().signal_handler_reload(*arguments)

    def _reload(self, *arguments: object) -> None:
        """Replace the workers.

        Granian would take the end of a new one within 5.5 seconds for a crash loop, and stop.
        """
        super()._reload(*arguments)
        self.respawned_wrks.clear()

    def signal_handler_interrupt(self, *arguments: object) -> None:
        """Stop.

        The first signal starts the drain period, in which `/api/ready` returns 503 and everything else works.
        """
        if self._is_draining or not self.drain_seconds:
            super().signal_handler_interrupt(*arguments)
            return
        self._is_draining = True
        for process in multiprocessing.active_children():
            os.kill(process.pid or 0, DRAIN_SIGNAL)
        stopping = threading.Timer(self.drain_seconds, super().signal_handler_interrupt)
        stopping.daemon = True
        stopping.start()


def _start_with_signals_held(start: Callable[[], None]) -> None:
    """Start a server process.

    It inherits the handlers of this one: until it has its own they would lose its signals.

    `server_process.py` and `api/app.py` release them.
    """
    with signals_held(*ENDING, DRAIN_SIGNAL):
        start()


def end_with_parent() -> None:
    """Stop this server process once its parent was killed: otherwise it would go on serving, and keep the port."""

    def wait() -> None:
        if parent := multiprocessing.parent_process():
            parent.join()
            os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, daemon=True).start()
