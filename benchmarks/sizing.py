"""Measures what an installation needs: memory of each process, bytes of rows and keys, processor time of work.

    .venv/bin/python benchmarks/sizing.py

Bytes and processor time hardly depend on what else the machine does. `docs/guides/sizing.md` explains the figures.
"""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).resolve().parent
BACKEND = HERE.parent / "backend"
sys.path[:0] = [str(BACKEND), str(HERE / "http")]

import asyncpg  # noqa: E402
import httpx2 as httpx  # noqa: E402
import redis  # noqa: E402

from stack import Server, Stack, request, sign_up, stack  # noqa: E402

from embedded.process import command_line  # noqa: E402
from procfs import cpu_seconds, proportional_megabytes, resident_megabytes  # noqa: E402

USERS, SIGN_INS, STREAMS, REQUESTS, LIST = 100, 100, 50, 2_000, 20
SETTLE_SECONDS = 3
PASSWORD = "correct horse battery"
TABLES = ("users", "sessions", "jobs", "audit_events", "security_events", "notifications", "one_time_links")


def main() -> None:
    """Print one line for each figure."""
    with stack() as opened, client(opened) as store:
        server = opened.start("product", RATE_LIMITS_ENABLED="false")
        worker, scheduler = background(opened, "worker"), background(opened, "scheduler")
        time.sleep(SETTLE_SECONDS)
        tokens = [sign_up(server, f"user-{number}@example.com")[1] for number in range(USERS)]
        wait_for_jobs(opened)
        print_rows(opened)
        print_work(opened, server, tokens[0])
        print_active(opened, tokens, store)
        print_streams(server, tokens, store)
        one, two = opened.start("product"), opened.start("product", API_WORKERS="2")
        time.sleep(SETTLE_SECONDS)
        print_memory(
            {
                "API, after load": server.process.pid,
                "API, idle": one.process.pid,
                "API with two server processes, idle": two.process.pid,
                "worker": worker.pid,
                "scheduler": scheduler.pid,
            }
        )
        for process in (worker, scheduler):
            process.send_signal(signal.SIGTERM)
            process.wait()


def show(what: str, value: float, unit: str) -> None:
    """Print a figure."""
    print(f"{what:56} {value:12,.2f} {unit}", flush=True)


def print_memory(programs: dict[str, int]) -> None:
    """Print the memory of programs: as each of their processes sees it, and with shared pages divided."""
    for name, pid in programs.items():
        show(f"memory of {name}, resident", resident_megabytes(pid), "MB")
        show(f"memory of {name}, proportional", proportional_megabytes(pid), "MB")


@contextmanager
def client(opened: Stack) -> Iterator["redis.Redis"]:
    """Yield a client of the stack's Valkey."""
    with redis.Redis.from_url(opened.variables["REDIS_URL"]) as store:
        yield store


def background(opened: Stack, program: str) -> "subprocess.Popen[bytes]":
    """Start a worker or a scheduler."""
    command = [sys.executable, str(BACKEND / "main.py"), program]
    return subprocess.Popen(
        command_line(command, death_signal=signal.SIGTERM),
        env={**os.environ, **opened.variables},
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )


def query(opened: Stack, statement: str) -> list[tuple[object, ...]]:
    """Return the rows of a statement."""

    async def run() -> list[tuple[object, ...]]:
        connection = await asyncpg.connect(opened.database_url)
        try:
            return [tuple(row) for row in await connection.fetch(statement)]
        finally:
            await connection.close()

    return asyncio.run(run())


def wait_for_jobs(opened: Stack) -> None:
    """Wait until the jobs of the sign-ups are over: their emails cannot be sent, so they wait for another attempt."""
    until = time.monotonic() + 60
    running = "SELECT 1 FROM jobs WHERE state IN ('pending', 'running') AND task = 'welcome_new_user' LIMIT 1"
    while query(opened, running) and time.monotonic() < until:
        time.sleep(0.2)


def print_rows(opened: Stack) -> None:
    """Print the bytes of a row with its indexes, for each table that has rows."""
    opened.execute("VACUUM FULL", "ANALYZE")
    sizes = "SELECT relname, n_live_tup, pg_total_relation_size(relid) FROM pg_stat_user_tables WHERE n_live_tup >= 50"
    for name, rows, size in query(opened, f"{sizes} ORDER BY relname"):
        show(f"PostgreSQL, {name}, {rows} rows, per row", size / rows, "bytes")  # type: ignore[operator]


def print_work(opened: Stack, server: Server, token: str) -> None:
    """Print the processor time of requests: of the API's processes together, and of PostgreSQL's."""
    programs = {"API": server.process.pid, "PostgreSQL": postmaster(opened)}
    cost(programs, "a read (current user)", REQUESTS, lambda: request(server, "GET", "/api/users/me", token=token))
    for number in range(LIST):
        post = f'{{"title": "Post {number}", "content": "Text"}}'
        status, content = request(server, "POST", "/api/posts", token=token, body=post)
        assert status == 201, content
    cost(programs, f"a list ({LIST} posts)", REQUESTS, lambda: request(server, "GET", "/api/posts", token=token))
    body = '{"name": "Ada"}'
    cost(
        programs,
        "a write (change a name)",
        REQUESTS,
        lambda: request(server, "PATCH", "/api/users/me", token=token, body=body),
    )
    account = f'{{"email": "user-0@example.com", "password": "{PASSWORD}"}}'
    cost(programs, "a sign-in", SIGN_INS, lambda: request(server, "POST", "/api/auth/signin", body=account))


def postmaster(opened: Stack) -> int:
    """Return the process id of PostgreSQL's first process."""
    [(directory,)] = query(opened, "SHOW data_directory")
    return int(Path(str(directory), "postmaster.pid").read_text().split()[0])


def cost(programs: dict[str, int], what: str, times: int, work: Callable[[], tuple[int, bytes]]) -> None:
    """Print the milliseconds of processor time that one piece of work takes in each program."""
    status, content = work()
    assert status < 300, content
    before = {name: cpu_seconds(pid) for name, pid in programs.items()}
    for _ in range(times):
        work()
    for name, pid in programs.items():
        show(f"processor time of {what}, {name}", 1000 * (cpu_seconds(pid) - before[name]) / times, "ms")


def print_active(opened: Stack, tokens: list[str], store: "redis.Redis") -> None:
    """Print what users who have just read, listed and written occupy in Redis: mostly counters of limits."""
    server = opened.start("product")
    before = bytes_of_keys(store)
    for token in tokens:
        request(server, "GET", "/api/users/me", token=token)
        request(server, "GET", "/api/posts", token=token)
        request(server, "PATCH", "/api/users/me", token=token, body='{"name": "Ada Lovelace"}')
    time.sleep(SETTLE_SECONDS)  # counts are exchanged once a second
    show("Redis, per active user", (bytes_of_keys(store) - before) / len(tokens), "bytes")
    opened.stop(server)


def bytes_of_keys(store: "redis.Redis") -> int:
    """Return what all keys occupy, the cost of the key itself included."""
    return sum(store.memory_usage(key) or 0 for key in store.scan_iter(count=1000))


def print_streams(server: Server, tokens: list[str], store: "redis.Redis") -> None:
    """Print what an open stream of live updates takes."""
    before = resident_megabytes(server.process.pid), store.info("memory")["used_memory"]
    asyncio.run(open_streams(server, tokens[:STREAMS], store, before))


async def open_streams(server: Server, tokens: list[str], store: "redis.Redis", before: tuple[float, int]) -> None:
    """Hold the streams open while memory is measured."""
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}", timeout=30) as browser:
        requests = [
            browser.build_request("GET", "/api/events", headers={"Authorization": f"Bearer {token}"})
            for token in tokens
        ]
        answers = [await browser.send(each, stream=True) for each in requests]
        assert {answer.status_code for answer in answers} == {200}, answers
        memory = (resident_megabytes(server.process.pid) - before[0]) * 1024 / len(tokens)
        show("memory of an open stream, API", memory, "kB")
        show(
            "memory of an open stream, Redis", (store.info("memory")["used_memory"] - before[1]) / len(tokens), "bytes"
        )
        for answer in answers:
            await answer.aclose()


if __name__ == "__main__":
    main()
