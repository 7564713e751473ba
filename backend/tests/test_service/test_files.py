"""Files on a real disk, and in a real S3-compatible server."""

import asyncio
import io
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Collection, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from urllib.request import Request, urlopen
from uuid import UUID, uuid4

import pytest
from pydantic import SecretStr

from core.runtime import bulkhead
from core.settings import Settings
from core.storage import TIMEOUTS
from domain.errors import StorageUnavailable
from service.files import file_store as files_module
from service.files.file_store import CHUNK_BYTES, FileStore
from tests.support.hanging import hanging_server
from tests.support.ports import free_port

SECRET = "hunter2-hunter2"
SOON = timedelta(minutes=-1)


@pytest.fixture(scope="module")
def s3_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a bucket in a server of its own."""
    log = tmp_path_factory.mktemp("s3") / "log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", "0"], stdout=output, stderr=output
        )
    try:
        endpoint = _endpoint(log)
        urlopen(Request(f"{endpoint}/files", method="PUT")).close()
        yield f"s3://files/prefix?endpoint={endpoint}&region=us-east-1&access_key_id=key&secret_access_key={SECRET}"
    finally:
        server.terminate()
        server.wait()


def _endpoint(log: Path) -> str:
    for _ in range(300):
        for line in log.read_text().splitlines():
            if "Running on http" in line:
                return line.rpartition(" ")[2]
        time.sleep(0.1)
    raise AssertionError(log.read_text())


@pytest.fixture(params=["disk", pytest.param("s3", marks=pytest.mark.process)])
def files(request: pytest.FixtureRequest, settings: Settings, tmp_path: Path) -> FileStore:
    url = SecretStr(request.getfixturevalue("s3_url")) if request.param == "s3" else None
    return FileStore(settings.model_copy(update={"storage_url": url, "var_directory": tmp_path}))


async def listed(files: FileStore, prefix: str, *, than: timedelta = SOON) -> list[str]:
    return sorted([key async for keys in files.list_older(prefix, than=than) for key in keys])


async def chunks_of(files: FileStore, key: str) -> list[bytes]:
    opened = await files.open(key)
    assert opened is not None
    chunks = [chunk async for chunk in opened.chunks]
    assert opened.size == sum(map(len, chunks))
    return chunks


async def test_what_is_written_is_read(files: FileStore) -> None:
    await files.write("a/b/c.txt", b"first")
    await files.write("a/b/c.txt", b"second")
    assert await files.read("a/b/c.txt") == b"second"
    assert await chunks_of(files, "a/b/c.txt") == [b"second"]


async def test_a_large_file_is_read_bit_by_bit(files: FileStore) -> None:
    content = bytes(range(256)) * (8 * CHUNK_BYTES // 256)
    await files.write("large", content)
    chunks = await chunks_of(files, "large")
    assert b"".join(chunks) == content
    assert len(chunks) > 1


async def test_what_is_not_there_is_none(files: FileStore) -> None:
    assert await files.read("missing") is None
    assert await files.open("missing/too") is None


async def test_deleting_passes_over_what_is_not_there(files: FileStore) -> None:
    await files.write("delete/1", b"x")
    await files.write("delete/2", b"x")
    await files.delete(["delete/0", "delete/1", "delete/2", "delete/3"])
    assert await listed(files, "delete/") == []


async def test_a_file_that_cannot_be_deleted_holds_up_no_other(files: FileStore) -> None:
    await files.write("delete/first", b"x")
    await files.write("delete/last", b"x")
    with pytest.raises(StorageUnavailable):
        await files.delete(["delete/first", "delete//locked", "delete/last"])
    assert await listed(files, "delete/") == []


class StoreWithLock(FileStore):
    """A store that does not delete one of its files."""

    locked = ""

    async def _delete(self, key: str) -> None:
        if key == self.locked:
            raise StorageUnavailable
        await super()._delete(key)


async def test_an_orphan_that_cannot_be_deleted_holds_up_no_other(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files_module, "ORPHAN_AGE", SOON)
    monkeypatch.setattr(files_module, "LIST_BATCH", 1)
    files = StoreWithLock(settings.model_copy(update={"var_directory": tmp_path}))
    keys = sorted(f"kind/{uuid4()}/file" for _ in range(3))
    for key in keys:
        await files.write(key, b"x")
    files.locked = keys[1]
    with pytest.raises(StorageUnavailable):
        await files.delete_orphans("kind/", find_existing=none_of)
    assert await listed(files, "kind/") == [keys[1]]


async def none_of(_: Collection[UUID]) -> set[UUID]:
    return set()


async def test_listing_finds_what_is_old_enough_below_a_prefix(files: FileStore) -> None:
    for key in ("list/1/x", "list/2/y", "listed/3"):
        await files.write(key, b"x")
    assert await listed(files, "list/") == ["list/1/x", "list/2/y"]
    assert await listed(files, "list/", than=timedelta(hours=1)) == []
    assert await listed(files, "nothing/") == []


@pytest.mark.parametrize("key", ["../outside", "a/../../outside", "a//b"])
async def test_a_key_cannot_leave_the_store(files: FileStore, tmp_path: Path, key: str) -> None:
    with pytest.raises(StorageUnavailable):
        await files.write(key, b"x")
    assert not list(tmp_path.parent.glob("outside*"))


async def test_a_directory_that_cannot_be_written_is_an_outage(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "files").write_text("in the way")
    files = FileStore(settings.model_copy(update={"var_directory": tmp_path}))
    with pytest.raises(StorageUnavailable):
        await files.write("a", b"x")


async def test_a_store_that_is_away_is_an_outage_which_tells_no_secrets(
    settings: Settings, log_output: io.StringIO
) -> None:
    url = f"s3://b/p?endpoint=http://127.0.0.1:{free_port()}&region=r&access_key_id=k&secret_access_key={SECRET}"
    files = FileStore(settings.model_copy(update={"storage_url": SecretStr(url)}))
    async with asyncio.timeout(20):
        for attempt in (files.write("a", b"x"), files.read("a"), files.delete(["a"])):
            with pytest.raises(StorageUnavailable) as raised:
                await attempt
            assert raised.value.__cause__ is None
    assert "storage unavailable" in log_output.getvalue()
    assert SECRET not in log_output.getvalue()


async def test_a_store_that_hangs_is_given_up_on_and_not_asked_again_for_a_while(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files_module, "READ_SECONDS", 0.3)
    monkeypatch.setattr(bulkhead, "SLOW_FAILURE_SECONDS", 0.2)
    async with hanging_server() as server:
        url = f"s3://b?endpoint={server.address}&region=r&access_key_id=k&secret_access_key={SECRET}"
        files = FileStore(settings.model_copy(update={"storage_url": SecretStr(url)}))
        with pytest.raises(StorageUnavailable):
            await files.open("a")
        asked = server.connections
        for attempt in (files.open("a"), files.write("a", b"x"), files.read("a"), files.delete(["a"])):
            with pytest.raises(StorageUnavailable):
                await attempt
        assert server.connections == asked


async def test_a_store_that_hangs_takes_half_of_the_places_at_most(settings: Settings) -> None:
    async with hanging_server() as server:
        url = f"s3://b?endpoint={server.address}&region=r&access_key_id=k&secret_access_key={SECRET}"
        changes = {"storage_url": SecretStr(url), "api_requests_at_once": 6}
        files = FileStore(settings.model_copy(update=changes))
        waiting = [asyncio.create_task(files.open("a")) for _ in range(10)]
        refused = asyncio.as_completed(waiting)
        for _ in range(7):
            with pytest.raises(StorageUnavailable):
                await next(refused)
        held = [task for task in waiting if not task.done()]
        assert len(held) == 3
        for task in held:
            task.cancel()
        await asyncio.wait(held)


async def test_a_failure_that_comes_at_once_is_about_one_call_alone(files: FileStore) -> None:
    with pytest.raises(StorageUnavailable):
        await files.write("../outside", b"x")
    await files.write("inside", b"x")
    assert await files.read("inside") == b"x"


async def test_an_outage_while_a_file_is_read_is_an_outage() -> None:
    from service.files.file_store import _chunks

    class Failing:
        def stream(self, min_chunk_size: int) -> AsyncIterator[bytes]:
            return self._fail()

        async def _fail(self) -> AsyncIterator[bytes]:
            yield b"some"
            raise OSError("connection reset")

    with pytest.raises(StorageUnavailable):
        _ = [chunk async for chunk in _chunks(Failing())]  # type: ignore[arg-type]  # only this much of it is used


@pytest.mark.parametrize("bytes_sent", [10, 4])
async def test_a_file_may_arrive_slowly_but_not_stop_arriving(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, bytes_sent: int
) -> None:
    monkeypatch.setitem(TIMEOUTS, "read_timeout", timedelta(seconds=0.5))
    async with dripping_server(size=10, sent=bytes_sent, pause_seconds=0.1) as endpoint:
        url = f"s3://b?endpoint={endpoint}&region=r&access_key_id=k&secret_access_key={SECRET}"
        files = FileStore(settings.model_copy(update={"storage_url": SecretStr(url)}))
        if bytes_sent == 10:
            assert b"".join(await chunks_of(files, "a")) == b"x" * 10
        else:  # before a response has begun, so that it can say so
            with pytest.raises(StorageUnavailable):
                await files.open("a")


def test_only_a_pause_ends_a_download_and_no_length() -> None:
    """Without a limit of ours, obstore ends each after 30 seconds."""
    limit = TIMEOUTS["timeout"]
    assert isinstance(limit, timedelta)
    assert limit >= timedelta(hours=12)


@asynccontextmanager
async def dripping_server(*, size: int, sent: int, pause_seconds: float) -> AsyncIterator[str]:
    """Run an object store with one file, which arrives byte by byte and stops after `sent` bytes."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        facts = ('ETag: "a"', "Last-Modified: Wed, 21 Oct 2015 07:28:00 GMT", "Connection: close")
        writer.write("\r\n".join(["HTTP/1.1 200 OK", f"Content-Length: {size}", *facts, "", ""]).encode())
        for _ in range(sent):
            writer.write(b"x")
            await asyncio.sleep(pause_seconds)
        if sent < size:
            await reader.read()  # until the client ends the connection
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
