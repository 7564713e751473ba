"""Writes a ZIP file piece by piece."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from tempfile import TemporaryFile
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import orjson


class ZipArchive:
    """A ZIP in a temporary file. The memory that it needs does not grow with its size."""

    def __init__(self, file: IO[bytes], archive: ZipFile) -> None:
        self._file = file
        self._zip = archive
        self._now = datetime.now(UTC)

    async def add(self, name: str, chunks: AsyncIterator[bytes]) -> None:
        """Add a file with this content."""
        info = ZipInfo(name, self._now.timetuple()[:6])  # a ZIP knows no time zones
        info.compress_type = ZIP_DEFLATED
        # The size is not known yet, so the entry is given room for more than 2 GiB.
        entry = await asyncio.to_thread(partial(self._zip.open, info, "w", force_zip64=True))
        try:
            async for chunk in chunks:
                await asyncio.to_thread(entry.write, chunk)
        finally:
            await asyncio.to_thread(entry.close)

    async def add_json(self, name: str, batches: AsyncIterator[Sequence[Mapping[str, Any]]]) -> None:
        """Add a JSON file with the rows of all batches in one list."""
        await self.add(name, _as_json(batches))

    async def finish(self) -> tuple[IO[bytes], int]:
        """Write the table of contents, and return the file, to be read from its start, and its size in bytes."""
        await asyncio.to_thread(self._zip.close)
        size = await asyncio.to_thread(self._file.tell)
        await asyncio.to_thread(self._file.seek, 0)
        return self._file, size


@asynccontextmanager
async def temporary_zip() -> AsyncIterator[ZipArchive]:
    """Open a new archive. Its file has no name, so it is gone with the block, and with a process that is killed."""
    file: IO[bytes] = await asyncio.to_thread(TemporaryFile)
    archive = await asyncio.to_thread(partial(ZipFile, file, "w", ZIP_DEFLATED))
    try:
        yield ZipArchive(file, archive)
    finally:
        await asyncio.to_thread(archive.close)
        await asyncio.to_thread(file.close)


async def _as_json(batches: AsyncIterator[Sequence[Mapping[str, Any]]]) -> AsyncIterator[bytes]:
    start = b"[\n"
    async for rows in batches:
        yield start + b",\n".join(_row_as_json(row) for row in rows)
        start = b",\n"
    yield b"[]\n" if start == b"[\n" else b"\n]\n"


def _row_as_json(row: Mapping[str, Any]) -> bytes:
    return orjson.dumps(row, default=str, option=orjson.OPT_UTC_Z)  # asyncpg has a UUID of its own
