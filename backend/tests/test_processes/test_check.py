"""`main.py check` recognises a pooler and a replica: with PgBouncer, and with streaming replication."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from core.settings import REPOSITORY_ROOT, child_environment
from tests.support.pgbouncer import PROGRAM, pgbouncer
from tests.support.ports import free_port
from tests.support.replica_server import streaming_replica
from tests.test_processes.conftest import Stack

pytestmark = [pytest.mark.process, pytest.mark.nightly]


def _found(stack: Stack, **environment: str) -> dict[str, str]:
    servers = {"DATABASE_URL": stack.database_url, "REDIS_URL": "redis://127.0.0.1:1"} | environment
    run = subprocess.run(
        [sys.executable, str(REPOSITORY_ROOT / "backend" / "main.py"), "check", "--json"],
        env=child_environment(**servers),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.stdout, run.stderr
    return {finding["name"]: f"{finding['state']}: {finding['text']}" for finding in json.loads(run.stdout)}


@pytest.mark.skipif(PROGRAM is None, reason="pgbouncer is not installed")
def test_a_pooler_is_told(stack: Stack, tmp_path: Path) -> None:
    with pgbouncer(tmp_path / "pgbouncer", stack.database_url, free_port()) as url:
        pooled = _found(stack, DATABASE_URL=url, DATABASE_TRANSACTION_POOLING="true")
        assert (pooled["pooler"], pooled["migrations"]) == ("ok: a pooler by transaction", "ok: they are all applied")
        as_if_none = _found(stack, DATABASE_URL=url)["postgresql"]
        assert as_if_none.endswith("DATABASE_URL leads to a pooler; set DATABASE_TRANSACTION_POOLING=true.")
    assert _found(stack)["pooler"] == "ok: none"


def test_a_replica_is_told_with_its_lag(stack: Stack, tmp_path: Path) -> None:
    with streaming_replica(tmp_path / "replica", stack.database_url, delay="0") as replica:
        assert _found(stack, DATABASE_REPLICA_URL=replica.url)["replica"].startswith("ok: ")
        swapped = _found(stack, DATABASE_URL=replica.url)
        assert swapped["postgresql"] == "failed: DATABASE_URL leads to a standby, which takes no changes."
    away = _found(stack, DATABASE_REPLICA_URL=replica.url)["replica"]
    assert away.startswith("warning: DATABASE_REPLICA_URL: PostgreSQL cannot be reached (")
