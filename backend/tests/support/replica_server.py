"""A streaming replica of an embedded PostgreSQL, made as an operator makes one: by pg_basebackup."""

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import unquote

from embedded.postgres import NAME, UNFINISHED, PostgresServer
from embedded.process import POLL_SECONDS, Guardian, ManagedProcess
from embedded.sockets import private_directory, remove_private_directory

START_SECONDS = 30


class ReplicaServer(PostgresServer):
    """Follows the server at `primary_url`, and applies each commit only when it is `delay` old."""

    def __init__(self, directory: Path, sockets: Path, *, primary_url: str, delay: str) -> None:
        super().__init__(directory, sockets, durable=False)
        self._primary = unquote(primary_url.partition("?host=")[2])
        self._settings = self._settings | {"recovery_min_apply_delay": delay, "cluster_name": "replica"}

    def _initialize(self) -> None:
        copy = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=self.directory.path))
        if self._account:
            self._hand_over(copy, self._account)
        source = ("--host", self._primary, "--username", NAME)
        self._run("pg_basebackup", "--pgdata", copy, *source, "--write-recovery-conf", "--checkpoint=fast", "--no-sync")
        copy.rename(self._data)


class RunningReplica:
    """The replica's process, to be killed and started again."""

    def __init__(self, server: ReplicaServer, guardian: Guardian) -> None:
        self.url = server.url
        self.process = ManagedProcess(server, guardian)
        self._server = server

    def start(self) -> None:
        self.process.start()
        deadline = time.monotonic() + START_SECONDS
        while not self._server.is_ready():
            assert time.monotonic() < deadline, self._server.directory.last_words()
            time.sleep(POLL_SECONDS)


@contextmanager
def streaming_replica(directory: Path, primary_url: str, *, delay: str = "0") -> Iterator[RunningReplica]:
    """Yield a running replica, which is gone afterwards."""
    sockets = private_directory(directory)
    with closing(Guardian()) as guardian:
        replica = RunningReplica(ReplicaServer(directory, sockets, primary_url=primary_url, delay=delay), guardian)
        replica.start()
        try:
            yield replica
        finally:
            replica.process.kill()
            remove_private_directory(sockets)
            shutil.rmtree(directory)
