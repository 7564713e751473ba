"""A blocking call on the event loop is caught while it is still a developer's problem."""

import asyncio
import io
import time
from pathlib import Path

import pytest

from core.email import Mailbox, _parse  # a function of ours that reads a file
from core.runtime.blocking import guard_event_loop
from tests.support.event_loop import until


async def test_a_blocking_call_of_ours_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "mail.eml"
    file.touch()
    with pytest.raises(Exception, match="Blocking call"):
        _parse(file)
    assert await Mailbox(tmp_path).newest_first()


async def test_a_stall_is_reported(log_output: io.StringIO) -> None:
    async with guard_event_loop():
        await asyncio.sleep(0)
        time.sleep(0.25)  # noqa: ASYNC251  (the stall)
        await until(lambda: "event loop stalled" in log_output.getvalue())
