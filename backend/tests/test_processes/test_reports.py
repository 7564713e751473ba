"""A report is made by a real worker, and by the next one when that is killed half-way."""

import asyncio
from typing import Any

import pytest

from tests.test_processes.conftest import Stack, eventually

pytestmark = pytest.mark.process

SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}
KILLED = 137
# A dead worker's lease lasts thirty seconds.
LEASE_ENDS = "UPDATE jobs SET lease_until = now() WHERE state = 'running'"


def ask(stack: Stack) -> str:
    assert stack.sign_up("ada@example.com").status_code == 201
    response = stack.http.post("/api/reports", json={"kind": "activity"}, headers=SAME_ORIGIN)
    assert response.status_code == 202, response.text
    return response.headers["Location"]


def look(stack: Stack, address: str) -> dict[str, Any]:
    report: dict[str, Any] = stack.http.get(address).json()["data"]
    return report


def test_a_worker_makes_reports_without_being_told_to(stack: Stack) -> None:
    stack.start("serve")
    stack.start("worker")
    address = ask(stack)
    eventually(lambda: look(stack, address)["state"] == "done", within=30)
    document = stack.http.get(f"{address}/download")
    assert document.content.startswith(b"%PDF-")
    assert len(document.content) == look(stack, address)["size_bytes"]


def test_killing_the_worker_half_way_only_delays_a_report(stack: Stack) -> None:
    stack.start("serve")
    address = ask(stack)
    dying = stack.start("worker", WORKER_QUEUES="reports", FAILPOINT="before_done")
    assert dying.wait(timeout=30) == KILLED
    left_behind = look(stack, address)
    assert (left_behind["state"], left_behind["progress"]) == ("running", 90)
    assert stack.http.get(f"{address}/download").status_code == 409
    asyncio.run(stack.sql(LEASE_ENDS))
    stack.start("worker")
    told: list[int] = []

    def is_done() -> bool:
        report = look(stack, address)
        told.append(report["progress"])
        return bool(report["state"] == "done")

    eventually(is_done, within=30)
    assert told == sorted(told)
    assert stack.http.get(f"{address}/download").content.startswith(b"%PDF-")
