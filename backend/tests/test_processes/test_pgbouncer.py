"""Everything works through PgBouncer in transaction mode, where no two transactions need see the same server."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2 as httpx
import pytest

from tests.support.pgbouncer import PROGRAM, pgbouncer
from tests.support.ports import free_port
from tests.test_processes.conftest import Stack, eventually

pytestmark = [pytest.mark.process, pytest.mark.skipif(PROGRAM is None, reason="pgbouncer is not installed")]

CLIENTS = 8
MEMOS = 10


def _write_and_read(stack: Stack, email: str) -> list[int]:
    with httpx.Client(base_url=stack.address, headers={"Sec-Fetch-Site": "same-origin"}, timeout=30) as client:
        answers = [client.post("/api/auth/signup", json={"email": email, "password": "correct horse battery"})]
        for number in range(MEMOS):
            body = {"title": f"Memo {number}"}
            answers.append(client.post("/api/memos", json=body, headers={"Idempotency-Key": f"memo-{number:08}"}))
            answers.append(client.get("/api/memos", params={"limit": 5, "count": "true"}))
            answers.append(client.get("/api/dashboard"))
        return [answer.status_code for answer in answers]


def test_requests_and_jobs_work_on_a_server_that_changes_with_each_transaction(stack: Stack, tmp_path: Path) -> None:
    stack.take_memos()
    with pgbouncer(tmp_path / "pgbouncer", stack.database_url, free_port()) as url:
        pooled = {"DATABASE_URL": url, "DATABASE_TRANSACTION_POOLING": "true"}
        stack.start("worker", name=None, port=None, waits=True, **pooled)
        stack.start("serve", name=None, port=None, waits=True, **pooled)
        emails = [f"user{number}@example.com" for number in range(CLIENTS)]
        with ThreadPoolExecutor(CLIENTS) as threads:
            statuses = list(threads.map(lambda email: _write_and_read(stack, email), emails))
        assert statuses == [[201, *[201, 200, 200] * MEMOS]] * CLIENTS
        eventually(lambda: all(stack.mails_to(email) == 1 for email in emails), within=30)
        assert "Traceback" not in stack.log("serve") + stack.log("worker")
