"""Looks whether the queues of tasks are served."""

from collections.abc import Sequence

from service.operations.checks.finding import Finding, Installation, ok, warning


async def check_queues(installation: Installation) -> Sequence[Finding]:
    """Look whether a worker with these settings serves the queues of all tasks."""
    served = installation.settings.queue_concurrency
    if left := ", ".join(sorted(installation.queues - set(served))):
        text = f"WORKER_QUEUES lacks {left}: their jobs wait for another worker."
        return [warning("queues", text, "add them there, unless another worker has them")]
    return [ok("queues", ", ".join(served))]
