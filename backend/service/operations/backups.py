"""Backups: one directory with a dump of the database, the files of users, and checksums of both."""

import asyncio
import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Collection, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, ValidationError

from core import product
from core.db import open_database
from core.settings import Settings
from repository.connection import Connection
from repository.operations.health_repository import HealthRepository
from repository.operations.postgres_programs import BackupError, PostgresPrograms, find_programs
from repository.operations.revision import read_history
from service.files.file_store import FileStore

MANIFEST = "backup.json"
DATABASE = "database.dump"
FILES = "files/"
UNFINISHED = ".unfinished-"
# Sorts by time; no character needs quoting in a shell.
NAME = "%Y%m%dT%H%M%SZ"
PRIVATE_FILE = 0o600
PRIVATE_DIRECTORY = 0o700


class Part(BaseModel):
    """One file of a backup."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    bytes: int
    sha256: str


class Manifest(BaseModel):
    """The description of a backup.

    Attributes:
        release: the version of the product that made it.
        revision: the newest migration of the database.
        postgresql: the major version of the server.
        has_files: whether the files of users are in it; otherwise they were in an object store.
        parts: its files by path.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    product: str
    release: str
    created_at: datetime
    revision: str
    postgresql: int
    has_files: bool
    parts: dict[str, Part]

    @property
    def keys(self) -> list[str]:
        """The keys of the files of users."""
        return [path.removeprefix(FILES) for path in self.parts if path.startswith(FILES)]


async def create_backup(settings: Settings, directory: Path, *, programs_in: Collection[Path] = ()) -> Path:
    """Write a backup into a new directory below `directory` and return it. It appears there when it is complete.

    PostgreSQL's programs are searched for on the PATH, then in `programs_in`.

    The remains of interrupted backups and removals are deleted.

    Raises:
        BackupError: the database has no tables of this product, or another backup is being written to `directory`.
        DatabaseUnavailable: PostgreSQL cannot be reached.
        PostgresProgramError: `pg_dump` is missing, older than the server, or failed.
        SettingsError: DATABASE_URL is not set.
        StorageUnavailable: the files of users cannot be read.
        OSError: the disk is full, or the directory cannot be written.
    """
    made_at = datetime.now(UTC)
    async with _facts(settings) as facts:
        version = await facts.server_version()
    programs = await asyncio.to_thread(find_programs, programs_in, oldest=version)
    held = await asyncio.to_thread(_hold, directory)
    unfinished = None
    try:
        unfinished = await asyncio.to_thread(_make_directory, directory)
        parts = await _write_parts(settings, unfinished, programs)
        manifest = Manifest(
            product=product.SLUG,
            release=product.VERSION,
            created_at=made_at,
            revision=await _revision(unfinished, programs),
            postgresql=version,
            has_files=_has_local_files(settings),
            parts=parts,
        )
        await asyncio.to_thread(_write, unfinished / MANIFEST, manifest.model_dump_json(indent=2).encode())
        await _check_parts(unfinished, manifest, programs)
        return await asyncio.to_thread(_publish, unfinished, directory / made_at.strftime(NAME))
    finally:
        if unfinished:
            await asyncio.to_thread(shutil.rmtree, unfinished, ignore_errors=True)  # gone already, if it was published
        os.close(held)


async def check_backup(backup: Path, *, programs_in: Collection[Path] = ()) -> Manifest:
    """Read all of a backup and return its description. Connects to nothing.

    Raises:
        BackupError: a part is missing or damaged.
        PostgresProgramError: `pg_restore` is missing or too old, or the dump cannot be read.
    """
    manifest = await read_manifest(backup)
    programs = await asyncio.to_thread(find_programs, programs_in, oldest=manifest.postgresql)
    await _check_parts(backup, manifest, programs)
    return manifest


async def restore_backup(settings: Settings, backup: Path, *, programs_in: Collection[Path] = ()) -> Manifest:
    """Write a backup into an empty database, and its files into the storage. Migrations are not applied.

    Raises:
        BackupError: it is damaged, of a newer release or another product, or the database has tables.
        DatabaseUnavailable: PostgreSQL cannot be reached.
        PostgresProgramError: `pg_restore` failed; the database is empty as before.
        SettingsError: DATABASE_URL is not set.
        StorageUnavailable: a file cannot be written.
    """
    manifest = await check_backup(backup, programs_in=programs_in)
    await asyncio.to_thread(_check_release, manifest)
    async with _facts(settings) as facts:
        if await facts.has_tables():
            raise BackupError(
                "The database has tables, and a backup is only restored into an empty one: create another database"
                " (createdb --owner=… NAME), name it in DATABASE_URL, and run this again."
            )
    files = FileStore(settings)
    for key in manifest.keys:  # a file is written before the row that names it
        await files.upload(key, backup / FILES / key)
    programs = await asyncio.to_thread(find_programs, programs_in, oldest=manifest.postgresql)
    await programs.restore(settings.require_database_url(), backup / DATABASE)
    return manifest


async def remove_old_backups(directory: Path, *, keep: int) -> list[Path]:
    """Remove all but the newest `keep` backups of this product in `directory`, and return those that are gone.

    Raises:
        BackupError: the file that describes a backup cannot be read.
    """
    found = await asyncio.to_thread(_list, directory)
    own = [path for path in found if (await read_manifest(path)).product == product.SLUG]
    old = own[:-keep]
    for path in old:
        await asyncio.to_thread(_remove, path)
    return old


async def read_manifest(backup: Path) -> Manifest:
    """Return the description of a backup, without reading its parts.

    Raises:
        BackupError: this is no backup.
    """
    try:
        return Manifest.model_validate_json(await asyncio.to_thread((backup / MANIFEST).read_bytes))
    except (OSError, ValidationError) as error:
        raise BackupError(f"{backup} is no backup: it has no readable {MANIFEST}.") from error


@contextmanager
def disk_errors_named() -> Iterator[None]:
    """Say in one sentence that a disk is full, or that a directory cannot be read or written.

    Raises:
        BackupError: one of them happened in the block.
    """
    try:
        yield
    except OSError as error:
        if error.strerror is None:
            raise
        place = f"{error.filename}: " if error.filename else ""
        raise BackupError(f"The backup cannot be read or written ({place}{error.strerror}).") from error


@asynccontextmanager
async def _facts(settings: Settings) -> AsyncIterator[HealthRepository]:
    database = open_database(settings, application_name=f"{product.SLUG} backup", size=1)
    try:
        yield HealthRepository(Connection(database.acquire))
    finally:
        await database.close()


def _has_local_files(settings: Settings) -> bool:
    return settings.storage_url is None or urlsplit(settings.storage_url.get_secret_value()).scheme == "file"


async def _write_parts(settings: Settings, backup: Path, programs: PostgresPrograms) -> dict[str, Part]:
    """Write the dump and, if they are on this machine, the files of users.

    A row of the dump may name a file that is deleted a moment later, or written a moment before. So files are copied
    before the dump, and those that are new afterwards.
    """
    parts: dict[str, Part] = {}
    files = FileStore(settings) if _has_local_files(settings) else None
    if files:
        await _copy_new(files, backup, parts)
    await programs.dump(settings.require_database_url(), backup / DATABASE)
    parts[DATABASE] = await asyncio.to_thread(_measured, backup / DATABASE)
    if files:
        await _copy_new(files, backup, parts)
    return parts


async def _copy_new(files: FileStore, backup: Path, parts: dict[str, Part]) -> None:
    async for keys in files.list_older("", than=timedelta(0)):
        for key in keys:
            path = f"{FILES}{key}"
            if path not in parts and (found := await files.open(key)) is not None:
                await asyncio.to_thread(_write, backup / path, b"")
                async for chunk in found.chunks:
                    await asyncio.to_thread(_append, backup / path, chunk)
                parts[path] = await asyncio.to_thread(_measured, backup / path)


async def _revision(backup: Path, programs: PostgresPrograms) -> str:
    revisions = await programs.revisions(backup / DATABASE)
    if len(revisions) != 1:
        raise BackupError("The database has had no migrations, so there is nothing to back up.")
    return revisions[0]


async def _check_parts(backup: Path, manifest: Manifest, programs: PostgresPrograms) -> None:
    if DATABASE not in manifest.parts:
        raise BackupError(f"{MANIFEST} does not list {DATABASE}: take another copy of the backup.")
    for path, part in manifest.parts.items():
        if PurePosixPath(path).is_absolute() or ".." in PurePosixPath(path).parts:
            raise BackupError(f"{MANIFEST} lists {path}, which is outside of the backup: take another copy of it.")
        if await asyncio.to_thread(_differs, backup / path, part):
            raise BackupError(f"{path} is missing or differs from what was written: take another copy of the backup.")
    await programs.contents(backup / DATABASE)


def _check_release(manifest: Manifest) -> None:
    if manifest.product != product.SLUG:
        raise BackupError(f"This is a backup of {manifest.product}, and this is {product.SLUG}.")
    if manifest.revision not in read_history().revisions:
        raise BackupError(
            f"The backup was made by release {manifest.release} with a newer schema ({manifest.revision}) than this"
            f" release ({product.VERSION}) has: restore it with release {manifest.release} or a later one."
        )


def _hold(directory: Path) -> int:
    """Create the directory, keep other backups out of it, and return the lock.

    It ends with this process, however that ends.
    """
    directory.mkdir(mode=PRIVATE_DIRECTORY, parents=True, exist_ok=True)
    held = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(held)
        raise BackupError(f"Another backup is being written to {directory}: wait for its end.") from None
    return held


def _make_directory(parent: Path) -> Path:
    for left_behind in parent.glob(f"{UNFINISHED}*"):
        shutil.rmtree(left_behind, ignore_errors=True)  # the `pg_dump` of a killed command may still write there
    return Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=parent))


def _list(directory: Path) -> Iterable[Path]:
    """Return the finished backups in a directory, the oldest first."""
    return [path.parent for path in sorted(directory.glob(f"[0-9]*/{MANIFEST}"))]


def _publish(unfinished: Path, place: Path) -> Path:
    """Give a backup its name after all of it is on the disk."""
    os.sync()
    return unfinished.rename(place)


def _remove(backup: Path) -> None:
    """Take the name of a backup away, so that a half of it is no backup, then delete it."""
    shutil.rmtree(backup.rename(backup.with_name(f"{UNFINISHED}{backup.name}")))


def _measured(path: Path) -> Part:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
        return Part(bytes=file.tell(), sha256=digest.hexdigest())


def _differs(path: Path, part: Part) -> bool:
    return not path.is_file() or _measured(path) != part


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)  # within a directory that only its owner may enter
    path.touch(mode=PRIVATE_FILE)
    path.write_bytes(content)


def _append(path: Path, content: bytes) -> None:
    with path.open("ab") as file:
        file.write(content)
