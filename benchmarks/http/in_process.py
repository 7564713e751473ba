"""The application called in this process, without a server, and the requests that are measured with it."""

import asyncio
import json
import sys
import time
from collections.abc import Callable, MutableMapping
from typing import Any
from urllib.parse import urlencode

import asyncpg

from api.app import create_app
from bench import FILL, NEW_POST, POSTS
from core.db import Database
from core.redis.job_stream import StreamTransport
from core.settings import Settings
from domain.taskiq_broker import broker
from service.factory import Factory
from service.resources import Resources

REQUESTS = 32
AT_ONCE = 8
FORM = "application/x-www-form-urlencoded"


class Client:
    """Calls an application in this process."""

    def __init__(self, settings: Settings, database: Database) -> None:
        transport = StreamTransport(settings)
        resources = Resources(settings, routes=broker.routes, transport=transport, component="bench", database=database)
        self._app = create_app(settings, factory=Factory(resources))

    async def send(
        self, method: str, path: str, *, token: str = "", body: str = "", kind: str = "application/json"
    ) -> Any:
        """Send a request and return the JSON of its answer."""
        path, _, query = path.partition("?")
        fields = {"host": "127.0.0.1", "content-type": kind, "content-length": str(len(body))}
        fields |= {"authorization": f"Bearer {token}"} if token else {}
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "state": {},
            "headers": [(name.encode(), value.encode()) for name, value in fields.items()],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 80),
            "extensions": {},
        }
        request = iter([{"type": "http.request", "body": body.encode(), "more_body": False}])
        sent: list[MutableMapping[str, Any]] = []

        async def receive() -> dict[str, Any]:
            for message in request:
                return message
            return await asyncio.Future[dict[str, Any]]()

        async def send(message: MutableMapping[str, Any]) -> None:
            sent.append(message)

        await self._app(scope, receive, send)
        content = b"".join(message.get("body", b"") for message in sent[1:])
        if not 200 <= sent[0]["status"] < 300:
            sys.exit(f"{method} {path}: {sent[0]['status']} {content[:500]!r}")
        return json.loads(content)

    async def sign_up(self, email: str) -> tuple[str, str]:
        """Create an account and return its id and an access token."""
        password = "correct horse battery"
        account = await self.send("POST", "/api/auth/signup", body=json.dumps({"email": email, "password": password}))
        form = urlencode({"username": email, "password": password})
        answer = await self.send("POST", "/api/auth/token", body=form, kind=FORM)
        return account["data"]["id"], answer["access_token"]


async def prepare(client: Client, settings: Settings) -> dict[str, dict[str, str]]:
    """Write 10,000 posts and return the requests."""
    author, reading = await client.sign_up("author@example.com")
    _, writing = await client.sign_up("writer@example.com")
    connection = await asyncpg.connect(settings.require_database_url().replace("+asyncpg", ""))
    for statement in (FILL.format(author=author, posts=POSTS), "VACUUM ANALYZE"):
        await connection.execute(statement)
    await connection.close()
    posts = f"/api/users/{author}/posts?limit=20"
    newest = (await client.send("GET", posts, token=reading))["data"][0]["id"]
    return {
        "ping": {"method": "GET", "path": "/api/ping"},
        "current user": {"method": "GET", "path": "/api/users/me", "token": reading},
        "one post": {"method": "GET", "path": f"/api/posts/{newest}", "token": reading},
        "list of 20": {"method": "GET", "path": posts, "token": reading},
        "create": {"method": "POST", "path": "/api/posts", "token": writing, "body": NEW_POST},
    }


async def microseconds(
    client: Client, work: dict[str, str], *, requests: int = REQUESTS, finish: Callable[[], None] | None = None
) -> float:
    """Return the processor time of this process for one request, with its share of `finish` after the last one."""

    async def repeat() -> None:
        for _ in range(requests // AT_ONCE):
            await client.send(**work)

    started = time.process_time()
    await asyncio.gather(*(repeat() for _ in range(AT_ONCE)))
    if finish is not None:
        finish()
    return (time.process_time() - started) / requests * 1e6
