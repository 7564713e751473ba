"""Measures how long an exported list and a copy of all data of a user take, and how much memory they need.

    cd backend && ../.venv/bin/python ../benchmarks/exports.py

It starts its own PostgreSQL and Valkey in a temporary directory, fills the table of users, and downloads it as CSV from
the application in this process, without a network; what comes is counted and dropped. Then it gives one user
notifications, security events and reports, and runs the job that writes their data, with local files as the store.
Memory is the resident memory of this process, looked at twenty times a second.

On two shared cores, PostgreSQL 18, Python 3.11:

    50,000 rows:   2.2 s, processor   1.0 s,   6.0 MB sent, memory 137 MB, +1.4 MB
   199,999 rows:   8.0 s, processor   3.5 s,  24.4 MB sent, memory 138 MB, +0.0 MB
 1,000,000 rows:  21.1 s, processor  16.7 s, 122.8 MB sent, memory 138 MB, +0.6 MB

     1,000 rows,    10 files of   0.1 MB:   0.1 s, processor   0.1 s, ZIP of     1.0 MB, memory 146 MB, +1.7 MB
    20,000 rows,   200 files of   0.1 MB:   0.8 s, processor   0.7 s, ZIP of    20.4 MB, memory 149 MB, +14.4 MB
   200,000 rows, 2,000 files of   0.1 MB:   8.0 s, processor   7.5 s, ZIP of   204.5 MB, memory 171 MB, +16.5 MB
   200,000 rows,     4 files of 250.0 MB:  28.2 s, processor  24.4 s, ZIP of  1004.3 MB, memory 192 MB, +3.7 MB

What one user's data adds are the parts of an upload and what the process keeps of them: the third line, four times in a
row, began at 144, 186, 193 and 194 MB. With obstore's twelve parts at once in place of `PARTS_AT_ONCE`, each of the
four added 100 to 120 MB.
"""

import asyncio
import gc
import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any
from uuid import UUID

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "backend"))

import httpx2 as httpx
from fastapi import FastAPI

from api.app import create_app
from api.files import csv_export
from core.settings import Settings
from domain.identity.data_export import DataExportRequested
from domain.identity.data_export_tasks import export_data
from domain.permissions import SYSTEM, Role
from domain.report import report_key
from domain.tasks import broker
from service.factory import Factory, create_factory
from temporary import temporary_settings

ROWS = 1_000, 50_000, 199_999, 1_000_000
FILL_SECONDS = 600
FILL = (
    "INSERT INTO users (email, name) SELECT 'user' || n || '@example.com', 'Name ' || n FROM generate_series({}, {}) n"
)
PAGE = {b"host": b"127.0.0.1:8000", b"sec-fetch-site": b"same-origin"}


# Rows of one user, their files, and the size of each in MB. The content of files cannot be compressed.
PEOPLE = (1_000, 10, 0.1), (20_000, 200, 0.1), (200_000, 2_000, 0.1), (200_000, 4, 250)
FILL_USER = """
INSERT INTO notifications (user_id, kind, message, link, created_at)
SELECT '{user}', 'benchmark', 'Message ' || n, '/posts', now() - n * interval '1 minute' FROM generate_series(1, {rows} / 2) n;
INSERT INTO security_events (user_id, kind, ip_address, user_agent, details, created_at)
SELECT '{user}', 'signed_in', '192.0.2.1', 'A browser', '{{}}', now() - n * interval '1 minute' FROM generate_series(1, {rows} / 2) n;
INSERT INTO reports (user_id, kind, state, progress, created_at, finished_at)
SELECT '{user}', 'activity', 'done', 100, now() - n * interval '1 minute', now() FROM generate_series(1, {files}) n;
"""


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

    scope = {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.4"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": "/api/users.csv", "raw_path": b"/api/users.csv", "query_string": b"", "root_path": "",
        "headers": [*PAGE.items(), (b"cookie", cookies)], "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 8000),
    }  # fmt: skip
    async with watched() as peak:
        await app(scope, receive, send)
    return status, size / 1e6, max(highest, *peak)


@asynccontextmanager
async def watched() -> AsyncIterator[list[float]]:
    """Yield a list that gets the memory while the block runs."""
    seen = [memory()]

    async def watch() -> None:
        while True:
            seen.append(memory())
            await asyncio.sleep(0.05)

    watching = asyncio.create_task(watch())
    try:
        yield seen
    finally:
        watching.cancel()


async def add_person(factory: Factory, rows: int, files: int, megabytes: float) -> UUID:
    """Return the id of a new user with so many rows and files."""
    async with factory.resources.database.acquire() as connection:
        await connection.execute("SET statement_timeout = 0")
        user = await connection.fetchval("INSERT INTO users (email) VALUES (uuidv7() || '@example.com') RETURNING id")
        await connection.execute(FILL_USER.format(user=user, rows=rows, files=files), timeout=FILL_SECONDS)
        await connection.execute("ANALYZE", timeout=FILL_SECONDS)
        reports = await connection.fetch("SELECT id FROM reports WHERE user_id = $1", user)
        await connection.execute("INSERT INTO data_exports (user_id) VALUES ($1)", user)
    for report in reports:
        with TemporaryFile() as file:
            for _ in range(max(1, int(megabytes))):
                file.write(os.urandom(int(min(1, megabytes) * 1e6)))
            file.seek(0)
            await factory.resources.files.upload(report_key(report["id"]), file)
    return UUID(str(user))


async def export_person(factory: Factory, user_id: UUID) -> tuple[int, float, float]:
    """Run the job that writes the user's data. Return the size of the ZIP in MB, and the memory before and at most."""
    async with factory.resources.database.acquire() as connection:
        export_id = await connection.fetchval("SELECT id FROM data_exports WHERE user_id = $1", user_id)
    before = memory()
    async with watched() as peak, factory.unit_of_work(SYSTEM) as work:
        await export_data(work, DataExportRequested(UUID(str(export_id))))
    async with factory.resources.database.acquire() as connection:
        query = "SELECT size_bytes FROM data_exports WHERE id = $1 AND state = 'ready'"
        return int(await connection.fetchval(query, export_id)), before, max(peak)


async def measure_people(factory: Factory) -> None:
    """Fill, export and print."""
    for rows, files, megabytes in PEOPLE:
        user_id = await add_person(factory, rows, files, megabytes)
        gc.collect()
        started, used = time.perf_counter(), time.process_time()
        size, before, highest = await export_person(factory, user_id)
        times = f"{time.perf_counter() - started:5.1f} s, processor {time.process_time() - used:5.1f} s"
        print(
            f"{rows:>8,} rows, {files:>5,} files of {megabytes:5.1f} MB: {times}, "
            f"ZIP of {size / 1e6:7.1f} MB, memory {before:.0f} MB, +{highest - before:.1f} MB",
            flush=True,
        )


async def main(settings: Settings) -> None:
    """Fill, download and print."""
    csv_export.BUILD_SECONDS = 600  # on a busy machine as well
    settings = settings.model_copy(update={"max_exported_rows": max(ROWS)})
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
        there, before, started, used = (
            rows,
            memory(),
            time.perf_counter(),
            time.process_time(),
        )
        status, size, highest = await download(app, cookies)
        assert status == 200, status
        times = f"{time.perf_counter() - started:5.1f} s, processor {time.process_time() - used:5.1f} s"
        print(
            f"{rows:>8,} rows: {times}, {size:5.1f} MB sent, memory {before:.0f} MB, +{highest - before:.1f} MB",
            flush=True,
        )
    await measure_people(factory)
    await factory.close()


if __name__ == "__main__":
    with temporary_settings() as settings:
        asyncio.run(main(settings))
