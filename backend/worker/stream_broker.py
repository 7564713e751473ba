"""The stream that carries job ids from Redis to the worker."""

import asyncio
from collections.abc import AsyncGenerator
from functools import cached_property
from typing import Any

import structlog
from redis.asyncio import Redis
from redis.commands.core import AsyncScript
from redis.exceptions import RedisError
from taskiq_redis import RedisStreamBroker

from core.redis.client import COMMAND_TIMEOUT_SECONDS, CONNECT_TIMEOUT_SECONDS
from core.redis.job_stream import STREAM_PREFIX
from core.runtime.outages import Outage, reason_of
from core.settings import Settings
from worker.slots import Slots

log = structlog.get_logger()

CONSUMERS = "workers"
# Longer than one round trip and shorter than the command timeout, which would otherwise cut off every quiet wait.
READ_BLOCK_MILLISECONDS = 1_000
RECONNECT_SECONDS = 0.5
# After a read that found fewer ids than there were free slots. In between, the ids of a busy queue gather, and the
# statements that claim their jobs and mark them as done are shared.
GATHER_SECONDS = 0.01

# Reads messages and returns them as one delivery: parsing one by one costs redis-py a quarter of what running a job
# costs. A group is served in order, so everything up to the last one has been delivered, perhaps to a worker that has
# died since.
TAKE = """
local read = redis.call('XREADGROUP', 'GROUP', ARGV[1], ARGV[1], 'COUNT', ARGV[2], 'NOACK', 'STREAMS', KEYS[1], '>')
if not read then return '' end
local entries, messages = read[1][2], {}
for i, entry in ipairs(entries) do messages[i] = entry[2][2] end
local last = entries[#entries][1]
redis.call('XTRIM', KEYS[1], 'MINID', last)
redis.call('XDEL', KEYS[1], last)
return table.concat(messages, '\\n')
"""


class IdStreamBroker(RedisStreamBroker):
    """Carries job ids and keeps no state, because the job table does.

    This is how it differs from taskiq-redis: nothing is acknowledged, nothing is claimed from dead workers, all workers
    are one consumer, and delivered ids are removed, so Redis holds only unread ids. It also survives a restart of
    Redis, which would end a worker of taskiq-redis.

    What it yields is a delivery: several messages, one a line, but no more than there are free slots. An idle worker
    could not take messages that wait in the memory of another one.
    """

    stop: asyncio.Event
    slots: Slots
    outage: Outage

    @cached_property
    def _client(self) -> Redis:
        return Redis(connection_pool=self.connection_pool)

    @cached_property
    def _take(self) -> AsyncScript:
        return self._client.register_script(TAKE)

    async def listen(self) -> AsyncGenerator[bytes, None]:  # type: ignore[override]  # nothing needs acknowledging
        """Yield deliveries until `stop` is set; wait while Redis is unavailable.

        Taskiq ends a listener by cancelling its read, but redis-py turns a cancellation that coincides with its own
        timeout into a `TimeoutError`. Without checking `stop` the listener would go on, and the worker would never end.
        """
        while not self.stop.is_set():
            try:
                await self._declare_consumer_group()
                while not self.stop.is_set():
                    free = await self.slots.any_free()
                    delivery = await self._read(at_most=free)
                    if (away := self.outage.end()) is not None:
                        log.info("redis available again", away_s=away)
                    if delivery:
                        taken = delivery.count(b"\n") + 1
                        self.slots.take(taken)
                        yield delivery
                        if taken < free:
                            await asyncio.sleep(GATHER_SECONDS)
            except (RedisError, OSError) as error:
                if self.outage.should_log_failure():
                    log.warning("redis unavailable", reason=reason_of(error))
                await asyncio.sleep(RECONNECT_SECONDS)

    async def _read(self, *, at_most: int) -> bytes:
        """Return at most so many messages: those that wait, or the next ones, or none after a while."""
        delivery: bytes = await self._take(keys=[self.queue_name], args=[CONSUMERS, at_most])
        return delivery or await self._wait(at_most=at_most)

    async def _wait(self, *, at_most: int) -> bytes:
        # The types of redis-py allow for protocols and decodings that this client does not use.
        delivered: Any = await self._client.xreadgroup(
            CONSUMERS, CONSUMERS, {self.queue_name: ">"}, count=at_most, block=self.block, noack=True
        )
        if not delivered:
            return b""
        messages: list[tuple[bytes, dict[bytes, bytes]]]
        ((_, messages),) = delivered
        await self._client.xtrim(self.queue_name, minid=_following(messages[-1][0]), approximate=False)
        return b"\n".join(message[b"data"] for _, message in messages)


def _following(message_id: bytes) -> str:
    milliseconds, _, number = message_id.decode().partition("-")
    return f"{milliseconds}-{int(number) + 1}"


def create_stream_broker(
    settings: Settings, *, queue: str, stop: asyncio.Event, concurrency: int, outage: Outage
) -> IdStreamBroker:
    """Return the Taskiq broker that carries the ids of one queue's jobs; it connects on first use.

    Args:
        settings: where Redis is.
        queue: the name of the queue.
        stop: ends listening when it is set.
        concurrency: how many jobs the listener runs at once.
        outage: notes when Redis is unavailable, for all queues of the worker.

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
    stream.slots = Slots(concurrency)
    stream.outage = outage
    return stream
