"""The stream that carries job ids from Redis to the worker."""

import asyncio
from collections.abc import AsyncGenerator
from functools import cached_property
from typing import Any

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError
from taskiq_redis import RedisStreamBroker

from core.redis.client import COMMAND_TIMEOUT_SECONDS, CONNECT_TIMEOUT_SECONDS
from core.redis.job_stream import STREAM_PREFIX
from core.settings import Settings

log = structlog.get_logger()

CONSUMERS = "workers"
# Longer than one round trip and shorter than the command timeout, which would otherwise cut off every quiet wait.
READ_BLOCK_MILLISECONDS = 1_000
RECONNECT_SECONDS = 0.5


class IdStreamBroker(RedisStreamBroker):
    """Carries job ids and keeps no state, because the job table does.

    This is how it differs from taskiq-redis: nothing is acknowledged, nothing is claimed from dead workers, all workers
    are one consumer, and delivered ids are removed, so Redis holds only unread ids. It also survives a restart of Redis,
    which would end a worker of taskiq-redis.

    A worker reads no more ids than it runs jobs at once: an idle worker could not take what waits in its memory.
    """

    stop: asyncio.Event

    @cached_property
    def _client(self) -> Redis:
        return Redis(connection_pool=self.connection_pool)

    async def listen(self) -> AsyncGenerator[bytes, None]:  # type: ignore[override]  # nothing needs acknowledging
        """Yield messages until `stop` is set; wait while Redis is unavailable.

        Taskiq ends a listener by cancelling its read, but redis-py turns a cancellation that coincides with its own
        timeout into a `TimeoutError`. Without checking `stop` the listener would go on, and the worker would never end.
        """
        while not self.stop.is_set():
            try:
                await self._declare_consumer_group()
                while not self.stop.is_set():
                    for _, message in await self._read():
                        yield message[b"data"]
            except (RedisError, OSError) as error:
                log.warning("redis unavailable", reason=type(error).__name__)
                await asyncio.sleep(RECONNECT_SECONDS)

    async def _read(self) -> list[tuple[bytes, dict[bytes, bytes]]]:
        # The types of redis-py allow for protocols and decodings that this client does not use.
        delivered: Any = await self._client.xreadgroup(
            CONSUMERS, CONSUMERS, {self.queue_name: ">"}, count=self.count, block=self.block, noack=True
        )
        if not delivered:
            return []
        messages: list[tuple[bytes, dict[bytes, bytes]]]
        ((_, messages),) = delivered
        # A group is served in order, so everything up to here has been delivered, perhaps to a worker that has died since.
        await self._client.xtrim(self.queue_name, minid=_following(messages[-1][0]), approximate=False)
        return messages


def _following(message_id: bytes) -> str:
    milliseconds, _, number = message_id.decode().partition("-")
    return f"{milliseconds}-{int(number) + 1}"


def create_stream_broker(settings: Settings, *, queue: str, stop: asyncio.Event, concurrency: int) -> IdStreamBroker:
    """Return the Taskiq broker that carries the ids of one queue's jobs; it connects on first use.

    Args:
        settings: where Redis is.
        queue: the name of the queue.
        stop: ends listening when it is set.
        concurrency: how many jobs the listener runs at once.

    Raises:
        SettingsError: `REDIS_URL` is not set.
    """
    stream = IdStreamBroker(
        settings.require_redis_url(),
        queue_name=STREAM_PREFIX + queue,
        consumer_group_name=CONSUMERS,
        consumer_id="0",  # from the start: ids sent before the first worker came would otherwise never arrive
        xread_count=concurrency,
        xread_block=READ_BLOCK_MILLISECONDS,
        socket_connect_timeout=CONNECT_TIMEOUT_SECONDS,
        socket_timeout=COMMAND_TIMEOUT_SECONDS,
    )
    stream.stop = stop
    return stream
