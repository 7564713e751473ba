"""Runs PostgreSQL's own programs for backups. The password never stands on a command line."""

import asyncio
import re
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from core.database_url import libpq_address
from core.settings import child_environment
from domain.errors import AppError

DUMP = "pg_dump"
RESTORE = "pg_restore"
# Of files that only their owner may read.
PRIVATE = 0o077
# How long a backup waits for a migration that has locked a table.
LOCK_WAIT = "60s"
# The line of a table of contents that sets the description of an extension. Only the owner of the extension may set it:
# a superuser, if it was there before.
ON_EXTENSION = " - EXTENSION "
REVISION = re.compile(r"^COPY \S*alembic_version .*\n((?:[^\\\n]+\n)*)\\\.$", re.MULTILINE)


class BackupError(AppError):
    """A backup cannot be made, read or restored. The message has the reason and the remedy."""

    message = "This backup cannot be used."


class PostgresProgramError(BackupError):
    """A program is missing or fails."""


@dataclass(frozen=True, slots=True)
class PostgresPrograms:
    """`pg_dump` and `pg_restore` of one directory."""

    directory: Path

    async def dump(self, database_url: str, file: Path) -> None:
        """Write the database, as one transaction sees it, to a new file that only its owner may read.

        Raises:
            PostgresProgramError: the program fails.
        """
        address, secrets = libpq_address(database_url)
        options = ("--format=custom", "--statistics", "--no-password", f"--lock-wait-timeout={LOCK_WAIT}")
        await self._run(DUMP, *options, f"--file={file}", f"--dbname={address}", secrets=secrets)

    async def restore(self, database_url: str, file: Path) -> None:
        """Write a dump into an empty database, in one transaction. All of it belongs to the user of the URL.

        Raises:
            PostgresProgramError: the program fails.
        """
        address, secrets = libpq_address(database_url)
        lines = (await self.contents(file)).splitlines()
        chosen = "\n".join(line for line in lines if ON_EXTENSION not in line)
        options = ("--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges", "--statistics")
        command = (*options, "--no-password", "--use-list=/dev/stdin", f"--dbname={address}", str(file))
        await self._run(RESTORE, *command, secrets=secrets, given=chosen)

    async def contents(self, file: Path) -> str:
        """Return the table of contents of a dump.

        Raises:
            PostgresProgramError: the program fails.
        """
        return await self._run(RESTORE, "--list", str(file))

    async def revisions(self, file: Path) -> list[str]:
        """Return the migrations that the database of a dump was at.

        Raises:
            PostgresProgramError: the program fails.
        """
        copied = await self._run(RESTORE, "--data-only", "--table=alembic_version", "--file=-", str(file))
        found = REVISION.search(copied)
        return found[1].split() if found else []

    async def _run(
        self, program: str, *arguments: str, secrets: dict[str, str] | None = None, given: str | None = None
    ) -> str:
        process = await asyncio.create_subprocess_exec(
            self.directory / program,
            *arguments,
            stdin=subprocess.DEVNULL if given is None else subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=child_environment(**secrets or {}),
            umask=PRIVATE,
        )
        output, complaint = await process.communicate(given.encode() if given is not None else None)
        if process.returncode:
            raise PostgresProgramError(f"{program} failed: {_last_words(complaint.decode(errors='replace'))}")
        return output.decode(errors="replace")


def find_programs(directories: Iterable[Path], *, oldest: int) -> PostgresPrograms:
    """Return the first programs that are not older than the server: those on the PATH, then those of `directories`.

    Raises:
        PostgresProgramError: there are none.
    """
    on_path = shutil.which(DUMP)
    places = [*([Path(on_path).parent] if on_path else []), *directories]
    versions = {place: version for place in places if (version := _version_in(place))}
    for place, version in versions.items():
        if version >= oldest:
            return PostgresPrograms(place)
    found = f"there is only {DUMP} {max(versions.values())}" if versions else f"there is no {DUMP}"
    raise PostgresProgramError(
        f"The server is PostgreSQL {oldest}, and {found}: install the client programs of that version"
        f" (Debian: postgresql-client-{oldest}), or put their directory on the PATH."
    )


def _version_in(directory: Path) -> int | None:
    """Return the major version of the programs, or None if they are not there."""
    if not all((directory / program).is_file() for program in (DUMP, RESTORE)):
        return None
    command = (str(directory / DUMP), "--version")
    told = subprocess.run(command, capture_output=True, text=True, check=False).stdout  # noqa: S603  (PostgreSQL's own)
    found = re.search(r"\b(\d+)(?:\.\d+|devel|beta\d|rc\d)", told)
    return int(found[1]) if found else None


def _last_words(complaint: str) -> str:
    """Return the last error of a program, in one line."""
    lines = [line.strip() for line in complaint.splitlines() if line.strip()]
    errors = [line for line in lines if "error:" in line or "ERROR:" in line]
    return (errors or lines or ["it says nothing"])[-1].removeprefix("pg_dump: ").removeprefix("pg_restore: ")
