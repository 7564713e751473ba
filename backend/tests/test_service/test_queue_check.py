"""`main.py check` names queues of tasks that are not served."""

from core.settings import Settings
from service.operations.checks.finding import State
from service.operations.checks.queues import check_queues
from tests.test_service.test_checks import installed


async def test_the_queues_of_all_tasks_are_served_by_default(settings: Settings) -> None:
    async with installed(settings) as installation:
        [finding] = await check_queues(installation)
    assert (finding.state, finding.text) == (State.OK, ", ".join(settings.queue_concurrency))


async def test_queues_of_tasks_that_no_worker_serves_are_told(settings: Settings) -> None:
    async with installed(settings, worker_queues="default,mails") as installation:
        [finding] = await check_queues(installation)
        left = ", ".join(sorted(installation.queues - {"default", "mails"}))
    assert left.startswith("files")
    assert finding.state is State.WARNING
    assert finding.text == f"WORKER_QUEUES lacks {left}: their jobs wait for another worker."
