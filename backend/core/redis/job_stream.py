"""How the ids of jobs travel to workers over Redis.

Workers read them with Taskiq, which is not imported here: it was a sixth of the time in which an API process starts.
"""

import asyncio
from collections.abc import Sequence
from uuid import UUID

import orjson

from core.redis.client import create_redis
from core.settings import Settings

STREAM_PREFIX = "lamina:jobs:"
STREAM_MAX_LENGTH = 100_000
RUN_JOB = "run_job"
SEND_TIMEOUT_SECONDS = 5.0


class StreamTransport:
    """Sends the ids of jobs through one Redis stream for each queue."""

    def __init__(self, settings: Settings) -> None:
        """Send through the Redis of `settings`, with a client that connects on first use.

        Raises:
            SettingsError: `REDIS_URL` is not set.
        """
        self._redis = create_redis(settings.require_redis_url())

    async def send(self, job_ids: Sequence[UUID], *, queue: str) -> None:
        """Put the ids on the stream of `queue`, in one round trip.

        Raises:
            RedisError: Redis refused.
            OSError: Redis is out of reach.
        """
        async with asyncio.timeout(SEND_TIMEOUT_SECONDS), self._redis.pipeline(transaction=False) as pipeline:
            for job_id in job_ids:
                pipeline.xadd(STREAM_PREFIX + queue, {b"data": message_of(job_id)}, maxlen=STREAM_MAX_LENGTH)
            await pipeline.execute()

    async def waiting(self, queue: str) -> int:
        """Return how many ids no worker of `queue` has read yet; what is being read at the moment may count.

        Raises:
            RedisError: Redis refused.
            OSError: Redis is out of reach.
        """
        length: int = await self._redis.xlen(STREAM_PREFIX + queue)
        return length

    async def close(self) -> None:
        """Close the connections to Redis."""
        await self._redis.aclose()


def message_of(job_id: UUID) -> bytes:
    """Return the message that makes Taskiq call `run_job` with the id."""
    message = {"task_id": str(job_id), "task_name": RUN_JOB, "labels": {}, "args": [str(job_id)], "kwargs": {}}
    return orjson.dumps(message)
