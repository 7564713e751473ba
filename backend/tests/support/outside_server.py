"""A server of another company, in the test's own process: it fails, hangs, refuses and answers late on demand."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

SECONDS = 0.3
DONE = "200 OK"


@dataclass
class Provider:
    """A provider that gives the answers it is told to, and counts what it has done by key."""

    answers: list[str]
    port: int = 0
    keys: list[str] = field(default_factory=list)
    done: dict[str, str] = field(default_factory=dict)
    called: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        [key], [length] = re.findall(r"idempotency-key: (\S+)", head), re.findall(r"content-length: (\d+)", head)
        await reader.readexactly(int(length))
        self.keys.append(key)
        self.called.set()
        answer = self.answers.pop(0)
        if answer.startswith((DONE, "late")):
            self.done.setdefault(key, f"r{len(self.done) + 1}")
        if answer in {"late", "never"}:
            await asyncio.sleep(SECONDS * 1.5)
        else:
            body = f'{{"id": "{self.done.get(key, "")}"}}'
            writer.write(f"HTTP/1.1 {answer}\r\ncontent-length: {len(body)}\r\n\r\n{body}".encode())
        writer.close()


@asynccontextmanager
async def provider(*answers: str) -> AsyncIterator[Provider]:
    """Run one on a free port of this machine."""
    running = Provider(list(answers))
    server = await asyncio.start_server(running.serve, "127.0.0.1", 0)
    running.port = server.sockets[0].getsockname()[1]
    try:
        yield running
    finally:
        server.close()
        await server.wait_closed()
