"""Keeps a few programs running in the foreground until a signal.

A plain loop checks every process ten times a second: no tasks, no callbacks, nothing to cancel.
"""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import IO

from core.settings import REFUSED_EXIT_CODE
from embedded.console import Console
from embedded.errors import EmbeddedError
from embedded.process import Guardian, ManagedProcess, command_line
from embedded.services import EmbeddedServices, Urls

LOOK_SECONDS = 0.1
# Other files than Python that programs read once, at start.
TEMPLATES = (".j2", ".typ")
FIRST_DELAY_SECONDS = 0.5
LONGEST_DELAY_SECONDS = 10.0
# After running this long, a program starts again with the first, shortest delay.
STEADY_SECONDS = 30.0
# A program that never ran this long, in this many starts, is broken.
PROVEN_SECONDS = 5.0
START_ATTEMPTS = 5
HEAD_START_SECONDS = 3.0
# The same after an edit: the page that is being worked on waits for the API.
RELOAD_HEAD_START_SECONDS = 1.0
# How long a program may take to stop when it reloads. An open connection, such as a browser's live stream through Vite,
# keeps a server from a graceful stop, and the developer waits. Jobs that are cut off run again.
RELOAD_SECONDS = 0.4
# Everything ends within ten seconds. Programs get this long to finish their work, the servers get the rest.
STOP_SECONDS = 7.0


@dataclass(frozen=True, slots=True)
class Command:
    """A program whose output is shown after its name.

    A background program starts later, so that the others get the processor first. A program that `reloads` restarts
    when the source changes.
    """

    title: str
    arguments: Sequence[str | Path]
    environment: Mapping[str, str]
    console: Console
    is_background: bool = False
    reloads: bool = False
    stop_signal: signal.Signals = signal.SIGTERM

    def launch(self) -> subprocess.Popen[bytes]:
        """Start it in its own session, so that only the supervisor gets the terminal's Ctrl-C."""
        process = subprocess.Popen(
            command_line(self.arguments, death_signal=self.stop_signal),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=dict(self.environment),
            start_new_session=True,
        )
        threading.Thread(target=self._pass_on, args=(process.stdout,), daemon=True).start()
        return process

    def _pass_on(self, output: IO[bytes]) -> None:
        with output:
            for line in output:
                self.console.pass_on(self.title, line.decode(errors="replace").rstrip())


class Keeper:
    """Restarts one process when it ends, with a delay that grows while it keeps ending early.

    A process that already runs counts as proven. Any other process is started after `wait_seconds`.
    """

    def __init__(
        self, process: ManagedProcess, console: Console, *, wait_seconds: float = 0.0, first_delay_seconds: float
    ) -> None:
        self._process = process
        self._title = process.program.title
        self._console = console
        self._is_proven = process.is_running()
        self._started = time.monotonic()
        self._due: float | None = None if self._is_proven else self._started + wait_seconds
        self._reload_wait = min(wait_seconds, RELOAD_HEAD_START_SECONDS)
        self._first_delay = first_delay_seconds
        self._delay = first_delay_seconds
        self._failures = 0
        self._reload_by: float | None = None
        self._is_reload_wanted = threading.Event()

    def look(self) -> None:
        """Check whether the process has ended, and start it if that is due.

        Raises:
            EmbeddedError: it has never run properly, and keeps ending or refuses its configuration.
        """
        now = time.monotonic()
        if self._is_reload_wanted.is_set():
            self._begin_reload(now)
        if self._due is not None:
            if now >= self._due:
                self._start(now)
        elif self._process.is_running():
            self._is_proven = self._is_proven or now - self._started > PROVEN_SECONDS
            if self._reload_by is not None and now >= self._reload_by:
                self._process.kill_group()
        elif self._reload_by is not None:
            self._start_reloaded(now)
        else:
            self._start_again_later(now)

    def _start_reloaded(self, now: float) -> None:
        if self._reload_wait:
            self._due, self._reload_by = now + self._reload_wait, None
        else:
            self._start(now)

    def hurry(self) -> None:
        """Make a pending start due now."""
        if self._due is not None:
            self._due = time.monotonic()

    def reload(self) -> None:
        """Restart the process at the next look. Any thread may call this."""
        self._is_reload_wanted.set()

    def _begin_reload(self, now: float) -> None:
        """Stop the process gracefully; `look` kills it if that takes too long, and starts it again."""
        self._is_reload_wanted.clear()
        self.hurry()
        if self._due is None and self._reload_by is None:  # another edit during a reload does not extend the deadline
            self._reload_by = now + RELOAD_SECONDS
            self._process.ask_to_stop()

    def _start(self, now: float) -> None:
        self._process.start()
        self._started = now
        self._due = None
        self._reload_by = None

    def _start_again_later(self, now: float) -> None:
        exit_code = self._process.exit_code()
        if exit_code == REFUSED_EXIT_CODE and not self._is_proven:
            raise EmbeddedError(f"{self._title} refuses the configuration; it has said why.")
        ending = _describe_end(exit_code)
        self._failures += exit_code != -signal.SIGKILL  # SIGKILL comes from outside and says nothing about the program
        if not self._is_proven and self._failures >= START_ATTEMPTS:
            raise EmbeddedError(f"{self._title} does not start: it {ending}, {self._failures} times in a row.")
        if now - self._started > STEADY_SECONDS:
            self._delay = self._first_delay
        self._console.emphasize(f"{self._title} {ending}; it starts again in {self._delay:g} s.")
        self._due = now + self._delay
        self._delay = min(2 * self._delay, LONGEST_DELAY_SECONDS)


class Supervisor:
    """Runs programs beside the embedded servers, and stops all of them in order.

    Takes over SIGINT, SIGTERM and SIGHUP unless they are ignored: the first signal stops gracefully, a second one
    kills.

    Args:
        console: where output and news are printed.
        first_delay_seconds: delay before a program that has ended starts again. It doubles each time.
        stop_seconds: how long programs may take to stop before they are killed.
    """

    def __init__(
        self, console: Console, *, first_delay_seconds: float = FIRST_DELAY_SECONDS, stop_seconds: float = STOP_SECONDS
    ) -> None:
        self._console = console
        self._first_delay_seconds = first_delay_seconds
        self._stop_seconds = stop_seconds
        self._guardian = Guardian()
        self._services: EmbeddedServices | None = None
        self._programs: list[ManagedProcess] = []
        self._signals = 0
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) is not signal.SIG_IGN:  # so `nohup` outlives its terminal
                signal.signal(number, self._on_signal)

    def start_services(self, services: EmbeddedServices) -> Urls:
        """Start the embedded servers.

        Raises:
            EmbeddedError: they cannot start.
        """
        urls = services.start(self._guardian)
        self._services = services
        return urls

    def run(
        self,
        commands: Iterable[Command],
        *,
        is_ready: Callable[[], bool],
        announce: Callable[[], None],
        source: Path | None = None,
        ends_with_parent: bool = False,
    ) -> None:
        """Keep the programs running until a signal.

        Args:
            commands: the programs, without the embedded servers.
            is_ready: whether everything works now.
            announce: called once, when everything is ready.
            source: a change below this directory restarts the programs that reload.
            ends_with_parent: also stop when the parent process has ended.

        Raises:
            EmbeddedError: a program has never run properly, and keeps ending or refuses its configuration.
        """
        keepers = [self._keeper(process) for process in self._servers]
        reloading = []
        for command in commands:
            process = ManagedProcess(command, self._guardian)
            self._programs.append(process)
            keepers.append(self._keeper(process, wait_seconds=HEAD_START_SECONDS if command.is_background else 0.0))
            if command.reloads:
                reloading.append(keepers[-1])
        if source:
            _reload_on_change(source, reloading)
        parent = os.getppid() if ends_with_parent else None
        self._keep(keepers, is_ready, announce, parent=parent)

    def _keep(
        self,
        keepers: Sequence[Keeper],
        is_ready: Callable[[], bool],
        announce: Callable[[], None],
        *,
        parent: int | None,
    ) -> None:
        is_announced = False
        while not self._signals and parent in {None, os.getppid()}:
            for keeper in keepers:
                keeper.look()
            if not is_announced and is_ready():
                is_announced = True
                for keeper in keepers:
                    keeper.hurry()
                announce()
            time.sleep(LOOK_SECONDS)

    def stop(self) -> None:
        """Stop the programs, then the servers, within ten seconds."""
        running = [process for process in self._programs if process.is_running()]
        for process in running:
            process.ask_to_stop()
        deadline = time.monotonic() + self._stop_seconds
        for process in running:
            process.wait(deadline)
        if self._services:
            self._services.stop()
        self._guardian.close()

    @property
    def _servers(self) -> tuple[ManagedProcess, ...]:
        return self._services.processes if self._services else ()

    def _keeper(self, process: ManagedProcess, *, wait_seconds: float = 0.0) -> Keeper:
        return Keeper(process, self._console, wait_seconds=wait_seconds, first_delay_seconds=self._first_delay_seconds)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._signals += 1
        if self._signals > 1:
            for process in (*self._programs, *self._servers):
                process.kill_group()


def _reload_on_change(source: Path, keepers: Sequence[Keeper]) -> None:
    import watchfiles

    def watch() -> None:
        sources = watchfiles.PythonFilter(ignore_paths=[source / "tests"], extra_extensions=TEMPLATES)
        for _ in watchfiles.watch(source, watch_filter=sources):
            for keeper in keepers:
                keeper.reload()

    threading.Thread(target=watch, daemon=True).start()


def _describe_end(exit_code: int | None) -> str:
    if exit_code is not None and exit_code < 0:
        return f"was ended by {signal.Signals(-exit_code).name}"
    return f"ended with exit code {exit_code}"
