"""A Valkey of a test's own, whose configuration it may change. It starts in a tenth of a second."""

import signal
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import redis
from redis.asyncio import Redis

from embedded.process import command_line
from embedded.valkey import _binary

START_SECONDS = 10


@contextmanager
def own_valkey(directory: Path) -> Iterator[str]:
    """Run a server without data and yield its URL."""
    socket = directory / "valkey.sock"
    options = ("--port", "0", "--unixsocket", str(socket), "--dir", str(directory), "--save", "")
    process = subprocess.Popen(
        command_line([_binary(), *options], death_signal=signal.SIGKILL), stdout=subprocess.DEVNULL
    )
    try:
        _wait_until_ready(socket)
        yield f"unix://{socket}"
    finally:
        process.kill()
        process.wait()


@asynccontextmanager
async def configured(url: str, **changes: str) -> AsyncIterator[None]:
    """Change the configuration of the server at `url` for the duration of the block."""
    async with Redis.from_url(url) as client:
        before = await client.config_get(*changes)
        for name, value in changes.items():
            await client.config_set(name, value)
        try:
            yield
        finally:
            for name in changes:
                await client.config_set(name, before[name] or "")


def _wait_until_ready(socket: Path) -> None:
    started = time.monotonic()
    while not _answers(socket):
        assert time.monotonic() - started < START_SECONDS
        time.sleep(0.02)


def _answers(socket: Path) -> bool:
    try:
        with redis.Redis(unix_socket_path=str(socket)) as client:
            return bool(client.ping())
    except redis.ConnectionError:
        return False
