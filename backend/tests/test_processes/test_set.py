"""No acknowledged write is lost, and no write appears unasked, whatever is killed."""

import pytest

from tests.test_processes.conftest import Stack
from tests.test_processes.set_trial import run

pytestmark = pytest.mark.process


async def test_every_acknowledged_note_is_there_once_and_nothing_unasked(stack: Stack) -> None:
    verdict = await run(stack, seconds=20, clients=4, calm_seconds=(0.5, 2))
    assert verdict.is_perfect, str(verdict)
    assert verdict.kills >= 3
    assert len(verdict.acknowledged) > 20
