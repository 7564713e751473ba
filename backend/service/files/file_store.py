"""Stores files by key. Keys are never made from client input."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING, TypeAlias
from uuid import UUID

import structlog

from core.runtime.bulkhead import Bulkhead
from core.settings import Settings
from core.storage import open_local_store, open_store, reason, storage_errors
from domain.errors import StorageUnavailable
from domain.files.file import ORPHAN_AGE, row_id_in

if TYPE_CHECKING:
    from obstore import GetResult
    from obstore.store import ObjectStore

log = structlog.get_logger()

CHUNK_BYTES = 256 * 1024
LIST_BATCH = 500
# How long a request waits: for the first byte of a read, and for the end of a write.
READ_SECONDS = 10.0
WRITE_SECONDS = 30.0
# How long a job waits for the end of a long file.
UPLOAD_SECONDS = 600.0
# Parts of 5 MB that are in memory during an upload.
PARTS_AT_ONCE = 2
# The share of concurrent requests that may wait for the store, so that an outage leaves room for the others.
SHARE_OF_REQUESTS = 0.5

# Returns those of the ids that have a row.
FindExisting: TypeAlias = Callable[[Collection[UUID]], Awaitable[Collection[UUID]]]


@dataclass(frozen=True, slots=True)
class OpenFile:
    """A file that is read in chunks."""

    size: int
    chunks: AsyncIterator[bytes]


class FileStore:
    """Reads and writes files at the place that the settings name.

    Writes are atomic: a key has the old content, the new content, or none. Only a share of the concurrent requests may
    wait for the store at once.

    Raises:
        SettingsError: `STORAGE_URL` is malformed.
    """

    def __init__(self, settings: Settings) -> None:
        self._directory = settings.files_directory
        self._bulkhead = Bulkhead(
            places=max(1, int(settings.api_requests_at_once * SHARE_OF_REQUESTS)), refusal=StorageUnavailable
        )
        # A URL is checked here. A local directory is created for the first file.
        self._opened = open_store(settings.storage_url.get_secret_value()) if settings.storage_url else None

    async def write(self, key: str, content: bytes) -> None:
        """Store `content` under `key`, replacing any previous content.

        Raises:
            StorageUnavailable: the store cannot be reached or refuses the request.
        """
        from obstore import put_async

        async with self._call(WRITE_SECONDS):
            await put_async(self._store(), key, content)

    async def upload(self, key: str, file: IO[bytes] | Path) -> None:
        """Store a file, open or at this path, under `key`, in parts. For jobs: it may take minutes.

        Raises:
            StorageUnavailable: the store cannot be reached or refuses the request.
        """
        from obstore import put_async

        async with self._call(UPLOAD_SECONDS):
            await put_async(self._store(), key, file, max_concurrency=PARTS_AT_ONCE)

    async def read(self, key: str) -> bytes | None:
        """Return the content of a small file, or None if there is none.

        Raises:
            StorageUnavailable: the store cannot be reached or refuses the request.
        """
        from obstore import get_async

        async with self._call(READ_SECONDS):
            try:
                found = await get_async(self._store(), key)
            except FileNotFoundError:
                return None
            return bytes(await found.bytes_async())

    async def open(self, key: str) -> OpenFile | None:
        """Return the file for reading in chunks, or None if there is none.

        Raises:
            StorageUnavailable: the store cannot be reached or refuses the request.
        """
        from obstore import get_async

        async with self._call(READ_SECONDS):
            try:
                found = await get_async(self._store(), key)
            except FileNotFoundError:
                return None
            # A store that breaks off at once is an outage, which can be answered until the response has begun.
            chunks = _chunks(found)
            first = await anext(chunks, b"")
        return OpenFile(found.meta["size"], _joined(first, chunks))

    async def delete(self, keys: Collection[str]) -> None:
        """Delete the files. Missing ones are ignored, and one that cannot be deleted holds up no other.

        Raises:
            StorageUnavailable: the store cannot be reached or refuses the request.
        """
        if await self._failed_deletions(keys):
            raise StorageUnavailable

    async def list_older(self, prefix: str, *, than: timedelta) -> AsyncIterator[list[str]]:
        """Yield the keys below `prefix` of files older than `than`, in batches.

        Raises:
            StorageUnavailable: the store cannot be reached or refuses the request.
        """
        import obstore

        newest = datetime.now(UTC) - than
        with _outages_translated():
            async for batch in obstore.list(self._store(), prefix, chunk_size=LIST_BATCH):
                if keys := [entry["path"] for entry in batch if entry["last_modified"] < newest]:
                    yield keys

    async def delete_orphans(self, prefix: str, *, find_existing: FindExisting) -> None:
        """Delete the files below `prefix` whose id has no row: of deleted rows, and of interrupted uploads.

        Args:
            prefix: what the keys begin with.
            find_existing: returns the ids that have a row, of any owner.

        Raises:
            StorageUnavailable: the store cannot be reached or refuses the request.
        """
        failed = 0
        async for keys in self.list_older(prefix, than=ORPHAN_AGE):
            ids = {key: row_id for key in keys if (row_id := row_id_in(key))}
            existing = await find_existing(set(ids.values()))
            failed += await self._failed_deletions([key for key, row_id in ids.items() if row_id not in existing])
        if failed:
            raise StorageUnavailable

    async def _failed_deletions(self, keys: Collection[str]) -> int:
        """Delete the files, and return how many could not be deleted. An outage is logged."""
        failed = 0
        for key in keys:
            try:
                await self._delete(key)
            except StorageUnavailable:
                failed += 1
        return failed

    async def _delete(self, key: str) -> None:
        from obstore import delete_async

        async with self._call(READ_SECONDS):  # a bulk deletion may stop at the first missing file
            with suppress(FileNotFoundError):
                await delete_async(self._store(), key)

    @asynccontextmanager
    async def _call(self, seconds: float) -> AsyncIterator[None]:
        with self._bulkhead.call(), _outages_translated():
            async with asyncio.timeout(seconds):
                yield

    def _store(self) -> "ObjectStore":
        if self._opened is None:
            self._opened = open_local_store(self._directory)
        return self._opened


async def _chunks(found: "GetResult") -> AsyncIterator[bytes]:
    with _outages_translated():
        async for chunk in found.stream(min_chunk_size=CHUNK_BYTES):
            yield bytes(chunk)


async def _joined(first: bytes, others: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for chunk in others:
        yield chunk


@contextmanager
def _outages_translated() -> Iterator[None]:
    try:
        yield
    except storage_errors() as error:
        log.warning("storage unavailable", reason=reason(error) or type(error).__name__)
        raise StorageUnavailable from None  # the full message of obstore may contain signed URLs
