"""Files by key. Keys are made by us alone, never from anything that a client names."""

import asyncio
from collections.abc import AsyncIterator, Collection, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import obstore
import structlog

from core.runtime.bulkhead import Bulkhead
from core.settings import Settings
from core.storage import StorageErrors, open_local_store, open_store, reason
from domain.errors import StorageUnavailable

if TYPE_CHECKING:
    from obstore import GetResult
    from obstore.store import ObjectStore

log = structlog.get_logger()

CHUNK_BYTES = 256 * 1024
LIST_BATCH = 500
# Requests wait for the store: for the beginning of what they read, and until what they write is there.
READ_SECONDS = 10.0
WRITE_SECONDS = 30.0
# Of the requests that a process works on at once, so many may wait for the store; the others are served meanwhile.
SHARE_OF_REQUESTS = 0.5


@dataclass(frozen=True, slots=True)
class OpenFile:
    """A file that is read bit by bit."""

    size: int
    chunks: AsyncIterator[bytes]


class FileStore:
    """Reads and writes whole files. Writing is atomic: a key has the old content, the new one, or none."""

    def __init__(self, settings: Settings) -> None:
        """Keep files where the settings say, and let only a share of the requests wait for that place at once.

        Raises:
            SettingsError: `STORAGE_URL` is malformed.
        """
        self._directory = settings.files_directory
        self._bulkhead = Bulkhead(
            places=max(1, int(settings.api_requests_at_once * SHARE_OF_REQUESTS)), refusal=StorageUnavailable
        )
        # An address is checked at once; a local directory is made when the first file arrives.
        self._opened = open_store(settings.storage_url.get_secret_value()) if settings.storage_url else None

    async def write(self, key: str, content: bytes) -> None:
        """Store `content` under `key`, in place of what is there.

        Raises:
            StorageUnavailable: the store cannot be reached or refuses.
        """
        async with self._call(WRITE_SECONDS):
            await obstore.put_async(self._store(), key, content)

    async def read(self, key: str) -> bytes | None:
        """Return the content of a small file, or None when there is none.

        Raises:
            StorageUnavailable: the store cannot be reached or refuses.
        """
        async with self._call(READ_SECONDS):
            try:
                found = await obstore.get_async(self._store(), key)
            except FileNotFoundError:
                return None
            return bytes(await found.bytes_async())

    async def open(self, key: str) -> OpenFile | None:
        """Return the file to be read bit by bit, or None when there is none.

        Raises:
            StorageUnavailable: the store cannot be reached or refuses.
        """
        async with self._call(READ_SECONDS):
            try:
                found = await obstore.get_async(self._store(), key)
            except FileNotFoundError:
                return None
        return OpenFile(found.meta["size"], _chunks(found))

    async def delete(self, keys: Collection[str]) -> None:
        """Delete the files; those that are not there are as good as deleted.

        Raises:
            StorageUnavailable: the store cannot be reached or refuses.
        """
        for key in keys:  # a store may stop at the first one that is missing
            async with self._call(READ_SECONDS):
                try:
                    await obstore.delete_async(self._store(), key)
                except FileNotFoundError:
                    continue

    async def list_older(self, prefix: str, *, than: timedelta) -> AsyncIterator[list[str]]:
        """Yield, some at a time, the keys below `prefix` that were written longer ago than this.

        Raises:
            StorageUnavailable: the store cannot be reached or refuses.
        """
        newest = datetime.now(UTC) - than
        with _outages_translated():
            async for batch in obstore.list(self._store(), prefix, chunk_size=LIST_BATCH):
                if keys := [entry["path"] for entry in batch if entry["last_modified"] < newest]:
                    yield keys

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


@contextmanager
def _outages_translated() -> Iterator[None]:
    try:
        yield
    except StorageErrors as error:
        log.warning("storage unavailable", reason=reason(error) or type(error).__name__)
        raise StorageUnavailable from None  # what obstore says in full may hold signed addresses
