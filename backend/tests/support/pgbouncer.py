"""A PgBouncer in transaction mode, in front of an embedded PostgreSQL."""

import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote

from embedded.postgres import NAME
from embedded.process import Account, command_line

PROGRAM = shutil.which("pgbouncer")
# Fewer than any pool of ours, so that transactions change servers all the time.
SERVERS = 3


@contextmanager
def pgbouncer(directory: Path, database_url: str, port: int) -> Iterator[str]:
    """Run it on a port of the loopback and yield the URL of the database behind it."""
    assert PROGRAM
    directory.mkdir()
    configuration = directory / "pgbouncer.ini"
    configuration.write_text(
        f"[databases]\n* = host={unquote(database_url.partition('?host=')[2])} user={NAME}\n"
        f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\nauth_type = any\n"
        f"pool_mode = transaction\ndefault_pool_size = {SERVERS}\nmax_client_conn = 200\n"
    )
    process = subprocess.Popen(
        command_line([PROGRAM, configuration], death_signal=signal.SIGTERM, account=_account()), cwd=directory
    )
    try:
        yield f"postgresql://{NAME}@127.0.0.1:{port}/{NAME}"
    finally:
        process.kill()
        process.wait()


def _account() -> Account | None:
    """Return whom to run it as; like PostgreSQL, it refuses root."""
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    return Account(nobody.pw_uid, nobody.pw_gid, nobody.pw_name)
