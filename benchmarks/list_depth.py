"""Measures the cost of a page of posts at the beginning and at the end of a list of a million.

    cd backend && python ../benchmarks/list_depth.py

It starts its own PostgreSQL and Valkey in a temporary directory, fills the table, and sends requests for 20 posts to
the application in this process, without a network: 200 requests per depth, interleaved.

On two shared cores, PostgreSQL 18, Python 3.11, for the whole request. A later page costs slightly more because its
cursor is verified and becomes a condition. The depth makes no difference:

    page 1       best  1.84 ms, median  3.10 ms
    page 10,000  best  2.05 ms, median  3.18 ms
    last page    best  1.99 ms, median  3.24 ms
"""

import asyncio
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "backend"))

import httpx2 as httpx

from api.app import create_app
from api.paging import pack_cursor
from core.settings import Settings
from domain.page import Cursor
from domain.tasks import broker
from service.factory import Factory, create_factory
from temporary import temporary_settings

POSTS = 1_000_000
ROUNDS = 200
FILL_SECONDS = 600
DEPTHS = {"page 1": 0, "page 10,000": 199_980, "last page": POSTS - 20}
FILL = (
    "INSERT INTO users (email, password_hash) VALUES ('author@example.com', '')",
    f"""INSERT INTO posts (author_id, title, content, published, created_at)
        SELECT (SELECT id FROM users), 'Title', 'A few words of content', true, now() - n * interval '1 second'
        FROM generate_series(1, {POSTS}) n""",
    "ANALYZE posts",
)


async def fill(factory: Factory) -> None:
    """Insert the posts."""
    async with factory.resources.database.acquire() as connection:
        await connection.execute("SET statement_timeout = 0")
        for statement in FILL:
            await connection.execute(statement, timeout=FILL_SECONDS)


async def addresses(factory: Factory) -> dict[str, str]:
    """Return the address of the page at each depth."""
    found = {}
    for name, depth in DEPTHS.items():
        statement = (
            f"SELECT created_at, id FROM posts ORDER BY created_at DESC, id DESC OFFSET {max(depth - 1, 0)} LIMIT 1"
        )
        async with factory.resources.database.acquire() as connection:
            (row,) = await connection.fetch(statement)
        cursor = factory.resources.cursor_signer.sign(pack_cursor(Cursor(row[0], row[1])), "/api/posts?")
        found[name] = f"/api/posts?cursor={cursor}" if depth else "/api/posts"
    return found


async def measure(client: httpx.AsyncClient, paths: dict[str, str]) -> dict[str, list[float]]:
    """Return the milliseconds of each request."""
    taken: dict[str, list[float]] = {name: [] for name in paths}
    for _ in range(ROUNDS):
        for name, path in paths.items():
            started = time.perf_counter()
            response = await client.get(path)
            taken[name].append((time.perf_counter() - started) * 1000)
            assert len(response.json()["data"]) == 20, response.text
    return taken


async def run(settings: Settings) -> None:
    """Fill, measure and print."""
    factory = create_factory(settings, broker, component="benchmark")
    await fill(factory)
    transport = httpx.ASGITransport(app=create_app(settings, factory=factory))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        paths = await addresses(factory)
        await measure(client, paths)  # warm
        for name, taken in (await measure(client, paths)).items():
            print(f"{name:12} best {min(taken):5.2f} ms, median {statistics.median(taken):5.2f} ms")
    await factory.close()


def main() -> None:
    """Measure on temporary servers."""
    with temporary_settings() as settings:
        asyncio.run(run(settings))


if __name__ == "__main__":
    main()
