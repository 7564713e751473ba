"""A browser's stream of live events, inside the test's own process."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx2 as httpx
from fastapi import FastAPI
from starlette.types import Message

PATIENCE_SECONDS = 5


@dataclass
class Event:
    """One event as it came over the wire."""

    kind: str = ""
    id: str | None = None
    data: dict[str, Any] = field(default_factory=dict)


class Stream:
    """Answers `GET /api/events` piece by piece, which httpx's own transport for applications cannot."""

    def __init__(self, app: FastAPI, client: httpx.AsyncClient, *, method: str = "GET", **headers: str) -> None:
        request = client.build_request(method, "/api/events", headers=headers)
        self._scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": "/api/events",
            "raw_path": b"/api/events",
            "query_string": b"",
            "root_path": "",
            "headers": [(name.lower(), value) for name, value in request.headers.raw],
            "client": ("127.0.0.1", 1),
            "server": ("product.test", 80),
        }
        self._app = app
        self._messages: asyncio.Queue[Message] = asyncio.Queue(maxsize=1)  # a slow reader holds the server up
        self._leaves = asyncio.Event()
        self._got_request = False
        self.status = 0
        self.headers = httpx.Headers()
        self.lines: list[str] = []

    async def run(self) -> None:
        await self._app(self._scope, self._receive, self._messages.put)

    async def start(self) -> None:
        message = await self._next()
        self.status = message["status"]
        self.headers = httpx.Headers(message["headers"])

    async def event(self) -> Event:
        """Return the next event, leaving out what only keeps the connection open."""
        while True:
            block = await self.block()
            assert block, "the stream has ended"
            event = Event()
            for line in block.splitlines():
                name, _, value = line.partition(": ")
                if name == "event":
                    event.kind = value
                elif name == "id":
                    event.id = value
                elif name == "data":
                    event.data = json.loads(value)
            if event.kind:
                return event

    async def block(self) -> str:
        """Return what was sent in one piece; nothing at the end."""
        message = await self._next()
        return str(message["body"].decode())

    async def until_end(self) -> None:
        while await self.block():
            pass

    def leave(self) -> None:
        self._leaves.set()

    async def _next(self) -> Message:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await self._messages.get()

    async def _receive(self) -> Message:
        if not self._got_request:
            self._got_request = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self._leaves.wait()
        return {"type": "http.disconnect"}


@asynccontextmanager
async def listening(app: FastAPI, client: httpx.AsyncClient, **headers: str) -> AsyncIterator[Stream]:
    """Open a stream, whose answer has begun, and leave it at the end."""
    stream = Stream(app, client, **headers)
    running = asyncio.create_task(stream.run())
    try:
        await stream.start()
        yield stream
    finally:
        stream.leave()
        async with asyncio.timeout(PATIENCE_SECONDS):
            await running
