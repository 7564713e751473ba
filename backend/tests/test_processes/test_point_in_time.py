"""A base copy and the archived log restore the database of any moment, with the settings of docs/guides/backups.md."""

import asyncio
import time
from collections.abc import Iterator, Mapping
from configparser import ConfigParser
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy.engine import make_url

from core.settings import REPOSITORY_ROOT
from embedded.postgres import NAME, PostgresServer
from embedded.process import Guardian, ManagedProcess
from embedded.sockets import private_directory, remove_private_directory
from tests.support.documents import Document
from tests.test_processes.conftest import eventually

pytestmark = pytest.mark.nightly

GUIDE = "docs/guides/backups.md"


class Server(PostgresServer):
    """A server with further settings, that may begin as a copy of another one."""

    def __init__(
        self, directory: Path, sockets: Path, settings: Mapping[str, str], *, base: Path | None = None
    ) -> None:
        super().__init__(directory, sockets, durable=True)
        self._settings = self._settings | dict(settings)
        self._base = base

    def make_base_copy(self, place: Path) -> None:
        self.own(place)
        options = ("--host", self._sockets, "--username", NAME, "--checkpoint=fast")
        self._run("pg_basebackup", "--pgdata", place, *options)

    def own(self, directory: Path) -> None:
        """Make a directory that the server may write."""
        directory.mkdir(mode=0o700)
        if self._account:
            self._hand_over(directory, self._account)

    def _initialize(self) -> None:
        if self._base is None:
            super()._initialize()
            return
        (self._base / "recovery.signal").touch()
        self._base.rename(self._data)


def settings_of_the_guide(wal: Path) -> list[dict[str, str]]:
    """Return the settings of each `postgresql` block: those of the archive, then those of a recovery."""
    blocks = Document(GUIDE, (REPOSITORY_ROOT / GUIDE).read_text(encoding="utf-8")).blocks
    found = []
    for block in blocks:
        parser = ConfigParser(interpolation=None)
        if block.language == "ini" and block.text.startswith("[postgresql]"):
            parser.read_string(block.text.replace("/srv/wal", str(wal)))
            found.append({name: value.strip("'") for name, value in parser["postgresql"].items()})
    return found


@contextmanager
def running(server: Server) -> Iterator[str]:
    with closing(Guardian()) as guardian:
        process = ManagedProcess(server, guardian)
        process.start()
        eventually(server.is_ready, within=60)
        yield make_url(server.url).set(drivername="postgresql").render_as_string(False)
        process.ask_to_stop()
        process.wait(time.monotonic() + 20)


async def run(url: str, *statements: str) -> list[str]:
    """Run the statements and return the values of the last one."""
    connection = await asyncpg.connect(url)
    try:
        values: list[str] = []
        for statement in statements:
            values = [str(row[0]) for row in await connection.fetch(statement)]
        return values
    finally:
        await connection.close()


def test_the_database_of_a_moment_comes_back(tmp_path: Path) -> None:
    archive, recovery = settings_of_the_guide(tmp_path / "wal")
    sockets = private_directory(tmp_path)
    first = Server(tmp_path / "first", sockets, archive)
    first.own(tmp_path / "wal")
    with running(first) as url:
        first.make_base_copy(tmp_path / "base")
        asyncio.run(run(url, "CREATE TABLE users (name text)", "INSERT INTO users VALUES ('Ada')"))
        [moment] = asyncio.run(run(url, "SELECT clock_timestamp()"))
        time.sleep(0.1)  # the moment lies between two commits
        asyncio.run(run(url, "INSERT INTO users VALUES ('Mallory')", "SELECT pg_switch_wal()"))
        archived = "SELECT last_archived_wal FROM pg_stat_archiver WHERE last_archived_wal IS NOT NULL"
        eventually(lambda: asyncio.run(run(url, archived)), within=30)
        time.sleep(1)
    assert datetime.fromisoformat(moment) < datetime.now(UTC)

    recovered = Server(
        tmp_path / "second", sockets, {**recovery, "recovery_target_time": moment}, base=tmp_path / "base"
    )
    with running(recovered) as url:
        eventually(lambda: asyncio.run(run(url, "SELECT 1 WHERE NOT pg_is_in_recovery()")), within=30)
        assert asyncio.run(run(url, "SELECT name FROM users")) == ["Ada"]
        asyncio.run(run(url, "INSERT INTO users VALUES ('Grace')"))  # it takes writes again
    remove_private_directory(sockets)
