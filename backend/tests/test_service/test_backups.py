"""Backups are private, complete or absent, and restored only where nothing is lost."""

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import SecretStr

from core.database_url import libpq_address
from core.settings import Settings
from embedded.postgres import binaries
from embedded.services import Urls
from repository.operations.postgres_programs import BackupError, PostgresProgramError, PostgresPrograms, find_programs
from service.files.file_store import FileStore
from service.operations.backups import (
    DATABASE,
    MANIFEST,
    Manifest,
    check_backup,
    create_backup,
    remove_old_backups,
    restore_backup,
)
from tests.support.databases import create_database

SERVER = 18


@pytest.fixture
def programs() -> list[Path]:
    return [binaries()]


@pytest.fixture
async def backup(settings: Settings, programs: list[Path], tmp_path: Path) -> Path:
    await FileStore(settings).write("pictures/1", b"picture")
    return await create_backup(settings, tmp_path / "backups", programs_in=programs)


@pytest.fixture
def elsewhere(settings: Settings, services: Urls, process_number: int, tmp_path: Path) -> Settings:
    """Settings that name an empty database and an empty storage."""
    url = create_database(services.database_url, f"restored_{process_number}")
    return settings.model_copy(update={"database_url": url, "var_directory": tmp_path / "elsewhere"})


def read(backup: Path) -> Manifest:
    return Manifest.model_validate_json((backup / MANIFEST).read_bytes())


def rewrite(backup: Path, **changes: object) -> None:
    (backup / MANIFEST).write_text(read(backup).model_copy(update=changes).model_dump_json())


def modes(*paths: Path) -> list[int]:
    return [path.stat().st_mode & 0o777 for path in paths]


def names(directory: Path) -> set[str]:
    return {path.name for path in directory.iterdir()}


async def test_a_backup_is_restored_with_its_files_and_newest_schema(
    backup: Path, elsewhere: Settings, programs: list[Path]
) -> None:
    await restore_backup(elsewhere, backup, programs_in=programs)
    assert await FileStore(elsewhere).read("pictures/1") == b"picture"


async def test_only_the_owner_can_read_a_backup(backup: Path) -> None:
    assert modes(backup) == [0o700]
    assert set(modes(*(backup / path for path in (MANIFEST, *read(backup).parts)))) == {0o600}


async def test_a_backup_that_fails_leaves_nothing(settings: Settings, tmp_path: Path) -> None:
    program(
        tmp_path,
        'case "$*" in --version) echo "pg_dump (PostgreSQL) 99.1";; *) echo "pg_dump: error: no" >&2; exit 1;; esac',
    )
    with pytest.raises(PostgresProgramError, match=r"^pg_dump failed: error: no$"):
        await create_backup(settings, tmp_path / "backups", programs_in=[tmp_path])
    assert names(tmp_path / "backups") == set()


async def test_what_a_killed_backup_left_behind_is_removed_by_the_next(
    settings: Settings, programs: list[Path], tmp_path: Path
) -> None:
    left_behind = tmp_path / "backups" / ".unfinished-of-a-killed-one"
    left_behind.mkdir(parents=True)
    (left_behind / DATABASE).touch()
    made = await create_backup(settings, tmp_path / "backups", programs_in=programs)
    assert names(tmp_path / "backups") == {made.name}


async def test_two_backups_are_not_written_to_one_directory_at_once(
    settings: Settings, programs: list[Path], backup: Path
) -> None:
    being_written = backup.parent / ".unfinished-of-another"
    being_written.mkdir()
    held = os.open(backup.parent, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(BackupError, match=r"^Another backup is being written to "):
            await create_backup(settings, backup.parent, programs_in=programs)
    finally:
        os.close(held)
    assert names(backup.parent) == {backup.name, being_written.name}


async def test_a_removal_that_is_interrupted_leaves_no_half_of_a_backup(
    backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(path: Path) -> None:
        (path / DATABASE).unlink()
        raise OSError("interrupted")

    newer = backup.with_name("29990101T000000Z")
    shutil.copytree(backup, newer)
    monkeypatch.setattr(shutil, "rmtree", interrupted)
    with pytest.raises(OSError, match="interrupted"):
        await remove_old_backups(backup.parent, keep=1)
    assert [path.name for path in backup.parent.glob("[0-9]*")] == [newer.name]


async def test_an_empty_database_is_not_backed_up(elsewhere: Settings, programs: list[Path], tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="no migrations"):
        await create_backup(elsewhere, tmp_path / "backups", programs_in=programs)


@pytest.mark.parametrize("damage", [lambda path: path.unlink(), lambda path: path.write_bytes(path.read_bytes()[:-1])])
@pytest.mark.parametrize("name", [DATABASE, "files/pictures/1"])
async def test_a_damaged_backup_is_found(
    backup: Path, programs: list[Path], name: str, damage: Callable[[Path], None]
) -> None:
    await check_backup(backup, programs_in=programs)
    damage(backup / name)
    with pytest.raises(BackupError, match=f"{name} is missing or differs"):
        await check_backup(backup, programs_in=programs)


async def test_a_backup_whose_dump_has_no_checksum_is_refused(backup: Path, programs: list[Path]) -> None:
    rewrite(backup, parts={name: part for name, part in read(backup).parts.items() if name != DATABASE})
    with pytest.raises(BackupError, match=f"does not list {DATABASE}"):
        await check_backup(backup, programs_in=programs)


@pytest.mark.parametrize("path", ["/etc/hostname", "../elsewhere", "files/../../elsewhere"])
async def test_a_file_outside_of_the_backup_is_not_read(
    backup: Path, elsewhere: Settings, programs: list[Path], path: str
) -> None:
    (backup.parent / "elsewhere").write_bytes((backup / DATABASE).read_bytes())
    rewrite(backup, parts=read(backup).parts | {path: read(backup).parts[DATABASE]})
    with pytest.raises(BackupError, match=f"{path}, which is outside of the backup"):
        await restore_backup(elsewhere, backup, programs_in=programs)


async def test_what_is_no_backup_is_refused(tmp_path: Path, programs: list[Path]) -> None:
    with pytest.raises(BackupError, match="is no backup"):
        await check_backup(tmp_path, programs_in=programs)


async def test_a_database_with_tables_is_not_overwritten(
    backup: Path, settings: Settings, programs: list[Path]
) -> None:
    with pytest.raises(BackupError, match="create another database"):
        await restore_backup(settings, backup, programs_in=programs)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"revision": "of_a_later_release", "release": "9.0.0"}, "restore it with release 9.0.0 or a later one"),
        ({"product": "another"}, "a backup of another"),
    ],
)
async def test_a_backup_of_a_newer_schema_or_another_product_is_refused(
    backup: Path, elsewhere: Settings, programs: list[Path], changes: dict[str, str], sentence: str
) -> None:
    rewrite(backup, **changes)
    with pytest.raises(BackupError, match=sentence):
        await restore_backup(elsewhere, backup, programs_in=programs)


async def test_files_in_an_object_store_are_not_in_a_backup(
    settings: Settings, programs: list[Path], tmp_path: Path
) -> None:
    remote = settings.model_copy(update={"storage_url": SecretStr("s3://bucket?region=x")})
    made = await create_backup(remote, tmp_path, programs_in=programs)
    assert list(read(made).parts) == [DATABASE]


async def test_old_backups_are_removed_and_other_directories_kept(backup: Path) -> None:
    for name in ("20200101T000000Z", "20210101T000000Z"):
        (backup.parent / name).mkdir()
        (backup.parent / name / MANIFEST).write_bytes((backup / MANIFEST).read_bytes())
    (backup.parent / "mine").mkdir()
    assert [path.name for path in await remove_old_backups(backup.parent, keep=2)] == ["20200101T000000Z"]
    assert names(backup.parent) == {"20210101T000000Z", backup.name, "mine"}


def program(directory: Path, text: str) -> None:
    directory.mkdir(exist_ok=True)
    for name in ("pg_dump", "pg_restore"):
        (directory / name).write_text(f"#!/bin/sh\n{text}\n")
        (directory / name).chmod(0o755)


def test_programs_older_than_the_server_are_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path / "old", "echo 'pg_dump (PostgreSQL) 17.6 (Debian 17.6-1)'")
    program(tmp_path / "new", "echo 'pg_dump (PostgreSQL) 18.1'")
    monkeypatch.setenv("PATH", f"{tmp_path / 'old'}:{os.environ['PATH']}")
    assert find_programs([tmp_path / "new"], oldest=SERVER).directory == tmp_path / "new"
    with pytest.raises(PostgresProgramError, match=r"PostgreSQL 18, and there is only pg_dump 17: install .* PATH"):
        find_programs([], oldest=SERVER)


def test_missing_programs_are_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(PostgresProgramError, match=r"there is no pg_dump: install .*postgresql-client-18"):
        find_programs([tmp_path], oldest=SERVER)


async def test_the_password_is_in_no_argument(tmp_path: Path) -> None:
    program(tmp_path, f'echo "$@" > {tmp_path}/arguments; printf %s "$PGPASSWORD" > {tmp_path}/password')
    await PostgresPrograms(tmp_path).dump("postgresql+asyncpg://ada:se%2Fcret@host:5433/name?ssl=true", tmp_path / "x")
    assert "--dbname=postgresql://ada@host:5433/name?sslmode=require" in (tmp_path / "arguments").read_text()
    assert "cret" not in (tmp_path / "arguments").read_text()
    assert (tmp_path / "password").read_text() == "se/cret"


def test_settings_of_the_driver_are_no_options_of_programs() -> None:
    url = "postgresql://a:b@/name?host=/run/x&password=c&search_path=y"
    assert libpq_address(url) == ("postgresql://a@/name?host=%2Frun%2Fx", {"PGPASSWORD": "c"})


def test_a_space_in_an_option_is_written_as_programs_read_it() -> None:
    address, _ = libpq_address("postgresql://a@/name?host=/my%20run&options=-c%20statement_timeout%3D0")
    assert address == "postgresql://a@/name?host=%2Fmy%20run&options=-c%20statement_timeout%3D0"
