"""The HTTP server. Only what its parent process needs is imported here, so that it stays small."""

import multiprocessing
import os
import signal
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from granian import Granian
from granian.constants import HTTPModes, Interfaces, Loops
from granian.http import HTTP1Settings
from granian.log import LogLevels

from core.settings import Settings, share_metrics

# What tells a server process that it will be stopped soon, and had better say so at /api/ready.
DRAIN_SIGNAL = signal.SIGUSR1
# A worker that has not ended by then, for a client that neither reads nor leaves, is killed; without a limit the server
# would wait for ever. Longer than requests take.
WORKER_STOP_SECONDS = 30
# A slow client may take this long to send its headers before the connection is closed.
HEADER_TIMEOUT_MILLISECONDS = 15_000
# Above our own limit, which answers 431 in the error shape; beyond this one the server itself refuses.
HEADER_BUFFER_BYTES = 65_536


def run_server(settings: Settings) -> None:
    """Serve until told to stop, and then for as long as the settings say while load balancers look elsewhere."""
    server: Any = _Server(
        "api.server.server_process:serve",
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
    with _metrics_of_all_processes(settings.api_workers):
        server.serve()


def _has_terminal() -> bool:
    """Whether this process belongs to a terminal, whose end it would be told by SIGHUP."""
    try:
        os.close(os.open("/dev/tty", os.O_RDONLY))
    except OSError:
        return False
    return True


@contextmanager
def _metrics_of_all_processes(workers: int) -> Iterator[None]:
    """Let several server processes show the same metrics; they start from nothing, as those of one process do."""
    if workers == 1:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="metrics-") as directory:
        share_metrics(Path(directory))
        yield


class _Server(Granian):  # type: ignore[misc, valid-type]  # chosen by Granian when it is imported
    """Granian, which by itself closes its port as soon as it is told to stop."""

    drain_seconds = 0.0
    has_terminal = False
    _is_draining = False

    def signal_handler_reload(self, *arguments: object) -> None:
        """Start the workers anew, as Granian does at SIGHUP; stop when that means that the terminal is gone."""
        if self.has_terminal:
            self.signal_handler_interrupt(*arguments)
        else:
            super().signal_handler_reload(*arguments)

    def signal_handler_interrupt(self, *arguments: object) -> None:
        """Stop; the first time, after a while in which `/api/ready` answers 503 and everything else works."""
        if self._is_draining or not self.drain_seconds:
            super().signal_handler_interrupt(*arguments)
            return
        self._is_draining = True
        for process in multiprocessing.active_children():
            os.kill(process.pid or 0, DRAIN_SIGNAL)
        stopping = threading.Timer(self.drain_seconds, super().signal_handler_interrupt)
        stopping.daemon = True
        stopping.start()
