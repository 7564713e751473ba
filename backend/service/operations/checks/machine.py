"""Looks at this machine: the front end, files, the disk."""

import asyncio
from collections.abc import Sequence
from uuid import uuid4

from core.local_files import free_share, has_frontend, missing_frontend, try_directory, unwritable
from core.settings import Settings
from domain.errors import StorageUnavailable
from service.operations.checks.finding import Finding, Installation, failed, ok, warning

GIBIBYTE = 2**30
# Below both an operator has days: a share of the disk, and bytes.
LITTLE_SHARE = 0.1
LITTLE_SPACE = 10 * GIBIBYTE
# Bytes: with less, uploads fail soon.
NO_SPACE = 100 * 2**20


async def check_frontend(installation: Installation) -> Sequence[Finding]:
    """Look whether there are pages to serve."""
    settings = installation.settings
    if not settings.serves_pages:
        return [ok("front end", "another server has it")]
    if await asyncio.to_thread(has_frontend, settings):
        return [ok("front end", str(settings.frontend_directory))]
    if settings.is_production:
        return [failed("front end", missing_frontend(settings))]
    return [ok("front end", "it is not built; `make up` builds it, `make dev` serves it from its source")]


async def check_files(installation: Installation) -> Sequence[Finding]:
    """Write, read and delete a file where those of users are."""
    settings, key, content = installation.settings, f"checks/{uuid4()}", b"check"
    try:
        await installation.files.write(key, content)
        read = await installation.files.read(key)
        await installation.files.delete([key])
    except StorageUnavailable:
        remedy = "correct STORAGE_URL, its keys and their rights" if settings.storage_url else await _reason(settings)
        return [failed("files", "Files cannot be stored.", remedy)]
    if read != content:
        return [failed("files", "A file was not read as it was written.", "look at the storage")]
    return [ok("files", "written, read and deleted")]


async def _reason(settings: Settings) -> str:
    try:
        await asyncio.to_thread(try_directory, settings.files_directory)
    except OSError as error:
        return unwritable(settings, error)
    return "look at the directory of VAR_DIRECTORY"


async def check_disk(installation: Installation) -> Sequence[Finding]:
    """Look at the space where VAR_DIRECTORY is."""
    directory = installation.settings.var_directory
    free, share = await asyncio.to_thread(free_share, directory)
    text = f"{free / GIBIBYTE:.1f} GiB, {share:.0%}, are free in {directory}"
    if share < LITTLE_SHARE and free < LITTLE_SPACE:
        return [(failed if free < NO_SPACE else warning)("disk", text, "free space, or take a larger disk")]
    return [ok("disk", text)]
