"""Tasks of the copies of users' data. `domain/tasks.py` imports this module, which declares them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from domain.identity.data_export import DataExportFinished, DataExportGivenUp, DataExportRequested
from domain.taskiq_broker import broker, exported_files, files_clean_up, rows_clean_up

if TYPE_CHECKING:
    from service.factory import Work


@broker.task(
    DataExportRequested,
    queue="files",
    timeout=timedelta(minutes=30),
    retry_for=timedelta(hours=6),
    on_dead=DataExportGivenUp,
)
async def export_data(work: Work, event: DataExportRequested) -> None:
    """Write a copy of all data of a user into a file.

    Raises:
        StorageUnavailable: the files cannot be read or written.
    """
    if export := await work.data_exports.find_pending(event.export_id):
        await work.data_exports.write(export, await exported_files.of(work, export.user_id))


@broker.event_handler(DataExportFinished)
async def announce_data_export(work: Work, event: DataExportFinished) -> None:
    """Tell the user that the copy is ready.

    Raises:
        NotAuthenticated: the account was deleted at the same moment; the next attempt fails in the same way.
    """
    await work.live.notifications.notify(event.notice())


@broker.event_handler(DataExportGivenUp)
async def give_data_export_up(work: Work, event: DataExportGivenUp) -> None:
    """Show the user that the copy could not be written."""
    await work.data_exports.give_up(event.export_id)


@rows_clean_up
async def delete_old_data_exports(work: Work) -> None:
    """Delete expired data exports."""
    await work.data_exports.delete_older()


@files_clean_up
async def delete_orphaned_data_exports(work: Work) -> None:
    """Delete the files of deleted data exports.

    Raises:
        StorageUnavailable: the files cannot be listed or deleted.
    """
    await work.data_exports.delete_orphans()
