"""`main.py check` names queues of tasks that are not served."""

import pytest

from core.settings import Settings
from service.operations.checks.finding import State
from service.operations.checks.queues import check_queues
from tests.test_service.test_checks import installed


@pytest.mark.parametrize(
    ("served", "state", "text"),
    [
        ("default,files:4,mails:10,reports:2", State.OK, "default, files, mails, reports"),
        ("default,mails", State.WARNING, "WORKER_QUEUES lacks files, reports: their jobs wait for another worker."),
    ],
)
async def test_queues_of_tasks_that_no_worker_serves_are_told(
    settings: Settings, served: str, state: State, text: str
) -> None:
    async with installed(settings, worker_queues=served) as installation:
        [finding] = await check_queues(installation)
    assert (finding.state, finding.text) == (state, text)
