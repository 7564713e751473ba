"""Sends the ids of jobs to the workers through Redis.

Workers read them with Taskiq. It is not imported here, because it took a sixth of the start-up time of an API process.
"""

import asyncio
from collections.abc import Sequence
from uuid import UUID

import orjson

from core import product
from core.redis.client import create_redis
from core.settings import Settings

STREAM_PREFIX = f"{product.SLUG}:jobs:"
STREAM_MAX_LENGTH = 100_000
RUN_JOB = "run_job"
SEND_TIMEOUT_SECONDS = 5.0

# Adds a list of messages. As one command it costs the client a tenth of what a pipeline of as many commands does.
SEND = """
for i = 2, #ARGV do
    redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[1], '*', 'data', ARGV[i])
end
"""


class StreamTransport:
    """Sends the ids of jobs through one Redis stream per queue. It connects on first use.

    Raises:
        SettingsError: `REDIS_URL` is not set.
    """

    def __init__(self, settings: Settings) -> None:
        self._redis = create_redis(settings.require_redis_url())
        self._send = self._redis.register_script(SEND)

    async def send(self, job_ids: Sequence[UUID], *, queue: str) -> None:
        """Add the ids to the stream of `queue`, in one round trip.

        Raises:
            RedisError: Redis rejected the command.
            OSError: Redis is unreachable.
        """
        async with asyncio.timeout(SEND_TIMEOUT_SECONDS):
            await self._send(keys=[STREAM_PREFIX + queue], args=[STREAM_MAX_LENGTH, *map(message_of, job_ids)])

    async def waiting(self, queue: str) -> int:
        """Return how many ids no worker of `queue` has read yet, give or take those that are being read.

        Raises:
            RedisError: Redis rejected the command.
            OSError: Redis is unreachable.
        """
        length: int = await self._redis.xlen(STREAM_PREFIX + queue)
        return length

    async def close(self) -> None:
        """Close the connections to Redis."""
        await self._redis.aclose()


def message_of(job_id: UUID) -> bytes:
    """Return the message for which Taskiq calls `run_job` with the id."""
    message = {"task_id": str(job_id), "task_name": RUN_JOB, "labels": {}, "args": [str(job_id)], "kwargs": {}}
    return orjson.dumps(message)
