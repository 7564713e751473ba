"""PostgreSQL, Valkey and workers for one benchmark: in a temporary directory that is removed when the block ends."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1] / "backend"), str(HERE), str(HERE.parent)]

import deployed  # noqa: E402
from core.settings import Environment, Settings, child_environment  # noqa: E402
from embedded.process import ManagedProcess, command_line  # noqa: E402
from embedded.services import EmbeddedServices  # noqa: E402
from repository.operations import migrate  # noqa: E402

CONCURRENCY = 20
SERVERS = {"postgres": "PostgreSQL", "redis": "Valkey"}
VARIABLES = {**deployed.VARIABLES, "WORKER_CONCURRENCY": str(CONCURRENCY)}


class Stack:
    """The servers, which write to disk, and the processes that a benchmark starts."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._services = EmbeddedServices(directory / "var")
        urls = self._services.start()
        self.variables = {**VARIABLES, "DATABASE_URL": urls.database_url, "REDIS_URL": urls.redis_url}
        self.settings = Settings(
            _env_file=None,
            **{name.lower(): value for name, value in self.variables.items()},  # type: ignore[arg-type]
        )
        assert self.settings.environment is Environment.PRODUCTION
        self.processes: list[subprocess.Popen[bytes]] = []
        migrate.upgrade(urls.database_url)

    def server(self, title: str) -> ManagedProcess:
        """Return PostgreSQL or Valkey."""
        return next(process for process in self._services.processes if process.program.title == title)

    def start_worker(self, kind: str = "product", **variables: str) -> subprocess.Popen[bytes]:
        """Start a worker process, wait until it listens, and return it."""
        log = self.directory / f"worker-{time.monotonic_ns()}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                command_line([sys.executable, HERE / "worker_program.py", kind], death_signal=signal.SIGTERM),
                env=child_environment(**{**self.variables, **variables}),
                stdout=output,
                stderr=output,
            )
        self.processes.append(process)
        wait_until(lambda: "worker started" in log.read_text(), within=30)
        return process

    def processor_seconds(self) -> dict[str, float]:
        """Return the processor time that each part has used: the workers, this process, PostgreSQL and Valkey."""
        servers = {name: spent(self.server(title).pid) for name, title in SERVERS.items()}
        workers = sum(spent(process.pid) for process in self.processes)
        return {"worker": workers, "producer": time.process_time(), **servers}

    def stop_workers(self) -> None:
        """Stop every worker. Bare Taskiq does not always end, so kill it after a while."""
        for process in self.processes:
            process.send_signal(signal.SIGTERM)
        for process in self.processes:
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.processes.clear()

    def close(self) -> None:
        """Stop everything."""
        for process in self.processes:
            process.kill()
            process.wait()
        self._services.stop()


def spent(process_id: int | None) -> float:
    """Return the processor time of a process and its children, dead or alive."""
    fields = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()
    ticks = sum(map(int, fields[11:15]))
    children = Path(f"/proc/{process_id}/task/{process_id}/children").read_text().split()
    return ticks / os.sysconf("SC_CLK_TCK") + sum(map(spent, map(int, children)))


def stack() -> AbstractContextManager[Stack]:
    """Yield a new stack, which stops with the block."""
    return deployed.opened(Stack)


def wait_until(condition: Callable[[], object], *, within: float) -> None:
    """Wait until `condition` holds."""
    deadline = time.monotonic() + within
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError
        time.sleep(0.02)


async def finished(condition: Callable[[], Awaitable[bool]], *, within: float, every: float = 0.05) -> None:
    """Wait until the coroutine `condition` returns true."""
    async with asyncio.timeout(within):
        while not await condition():
            await asyncio.sleep(every)
