"""Clients write unique memos while everything is killed at random; afterwards the set of memos is compared.

Known as the set test of Jepsen. Used by `test_set.py` for half a minute, and by a benchmark for five.
"""

import asyncio
import random
import time
from dataclasses import dataclass, field
from uuid import uuid4

import httpx2 as httpx

from tests.test_processes.conftest import Stack, eventually

EMAIL = "ada@example.com"
BROWSER = {"Sec-Fetch-Site": "same-origin"}
# The statuses that an outage may have; any other that is no success is a defect.
EXCUSED = frozenset({429, 503})
IN_FLIGHT = 409


@dataclass
class Verdict:
    """The rows that were written, and those that are there."""

    acknowledged: set[str] = field(default_factory=set)
    uncertain: set[str] = field(default_factory=set)
    stored: list[str] = field(default_factory=list)
    defects: list[str] = field(default_factory=list)
    kills: int = 0

    @property
    def lost(self) -> set[str]:
        return self.acknowledged - set(self.stored)

    @property
    def ghosts(self) -> set[str]:
        return set(self.stored) - self.acknowledged - self.uncertain

    @property
    def duplicates(self) -> int:
        return len(self.stored) - len(set(self.stored))

    @property
    def is_perfect(self) -> bool:
        return not (self.lost or self.ghosts or self.duplicates or self.defects)

    def __str__(self) -> str:
        return (
            f"{self.kills} kills, {len(self.acknowledged)} acknowledged, {len(self.uncertain)} uncertain: "
            f"lost {len(self.lost)}, ghosts {len(self.ghosts)}, duplicates {self.duplicates}, defects {self.defects[:3]}"
        )


async def run(stack: Stack, *, seconds: float, clients: int, calm_seconds: tuple[float, float] = (2, 5)) -> Verdict:
    """Write and kill for so long, wait until the product answers again, and return what became of the memos."""
    verdict = Verdict()
    await asyncio.to_thread(stack.take_memos)
    stack.start("serve")
    assert stack.sign_up(EMAIL).status_code == 201
    cookies = dict(stack.http.cookies)
    deadline = time.monotonic() + seconds
    async with asyncio.TaskGroup() as group:
        for number in range(clients):
            group.create_task(_write(stack, cookies, verdict, deadline, insists=number % 2 == 0))
        group.create_task(_kill(stack, verdict, deadline, calm_seconds))
    eventually(lambda: stack.http.get("/api/users/me").status_code == 200, within=20)
    verdict.stored = [title for (title,) in await stack.sql("SELECT title FROM specimen.memos")]
    return verdict


async def _write(stack: Stack, cookies: dict[str, str], verdict: Verdict, deadline: float, *, insists: bool) -> None:
    """Write one memo after the other; one who insists repeats what got no answer, with the same key."""
    async with httpx.AsyncClient(base_url=stack.http.base_url, headers=BROWSER, cookies=cookies, timeout=15) as client:
        while time.monotonic() < deadline:
            title = str(uuid4())
            verdict.uncertain.add(title)
            is_answered = await _write_memo(client, title, verdict)
            while insists and not is_answered:
                await asyncio.sleep(0.2)
                is_answered = await _write_memo(client, title, verdict)


async def _write_memo(client: httpx.AsyncClient, title: str, verdict: Verdict) -> bool:
    """Return whether the memo was acknowledged."""
    try:
        answer = await client.post("/api/memos", json={"title": title}, headers={"Idempotency-Key": title})
    except httpx.TransportError:
        await asyncio.sleep(0.05)
        return False
    if answer.is_success:
        verdict.uncertain.discard(title)
        verdict.acknowledged.add(title)
    elif answer.status_code not in {*EXCUSED, IN_FLIGHT}:
        verdict.defects.append(f"{answer.status_code} {answer.text[:200]}")
        return True
    return answer.is_success


async def _kill(stack: Stack, verdict: Verdict, deadline: float, calm_seconds: tuple[float, float]) -> None:
    """Kill something at random again and again, and start it anew at once or a little later."""
    victims = ("serve", "postgres", "valkey")
    while True:
        await asyncio.sleep(random.uniform(*calm_seconds))
        if time.monotonic() > deadline:
            return
        await asyncio.to_thread(_replace, stack, victims[verdict.kills % len(victims)])
        verdict.kills += 1


def _replace(stack: Stack, victim: str) -> None:
    if victim == "serve":
        stack.kill("serve")
        stack.start("serve")
        return
    server = stack.postgres if victim == "postgres" else stack.valkey
    server.kill()
    time.sleep(random.uniform(0, 1))
    server.start()
