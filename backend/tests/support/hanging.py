"""A server that takes every connection and never answers, as a service does that hangs."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass


@dataclass
class HangingServer:
    """Where it is, and how many came."""

    port: int = 0
    connections: int = 0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@asynccontextmanager
async def hanging_server() -> AsyncIterator[HangingServer]:
    """Run one on a free port."""
    hanging = HangingServer()

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        hanging.connections += 1
        await reader.read()  # until the client has had enough
        writer.close()

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    hanging.port = server.sockets[0].getsockname()[1]
    try:
        yield hanging
    finally:
        server.close()
