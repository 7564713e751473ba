"""After a failover, or on a full disk, the server that is left takes no changes: an outage, until another one does."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import httpx2 as httpx
import pytest

from tests.support.helpers import PASSWORD
from tests.support.replica_server import RunningReplica, streaming_replica
from tests.test_processes.conftest import Stack, eventually

pytestmark = pytest.mark.process

NO_CHANGES = "ALTER SYSTEM SET default_transaction_read_only = on"


@pytest.fixture
def standby(stack: Stack, tmp_path: Path) -> Iterator[RunningReplica]:
    """A standby of the stack's PostgreSQL, ready to take over."""
    stack.take_memos()
    with streaming_replica(tmp_path / "standby", stack.database_url) as standby:
        yield standby


@pytest.fixture
def browser(stack: Stack) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=stack.address, headers={"Sec-Fetch-Site": "same-origin"}, timeout=15) as browser:
        yield browser


def _write(browser: httpx.Client) -> httpx.Response:
    return browser.post("/api/memos", json={"title": "A title"})


def test_changes_on_a_server_that_takes_none_are_answered_503_and_reads_go_on(
    stack: Stack, browser: httpx.Client
) -> None:
    account = {"email": "reader@example.com", "password": PASSWORD}
    stack.take_memos()
    stack.start("serve")
    browser.post("/api/auth/signup", json=account).raise_for_status()
    asyncio.run(stack.sql(NO_CHANGES))
    asyncio.run(stack.sql("SELECT pg_reload_conf()"))
    eventually(lambda: not _write(browser).is_success, within=10)
    answers = [
        _write(browser),
        browser.post("/api/auth/signin", json=account),
        browser.post("/api/auth/refresh"),
        browser.patch("/api/users/me", json={"name": "Ada"}),
    ]
    assert [answer.status_code for answer in answers] == [503] * 4
    assert all("Retry-After" in answer.headers for answer in answers)
    assert browser.get("/api/memos").is_success


def test_after_a_failover_changes_go_to_the_new_primary(
    stack: Stack, browser: httpx.Client, standby: RunningReplica
) -> None:
    sockets = standby.url.partition("?host=")[2]
    stack.start("serve", DATABASE_URL=f"{stack.database_url},{sockets}&target_session_attrs=read-write")
    browser.post("/api/auth/signup", json={"email": "reader@example.com", "password": PASSWORD}).raise_for_status()
    _write(browser).raise_for_status()
    asyncio.run(stack.sql(NO_CHANGES))
    asyncio.run(stack.sql("SELECT pg_reload_conf()"))
    asyncio.run(stack.sql("SELECT pg_promote()", url=standby.url))
    eventually(lambda: _write(browser).is_success, within=10)
    (memos,) = asyncio.run(stack.sql("SELECT count(*) FROM specimen.memos"))
    (memos_of_new_primary,) = asyncio.run(stack.sql("SELECT count(*) FROM specimen.memos", url=standby.url))
    assert memos_of_new_primary > memos
