"""Checks of this machine's disk at start: the built front end, a directory for files, and space."""

import shutil
import tempfile
from pathlib import Path

from core.settings import Settings, SettingsError

FRONTEND_INDEX = "index.html"


def require_frontend(settings: Settings) -> None:
    """Check, in production, that there is a front end to serve.

    Raises:
        SettingsError: there is none, and no setting says that another server has it.
    """
    if settings.is_production and settings.serves_pages and not has_frontend(settings):
        raise SettingsError(missing_frontend(settings))


def has_frontend(settings: Settings) -> bool:
    """Whether the front end is built."""
    return (settings.frontend_directory / FRONTEND_INDEX).is_file()


def missing_frontend(settings: Settings) -> str:
    """Return the advice for a front end that is not built."""
    return (
        f"The front end is not built: {settings.frontend_directory / FRONTEND_INDEX} is missing; run `make"
        " frontend-build`, set FRONTEND_DIRECTORY to where it is, or set PUBLIC_API_URL if another server has the pages."
    )


def try_directory(directory: Path) -> None:
    """Create the directory, and write a file there that is gone again.

    Raises:
        OSError: one of them is not possible.
    """
    directory.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=directory) as file:
        file.write(b"-")


def unwritable(settings: Settings, error: OSError) -> str:
    """Return the advice for a directory of files that cannot be written."""
    return (
        f"VAR_DIRECTORY: {settings.files_directory} cannot be written ({error.strerror}); let the user that runs the"
        " program write it, or set STORAGE_URL."
    )


def free_share(directory: Path) -> tuple[int, float]:
    """Return the free bytes of the disk that has the directory, or will have it, and their share of all.

    Raises:
        OSError: the disk cannot be asked.
    """
    existing = next(path for path in (directory, *directory.parents) if path.exists())
    usage = shutil.disk_usage(existing)
    return usage.free, usage.free / usage.total if usage.total else 1.0  # some network file systems name no size
