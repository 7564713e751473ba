"""Writes a ZIP file piece by piece."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import orjson


class ZipArchive:
    """A ZIP in a temporary file. What a process holds of it does not grow with its size."""

    def __init__(self, file: ZipFile, path: Path) -> None:
        self._zip = file
        self._path = path

    async def add(self, name: str, chunks: AsyncIterator[bytes]) -> None:
        """Add a file with this content."""
        # The size is not known yet, so the entry is given room for more than 2 GiB.
        entry = await asyncio.to_thread(partial(self._zip.open, name, "w", force_zip64=True))
        try:
            async for chunk in chunks:
                await asyncio.to_thread(entry.write, chunk)
        finally:
            await asyncio.to_thread(entry.close)

    async def add_json(self, name: str, batches: AsyncIterator[Sequence[Mapping[str, Any]]]) -> None:
        """Add a JSON file with the rows of all batches in one list."""
        await self.add(name, _as_json(batches))

    async def finish(self) -> tuple[Path, int]:
        """Write the table of contents, and return where the file is, and its size in bytes."""
        await asyncio.to_thread(self._zip.close)
        return self._path, (await asyncio.to_thread(self._path.stat)).st_size


@asynccontextmanager
async def temporary_zip() -> AsyncIterator[ZipArchive]:
    """Open a new archive, whose file is removed at the end of the block."""
    directory = await asyncio.to_thread(partial(TemporaryDirectory[str], prefix="zip-"))
    path = Path(directory.name, "archive.zip")
    file = await asyncio.to_thread(partial(ZipFile, path, "w", ZIP_DEFLATED))
    try:
        yield ZipArchive(file, path)
    finally:
        await asyncio.to_thread(file.close)
        await asyncio.to_thread(directory.cleanup)


async def _as_json(batches: AsyncIterator[Sequence[Mapping[str, Any]]]) -> AsyncIterator[bytes]:
    start = b"[\n"
    async for rows in batches:
        yield start + b",\n".join(_row_as_json(row) for row in rows)
        start = b",\n"
    yield b"[]\n" if start == b"[\n" else b"\n]\n"


def _row_as_json(row: Mapping[str, Any]) -> bytes:
    return orjson.dumps(row, default=str, option=orjson.OPT_UTC_Z)  # asyncpg has a UUID of its own
