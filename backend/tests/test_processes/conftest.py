"""A stack of real processes of its own for each test, to be killed and starved at will."""

import asyncio
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import httpx2 as httpx
import pytest
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from core.settings import child_environment
from embedded.process import ManagedProcess, command_line
from embedded.services import EmbeddedServices
from tests.support.clusters import copy_migrated_cluster
from tests.support.ports import free_port
from tests.support.release_before import release_before
from tests.support.specimen import create_tables

MAIN = Path(__file__).parents[2] / "main.py"
NOTING_MAIN = Path(__file__).parents[1] / "specimen_main.py"


class Stack:
    """PostgreSQL, Valkey, and whichever of our programs a test starts."""

    def __init__(self, var: Path) -> None:
        self.main = MAIN  # of this release, of another one, or with memos
        self.mailbox = var / "mailbox"
        self._var = var
        self._port = free_port()
        copy_migrated_cluster(var)
        self._services = EmbeddedServices(var)
        self._urls = self._services.start()
        self._programs: dict[str, subprocess.Popen[bytes]] = {}
        self.database_url = self._urls.database_url
        self.redis_url = self._urls.redis_url
        self.address = f"http://127.0.0.1:{self._port}"
        self.http = httpx.Client(base_url=self.address, timeout=15)

    @property
    def valkey(self) -> ManagedProcess:
        return self._server("Valkey")

    @property
    def postgres(self) -> ManagedProcess:
        return self._server("PostgreSQL")

    def _server(self, title: str) -> ManagedProcess:
        return next(process for process in self._services.processes if process.program.title == title)

    def start(
        self,
        program: str,
        *,
        name: str | None = None,
        port: int | None = None,
        waits: bool = True,
        **environment: str,
    ) -> subprocess.Popen[bytes]:
        """Start `serve`, `worker` or `scheduler`. A second one needs a name or port.

        The API answers when this returns, unless `waits` is false.
        """
        name = name or (program if port is None else f"{program}-{port}")
        port = port or self._port
        variables = {
            "ENVIRONMENT": "development",
            "DATABASE_URL": self._urls.database_url,
            "REDIS_URL": self._urls.redis_url,
            "PORT": str(port),
            "VAR_DIRECTORY": str(self._var),
            "RATE_LIMITS_ENABLED": "false",  # a few clients write as fast as they can
            **environment,
        }
        log = (self._var / f"{name}.log").open("ab")
        process = subprocess.Popen(
            command_line([sys.executable, self.main, program], death_signal=signal.SIGTERM),
            cwd=MAIN.parent if self.main is NOTING_MAIN else self.main.parent,  # Granian imports from there first
            env=child_environment(**variables),
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        log.close()
        self._programs[name] = process
        if program == "serve" and waits:
            eventually(lambda: self._answers(f"http://127.0.0.1:{variables['PORT']}/api/ping"), within=60)
        return process

    def kill(self, program: str) -> None:
        """Send SIGKILL to the program and its children."""
        process = self._programs.pop(program)
        subprocess.run(["pkill", "-KILL", "-s", str(process.pid)], check=False)
        process.wait()

    def terminate(self, program: str) -> int:
        """Send SIGTERM and return the exit code."""
        process = self._programs.pop(program)
        process.send_signal(signal.SIGTERM)
        return process.wait(timeout=15)

    def log(self, program: str) -> str:
        return (self._var / f"{program}.log").read_text()

    def sign_up(self, email: str) -> httpx.Response:
        body = {"email": email, "password": "correct horse battery"}
        return self.http.post("/api/auth/signup", json=body, headers={"Sec-Fetch-Site": "same-origin"})

    async def sql(self, statement: str, *, url: str | None = None) -> list[tuple[Any, ...]]:
        address = make_url(url or self._urls.database_url).set(drivername="postgresql")
        connection = await asyncpg.connect(address.render_as_string(hide_password=False))
        try:
            return [tuple(row) for row in await connection.fetch(statement)]
        finally:
            await connection.close()

    def take_memos(self) -> None:
        """Let the programs that are started from now on have the tables, the routes and the task of memos."""
        self.main = NOTING_MAIN
        asyncio.run(_create_memos(self.database_url))

    def mails_to(self, email: str) -> int:
        return sum(f"To: {email}" in file.read_text() for file in self.mailbox.glob("*.eml"))

    def stop(self) -> None:
        for program in list(self._programs):
            self.kill(program)
        self.http.close()
        self._services.kill()

    def _answers(self, address: str) -> bool:
        try:
            return self.http.get(address).is_success
        except httpx.TransportError:
            return False


async def _create_memos(database_url: str) -> None:
    engine = create_async_engine(database_url)
    await create_tables(engine)
    await engine.dispose()


def server_processes(parent: int) -> list[int]:
    found = subprocess.run(["pgrep", "-P", str(parent)], capture_output=True, text=True, check=True)
    return [int(line) for line in found.stdout.split()]


def eventually(condition: Callable[[], object], *, within: float) -> float:
    """Wait until `condition` holds and return how long it took, in seconds."""
    started = time.monotonic()
    while not condition():
        assert time.monotonic() - started < within, "it did not happen in time"
        time.sleep(0.05)
    return time.monotonic() - started


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    stack = Stack(tmp_path / "var")
    yield stack
    stack.stop()
    for log in sorted((tmp_path / "var").glob("*.log")):
        sys.stdout.write(f"--- {log.name}\n{log.read_text()}\n")


@pytest.fixture
def browser_of_release_before(stack: Stack, tmp_path: Path) -> Iterator[httpx.Client]:
    """A browser on the release before the newest migration, whose worker runs as well."""
    stack.main = release_before(tmp_path)
    stack.start("serve")
    stack.start("worker")
    with httpx.Client(base_url=stack.address, headers={"Sec-Fetch-Site": "same-origin"}, timeout=15) as browser:
        yield browser
