"""Clients whose every request leaves work behind, while Redis is stopped and started again.

Used by `test_nothing_is_lost.py` for two seconds of outage, and by the benchmark of jobs for ten.
"""

import asyncio
import statistics
import time
from dataclasses import dataclass, field
from itertools import count

import httpx2 as httpx

from tests.test_processes.conftest import Stack

BROWSER = {"Sec-Fetch-Site": "same-origin"}
CALM_SECONDS = 2.0
PAUSE_SECONDS = 0.5
RESET = "issue_password_reset"


@dataclass
class Answers:
    """The responses to requests that only enqueue while Redis was away, and the end of their jobs."""

    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    users: int = 0
    mails: int = 0
    resets: int = 0
    unfinished_jobs: int = 0
    seconds_to_drain: float = 0

    @property
    def is_perfect(self) -> bool:
        return not self.errors and self.users == self.mails == self.resets and not self.unfinished_jobs

    def __str__(self) -> str:
        p50, p99 = (1000 * statistics.quantiles(self.seconds, n=100)[percent - 1] for percent in (50, 99))
        return (
            f"{len(self.seconds)} requests while Redis was stopped: {len(self.errors)} errors {self.errors[:3]}, "
            f"p50 {p50:.0f} ms, p99 {p99:.0f} ms; of {self.users} users {self.mails} got their mail and {self.resets} "
            f"the link they asked for, {self.unfinished_jobs} jobs not done {self.seconds_to_drain:.1f} s after the last request"
        )


async def enqueue_without_redis(stack: Stack, *, outage_seconds: float, clients: int, within: float) -> Answers:
    """Sign up and ask for a new password, over and over, while Redis is stopped and comes back."""
    answers = Answers()
    stop, away = asyncio.Event(), asyncio.Event()
    numbers = count()
    async with asyncio.TaskGroup() as group:
        for _ in range(clients):
            group.create_task(_ask(stack, answers, numbers, stop, away))
        await asyncio.sleep(CALM_SECONDS)
        stack.valkey.kill()
        away.set()
        await asyncio.sleep(outage_seconds)
        away.clear()
        stack.valkey.start()
        await asyncio.sleep(CALM_SECONDS)
        stop.set()
    await _drain(stack, answers, within=within)
    return answers


async def _ask(stack: Stack, answers: Answers, numbers: "count[int]", stop: asyncio.Event, away: asyncio.Event) -> None:
    while not stop.is_set():
        email = f"user{next(numbers)}@example.com"
        async with httpx.AsyncClient(base_url=stack.address, headers=BROWSER, timeout=15) as client:
            for path, body in (
                ("/api/auth/signup", {"email": email, "password": "correct horse battery"}),
                ("/api/auth/forgot-password", {"email": email}),
            ):
                await _send(client, path, body, answers, is_away=away.is_set())
        answers.users += 1
        await asyncio.sleep(PAUSE_SECONDS)


async def _send(client: httpx.AsyncClient, path: str, body: dict[str, str], answers: Answers, *, is_away: bool) -> None:
    started = time.monotonic()
    try:
        response = await client.post(path, json=body)
    except httpx.TransportError as error:
        answers.errors.append(f"{path}: {type(error).__name__}")
    else:
        if not response.is_success:
            answers.errors.append(f"{path}: {response.status_code}")
    if is_away:
        answers.seconds.append(time.monotonic() - started)


async def _drain(stack: Stack, answers: Answers, *, within: float) -> None:
    started = time.monotonic()
    while True:
        ((answers.unfinished_jobs,),) = await stack.sql("SELECT count(*) FROM jobs WHERE state <> 'done'")
        answers.seconds_to_drain = time.monotonic() - started
        if not answers.unfinished_jobs or answers.seconds_to_drain > within:
            break
        await asyncio.sleep(0.2)
    ((answers.resets,),) = await stack.sql(f"SELECT count(*) FROM jobs WHERE task = '{RESET}' AND state = 'done'")
    answers.mails = len({line for mail in stack.mailbox.glob("*.eml") for line in _receivers(mail.read_text())})


def _receivers(mail: str) -> list[str]:
    return [line for line in mail.splitlines() if line.startswith("To: ")]
