"""The resources that a confined process takes, whatever it is asked for.

The functions are of the standard library, so that the child has them.
"""

import asyncio
import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from domain.errors import TooBusy
from domain.jobs.job import TooCostly
from service.operations.confined_process import BACKEND, ConfinedProcess, Limits
from tests.support.event_loop import until

pytestmark = pytest.mark.process

LIMITS = Limits(cpu_seconds=1, seconds=20, memory_bytes=500_000_000, answer_bytes=10_000)
Call = Callable[[], Any]
FOR_MINUTES: Call = partial(hashlib.pbkdf2_hmac, "sha256", b"", b"", 100_000_000)


@pytest.fixture
def process() -> Iterator[ConfinedProcess]:
    process = ConfinedProcess("tests", LIMITS, queue=1)
    yield process
    process.close()


def child_of(process: ConfinedProcess) -> int:
    assert process._child is not None
    return process._child._process.pid


def is_gone(pid: int) -> bool:
    """Return whether the process has ended with all its threads. Until then it cannot be waited for."""
    try:
        state, *_ = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return state == "Z" and len(list(Path(f"/proc/{pid}/task").iterdir())) == 1
    except (FileNotFoundError, ProcessLookupError):
        return True


async def test_a_child_is_used_again(process: ConfinedProcess) -> None:
    assert await process.run(bytes.fromhex, "00ff") == b"\0\xff"
    child = child_of(process)
    assert await process.run(bytes.fromhex, "01") == b"\1"
    assert child_of(process) == child


COSTLY: dict[str, Call] = {
    "time of a processor": FOR_MINUTES,
    "memory": partial(bytes, 2_000_000_000),
    "a long answer": partial(bytes, 20_000),
    "the process's life": os.abort,
}


@pytest.mark.parametrize("call", COSTLY.values(), ids=COSTLY)
async def test_what_runs_into_a_limit_is_refused_and_the_next_call_is_answered(
    process: ConfinedProcess, call: Call
) -> None:
    with pytest.raises(TooCostly):
        await process.run(call)
    assert await process.run(bytes.fromhex, "01") == b"\1"


async def test_waiting_has_a_limit_of_its_own() -> None:
    process = ConfinedProcess("tests", replace(LIMITS, seconds=0.5), queue=1)
    pause: Callable[..., Any] = signal.pause
    with pytest.raises(TooCostly):
        await process.run(pause)
    process.close()


async def test_the_limit_counts_for_each_call_anew(process: ConfinedProcess) -> None:
    for _ in range(4):
        await process.run(hashlib.pbkdf2_hmac, "sha256", b"", b"", 1_000_000)


async def test_an_unexpected_error_is_told_and_ends_nothing(process: ConfinedProcess) -> None:
    with pytest.raises(RuntimeError, match="ValueError"):
        await process.run(bytes.fromhex, "xy")
    with pytest.raises(RuntimeError, match="code 3"):
        await process.run(sys.exit, 3)
    assert await process.run(bytes.fromhex, "01") == b"\1"


async def test_a_child_that_ended_by_itself_is_replaced(process: ConfinedProcess) -> None:
    await process.run(bytes.fromhex, "01")
    os.kill(child_of(process), signal.SIGKILL)
    await until(lambda: is_gone(child_of(process)))
    assert await process.run(bytes.fromhex, "01") == b"\1"


async def test_a_child_knows_no_secrets(process: ConfinedProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JWT_SECRET_KEY", "a-secret")
    assert b"a-secret" not in await process.run(Path.read_bytes, Path("/proc/self/environ"))


async def test_closing_waits_for_nothing(process: ConfinedProcess) -> None:
    unlimited = ConfinedProcess("tests", replace(LIMITS, cpu_seconds=600), queue=1)
    calls = [asyncio.create_task(unlimited.run(FOR_MINUTES)) for _ in range(2)]
    await until(lambda: unlimited._child is not None)
    unlimited.close()
    calls.append(asyncio.create_task(unlimited.run(FOR_MINUTES)))
    assert {type(result) for result in await asyncio.gather(*calls, return_exceptions=True)} == {TooBusy}
    assert is_gone(child_of(unlimited))


PARENT = """
import asyncio, sys
from service.operations.confined_process import ConfinedProcess, Limits
from hashlib import pbkdf2_hmac

async def main():
    process = ConfinedProcess("tests", Limits(600, 600, 500_000_000, 100), queue=1)
    await process.run(bytes.fromhex, "01")
    print(process._child._process.pid, flush=True)
    await process.run(pbkdf2_hmac, "sha256", b"", b"", 100_000_000)

asyncio.run(main())
"""


async def test_a_busy_child_ends_with_a_parent_that_was_killed() -> None:
    parent = await asyncio.create_subprocess_exec(sys.executable, "-c", PARENT, cwd=BACKEND, stdout=subprocess.PIPE)
    assert parent.stdout is not None
    child = int(await parent.stdout.readline())
    await asyncio.sleep(0.2)
    assert not is_gone(child)
    parent.kill()
    await parent.wait()
    await until(lambda: is_gone(child))
