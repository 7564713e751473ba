"""Runs the jobs of a delivery side by side."""

import asyncio
from uuid import UUID

import orjson
import structlog
from taskiq import AckableMessage
from taskiq.receiver import Receiver

from core.redis.job_stream import RUN_JOB
from worker.stream_broker import IdStreamBroker

log = structlog.get_logger()


class JobReceiver(Receiver):
    """Taskiq's receiver, for deliveries of several messages.

    Scheduling, checking and answering a message costs Taskiq more than claiming, running and settling a job takes. So a
    delivery is one message to Taskiq, and its jobs are started here. Once the broker has middlewares, each message goes
    through Taskiq's own callback, which calls them. So does a message that is not understood.
    """

    def __init__(self, broker: IdStreamBroker, *, concurrency: int) -> None:
        super().__init__(broker, max_async_tasks=concurrency, run_startup=False)
        self._slots = broker.slots

    async def callback(self, message: bytes | AckableMessage, raise_err: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002
        """Run the jobs of a delivery, and wait until all have ended."""
        assert isinstance(message, bytes)
        await asyncio.wait([asyncio.create_task(self._run(one)) for one in message.split(b"\n")])

    async def _run(self, message: bytes) -> None:
        try:
            task = self.broker.find_task(RUN_JOB)
            job_id = None if self.broker.middlewares else _job_id_in(message)
            await (super().callback(message) if task is None or job_id is None else task.original_func(job_id))
        except Exception:
            log.exception("job not run")
        finally:
            self._slots.release()


def _job_id_in(message: bytes) -> UUID | None:
    try:
        match orjson.loads(message):
            case {"task_name": task_name, "args": [str(job_id)]} if task_name == RUN_JOB:
                return UUID(job_id)
    except ValueError:
        pass
    return None
