"""PostgreSQL, Valkey and the servers under test, in a temporary directory that is removed when the block ends."""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

HERE = Path(__file__).resolve().parent
BACKEND = HERE.parents[1] / "backend"
sys.path[:0] = [str(BACKEND), str(HERE), str(HERE.parent)]

import asyncio  # noqa: E402

import asyncpg  # noqa: E402

import deployed  # noqa: E402
from embedded.process import command_line  # noqa: E402
from embedded.services import EmbeddedServices  # noqa: E402
from procfs import resident_megabytes  # noqa: E402
from repository.operations import migrate  # noqa: E402
from tests.support.ports import free_port  # noqa: E402

# One process each, on the same number of connections.
POOL_SIZE = 10
VARIABLES = {
    **deployed.VARIABLES,
    "DATABASE_POOL_SIZE": str(POOL_SIZE),
    # The limits count requests as usual, but one client sends as many as a thousand.
    "RATE_LIMIT_READS_PER_MINUTE": "1000000000",
    "RATE_LIMIT_WRITES_PER_MINUTE": "1000000000",
}
PYTHON = sys.executable
OURS, UNCOUNTED = "product", "… without metrics"
COMMANDS = {
    OURS: [PYTHON, str(BACKEND / "main.py"), "serve"],
    UNCOUNTED: [PYTHON, str(HERE / "without_metrics.py"), "serve"],
    "limit": [
        *(PYTHON, "-m", "granian", "limit:app", "--interface", "asgi", "--http", "1", "--loop", "uvloop"),
        *("--no-ws", "--log-level", "warning", "--working-dir", str(HERE)),
    ],
    "plain": [
        *(PYTHON, "-m", "uvicorn", "plain:app", "--app-dir", str(HERE), "--no-access-log"),
        *("--loop", "uvloop", "--http", "httptools", "--log-level", "warning"),
    ],
}
START_SECONDS = 30


@dataclass(slots=True)
class Server:
    """One server process, and how it started."""

    process: subprocess.Popen[bytes]
    port: int
    seconds_to_first_answer: float
    megabytes_at_start: float


class Stack:
    """The database servers, and the servers that a benchmark starts."""

    def __init__(self, directory: Path) -> None:
        """Start PostgreSQL and Valkey, and migrate. PostgreSQL waits for the disk at every commit."""
        self._directory = directory
        self._services = EmbeddedServices(directory / "var")
        urls = self._services.start()
        pages = directory / "pages"
        pages.mkdir()
        (pages / "index.html").write_text("<!doctype html><title>Product</title>")
        self.variables = {
            **VARIABLES,
            "DATABASE_URL": urls.database_url,
            "REDIS_URL": urls.redis_url,
            "FRONTEND_DIRECTORY": str(pages),
        }
        self.database_url = urls.database_url.replace("+asyncpg", "")
        self._servers: list[Server] = []
        migrate.upgrade(urls.database_url)

    def start(self, name: str, **variables: str) -> Server:
        """Start one of `COMMANDS`, wait until it responds, and return it. Its log goes to a file."""
        port = free_port()
        command = COMMANDS[name] if name in {OURS, UNCOUNTED} else [*COMMANDS[name], "--port", str(port)]
        started = time.monotonic()
        with (self._directory / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                command_line(command, death_signal=signal.SIGTERM),
                env={**os.environ, **self.variables, "PORT": str(port), **variables},
                stdout=log,
                stderr=log,
                cwd=HERE,
                start_new_session=True,
            )
        server = Server(process, port, 0, 0)
        self._servers.append(server)
        self._wait_until_it_answers(name, server)
        server.seconds_to_first_answer = time.monotonic() - started
        server.megabytes_at_start = resident_megabytes(process.pid)
        return server

    def execute(self, *statements: str) -> None:
        """Run SQL."""

        async def run() -> None:
            connection = await asyncpg.connect(self.database_url)
            for statement in statements:
                await connection.execute(statement)
            await connection.close()

        asyncio.run(run())

    def stop(self, server: Server) -> None:
        """Stop one server gracefully."""
        server.process.send_signal(signal.SIGTERM)
        server.process.wait(timeout=20)
        self._servers.remove(server)

    def close(self) -> None:
        """Stop everything."""
        for server in list(self._servers):
            self.stop(server)
        self._services.stop()

    def _wait_until_it_answers(self, name: str, server: Server) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not _answers(server.port):
            if server.process.poll() is not None or time.monotonic() > deadline:
                sys.exit(f"{name} does not start:\n{(self._directory / f'{name}.log').read_text()[-2000:]}")
            time.sleep(0.01)


def stack() -> AbstractContextManager[Stack]:
    """Yield a new stack, which stops with the block."""
    return deployed.opened(Stack)


def sign_up(server: Server, email: str) -> tuple[str, str]:
    """Create an account and return its id and an access token."""
    password = "correct horse battery"
    account = json.dumps({"email": email, "password": password})
    _post(server, "/api/auth/signup", account, "application/json")
    form = urlencode({"username": email, "password": password})
    token = _post(server, "/api/auth/token", form, "application/x-www-form-urlencoded")["access_token"]
    me = json.loads(request(server, "GET", "/api/users/me", token=token)[1])
    return me["data"]["id"], token


def request(
    server: Server, method: str, path: str, *, token: str = "", body: str | None = None, kind: str = "application/json"
) -> tuple[int, bytes]:
    """Send one request and return status and body."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    connection.request(method, path, body, {**headers, "Content-Type": kind} if body else headers)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, content


def _post(server: Server, path: str, body: str, kind: str) -> dict[str, str]:
    status, content = request(server, "POST", path, body=body, kind=kind)
    assert status < 300, content
    answer: dict[str, str] = json.loads(content)
    return answer


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/api/ping")
        return connection.getresponse().status == http.client.OK
    except OSError:
        return False
    finally:
        connection.close()
