"""Servers that stay warm between commands: a keeper owns them, and each command is its guest.

The keeper is a process of its own. It ends, with the servers, once they had no guest for some minutes, when one of
them is gone, or when this code or PostgreSQL's program has changed. The data is not kept for longer than it is of use:
what cannot be started is made anew.
"""

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from core.settings import child_environment
from embedded.errors import EmbeddedError, InUseError
from embedded.postgres import binaries
from embedded.process import POLL_SECONDS, try_lock, unlock
from embedded.services import GUESTS_LOCK, EmbeddedServices, Urls, join, lock_file, writable

BACKEND = Path(__file__).parents[1]
IDLE_SECONDS = 600.0
LOOK_SECONDS = 0.5
# The keeper that a command finds may be about to end, and so may the first one that it starts itself.
START_ATTEMPTS = 3

# Locked by the keeper for as long as it lives.
KEEPER_LOCK = "keeper.lock"
KEEPER_LOG = "keeper.log"


@contextmanager
def open_warm_services(var: Path, *, idle_seconds: float = IDLE_SECONDS) -> Iterator[Urls]:
    """Use the servers of `var`, which are not durable, and leave them running.

    Args:
        var: where the data is kept.
        idle_seconds: how long a keeper that this call starts waits for the next guest.

    Raises:
        EmbeddedError: the directory cannot be written, or the servers do not start.
    """
    var = writable(var)
    with ExitStack() as guest:
        for _ in range(START_ATTEMPTS):
            _start_keeper(var, idle_seconds)
            if urls := _join_before_it_ends(var, guest):
                yield urls
                return
        raise EmbeddedError(f"The servers in {var} do not start: {_last_words(var)}")


def _start_keeper(var: Path, idle_seconds: float) -> None:
    """Start a keeper unless there is one."""
    command = [sys.executable, "-m", "embedded.warm", str(var), str(idle_seconds)]
    with lock_file(var / KEEPER_LOCK) as lock:
        if try_lock(lock):
            _start_in_background(command, var / KEEPER_LOG, lock)


def _join_before_it_ends(var: Path, guest: ExitStack) -> Urls | None:
    while (urls := join(var, guest)) is None and _has_keeper(var):
        time.sleep(POLL_SECONDS)
    return urls


def _has_keeper(var: Path) -> bool:
    with lock_file(var / KEEPER_LOCK) as lock:
        return not try_lock(lock)


def _start_in_background(command: Sequence[str], log: Path, lock: int) -> None:
    """Start a command that inherits the lock. A shell does it, so that it is not a child of this process."""
    with log.open("w") as output:
        subprocess.run(
            ["/bin/sh", "-c", '"$@" &', "sh", *command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=child_environment(PYTHONPATH=str(BACKEND)),
            pass_fds=(lock,),
            start_new_session=True,
            check=True,
        )


def _last_words(var: Path) -> str:
    return (var / KEEPER_LOG).read_text().strip().rpartition("\n")[2] or "the keeper left no message"


def keep(var: Path, idle_seconds: float) -> None:
    """Run the servers of `var` until they are not needed any more.

    Raises:
        EmbeddedError: they do not start, or have another owner.
    """
    program = _program()
    with lock_file(var / GUESTS_LOCK) as guests:
        services = _started(var)
        try:
            unused_since = time.monotonic()
            while services.are_reachable():
                if not try_lock(guests):
                    unused_since = time.monotonic()
                elif time.monotonic() - unused_since > idle_seconds or _program() != program:
                    break  # with the lock, so that no guest comes
                else:
                    unlock(guests)
                time.sleep(LOOK_SECONDS)
        finally:
            services.stop()


def _started(var: Path) -> EmbeddedServices:
    services = EmbeddedServices(var, durable=False)
    try:
        services.start()
    except InUseError:
        raise
    except EmbeddedError:
        for data in ("postgres", "valkey"):
            shutil.rmtree(var / data, ignore_errors=True)
        services.start()
    return services


def _program() -> list[int]:
    """Return a fingerprint of this code and of the servers' programs."""
    files = [*Path(__file__).parent.glob("*.py"), binaries() / "postgres"]
    return [file.stat().st_mtime_ns for file in files if file.exists()]


if __name__ == "__main__":
    try:
        keep(Path(sys.argv[1]), float(sys.argv[2]))
    except EmbeddedError as failure:
        sys.exit(f"{failure}")
