"""Measures how long an exported list takes, and by how much the memory of the process grows.

    cd backend && ../.venv/bin/python ../benchmarks/exports.py

It starts its own PostgreSQL and Valkey in a temporary directory, fills the table of users, and downloads it as CSV from
the application in this process, without a network; what comes is counted and dropped.

On two shared, busy cores, PostgreSQL 18, Python 3.11:

    50,000 rows:   3.9 s, processor   1.7 s,   6.0 MB sent, memory 136 MB, +1.5 MB
   199,999 rows:   8.8 s, processor   5.6 s,  24.4 MB sent, memory 137 MB, +0.0 MB
"""

import asyncio
import sys
import time
from pathlib import Path
from typing import Any
from uuid import UUID

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "backend"))

import httpx2 as httpx
from fastapi import FastAPI

from api.app import create_app
from api.files import csv_export
from core.settings import Settings
from domain.permissions import Role
from domain.tasks import broker
from service.factory import Factory, create_factory
from temporary import temporary_settings

ROWS = 1_000, 50_000, 199_999
FILL_SECONDS = 600
FILL = "INSERT INTO users (email, name) SELECT 'user' || n || '@example.com', 'Name ' || n FROM generate_series({}, {}) n"
PAGE = {b"host": b"127.0.0.1:8000", b"sec-fetch-site": b"same-origin"}


def memory() -> float:
    """Return the resident memory of this process in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6


async def sign_in(app: FastAPI, factory: Factory) -> bytes:
    """Sign an admin up and return the cookies."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:8000") as client:
        body = {"email": "admin@example.com", "password": "correct horse battery"}
        answer = await client.post("/api/auth/signup", json=body, headers={"Sec-Fetch-Site": "same-origin"})
        async with factory.unit_of_work() as work:
            await work.identity.user_repository.grant(UUID(answer.json()["data"]["id"]), [Role.ADMIN])
        await asyncio.sleep(2)  # until no process remembers the roles before
        return "; ".join(f"{name}={value}" for name, value in client.cookies.items()).encode()


async def download(app: FastAPI, cookies: bytes) -> tuple[int, float, float]:
    """Return the status, the bytes in MB, and the highest memory while they came."""
    status, size, highest = 0, 0, memory()

    async def send(message: Any) -> None:
        nonlocal status, size, highest
        status = message.get("status", status)
        size += len(message.get("body", b""))
        highest = max(highest, memory())

    async def receive() -> Any:
        return {"type": "http.request"}

    async def watch() -> None:
        nonlocal highest
        while True:
            highest = max(highest, memory())
            await asyncio.sleep(0.05)

    scope = {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.4"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": "/api/users.csv", "raw_path": b"/api/users.csv", "query_string": b"", "root_path": "",
        "headers": [*PAGE.items(), (b"cookie", cookies)], "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 8000),
    }  # fmt: skip
    watching = asyncio.create_task(watch())
    await app(scope, receive, send)
    watching.cancel()
    return status, size / 1e6, highest


async def main(settings: Settings) -> None:
    """Fill, download and print."""
    csv_export.BUILD_SECONDS = 600  # on a busy machine as well
    factory = create_factory(settings, broker, component="api")
    app = create_app(settings, factory=factory)
    cookies = await sign_in(app, factory)
    await download(app, cookies)
    there = 1
    for rows in ROWS:
        async with factory.resources.database.acquire() as connection:
            await connection.execute("SET statement_timeout = 0")
            await connection.execute(FILL.format(there, rows - 1), timeout=FILL_SECONDS)
            await connection.execute("ANALYZE users", timeout=FILL_SECONDS)
        there, before, started, used = rows, memory(), time.perf_counter(), time.process_time()
        status, size, highest = await download(app, cookies)
        assert status == 200, status
        times = f"{time.perf_counter() - started:5.1f} s, processor {time.process_time() - used:5.1f} s"
        print(f"{rows:>8,} rows: {times}, {size:5.1f} MB sent, memory {before:.0f} MB, +{highest - before:.1f} MB", flush=True)
    await factory.close()


if __name__ == "__main__":
    with temporary_settings() as settings:
        asyncio.run(main(settings))
