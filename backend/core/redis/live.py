"""Delivers messages to the current listeners in all processes, over Redis pub/sub.

Messages are not stored: without a listener a message is lost. A listener that may have missed messages receives a gap.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Iterable
from enum import Enum
from typing import Any

import structlog
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError

from core import product
from core.metrics.metrics import Metrics
from core.runtime import background
from core.runtime.outages import Outage, reason_of

log = structlog.get_logger()

CHANNEL_PREFIX = f"{product.SLUG}:live:"
# Always subscribed to, so that the connection has a subscription when there is no listener.
IDLE_CHANNEL = CHANNEL_PREFIX + "idle"
# Messages that a listener has not received yet; beyond it the listener is too slow.
LISTENER_CAPACITY = 100
# Messages that wait to be published during an outage of Redis; the oldest are dropped first.
QUEUE_CAPACITY = 1_000
PUBLISH_BATCH = 100
# After this long without a message, the connection is pinged; after twice as long it is considered dead.
SILENCE_SECONDS = 5.0
RECONNECT_SECONDS = 0.5
# How long a program that stops publishes what is queued.
CLOSE_SECONDS = 3.0


class Mark(Enum):
    """A signal that a listener may receive in place of a message."""

    GAP = "messages before this may be missing"
    END = "no message will follow"


class Listener:
    """A bounded queue of the messages of one topic."""

    def __init__(self) -> None:
        self.is_connected = False
        self._waiting: deque[bytes | Mark] = deque()
        self._arrived = asyncio.Event()

    async def receive(self) -> bytes | Mark:
        """Wait for the next message or mark, and return it."""
        while not self._waiting:
            self._arrived.clear()
            await self._arrived.wait()
        return self._waiting.popleft()

    def put(self, item: bytes | Mark) -> None:
        """Add a message. If the queue is full, all messages in it are replaced by a gap."""
        if len(self._waiting) >= LISTENER_CAPACITY:
            self._waiting.clear()
            item = Mark.GAP
        self._waiting.append(item)
        self._arrived.set()

    def end(self) -> None:
        """Drop the messages in the queue and end it."""
        self._waiting.clear()
        self.put(Mark.END)


class LiveBus:
    """Publishes messages, and shares one subscription among all listeners of a process. It connects on first use.

    `subscriber` is a client without retries: after a silent reconnect, lost messages would go unnoticed.
    """

    def __init__(self, redis: Redis, *, subscriber: Redis, metrics: Metrics) -> None:
        self._redis = redis
        self._metrics = metrics
        self._subscriber = subscriber
        self._listeners: dict[str, set[Listener]] = {}
        self._queued: deque[tuple[str, bytes]] = deque(maxlen=QUEUE_CAPACITY)
        self._publishing: asyncio.Task[None] | None = None
        self._receiving: asyncio.Task[None] | None = None
        self._pubsub: PubSub | None = None
        self._subscribing = asyncio.Lock()
        self._publishing_outage = Outage()
        self._receiving_outage = Outage()

    def publish(self, messages: Iterable[tuple[str, bytes]]) -> None:
        """Publish `(topic, message)` pairs in the background; they are lost if Redis is away."""
        self._queued.extend(messages)
        if self._queued and self._publishing is None:
            self._publishing = background.start(self._publish_queued())

    async def subscribe(self, topic: str, listener: Listener) -> None:
        """Deliver the messages of `topic` to `listener`, starting with a gap.

        Later losses are marked by a gap as well.
        """
        channel = CHANNEL_PREFIX + topic
        self._listeners.setdefault(channel, set()).add(listener)
        if self._receiving is None:
            self._receiving = background.start(self._receive())
        await self._subscribe(channel)

    async def unsubscribe(self, topic: str, listener: Listener) -> None:
        """Stop delivering messages to `listener`."""
        channel = CHANNEL_PREFIX + topic
        listeners = self._listeners.get(channel, set())
        listeners.discard(listener)
        if not listeners and self._listeners.pop(channel, None) is not None:
            await self._unsubscribe(channel)

    async def close(self) -> None:
        """Publish the remaining messages, unless Redis takes too long for them, and end all listeners."""
        if self._publishing is not None:
            _, late = await asyncio.wait([self._publishing], timeout=CLOSE_SECONDS)
            for publishing in late:
                publishing.cancel()
                await asyncio.wait([publishing])
                log.warning("live messages lost", messages=len(self._queued), reason="the program stops")
        for listener in [one for listeners in self._listeners.values() for one in listeners]:
            listener.end()
        if self._receiving is not None:
            self._receiving.cancel()
            await asyncio.wait([self._receiving])
        await self._subscriber.aclose()

    async def _publish_queued(self) -> None:
        try:
            while self._queued:
                batch = [self._queued.popleft() for _ in range(min(PUBLISH_BATCH, len(self._queued)))]
                await self._publish_or_drop(batch)
        finally:
            self._publishing = None

    async def _publish_or_drop(self, batch: list[tuple[str, bytes]]) -> None:
        try:
            await self._publish_batch(batch)
        except Exception as error:  # noqa: BLE001  (a batch that cannot be sent must not block the next)
            self._metrics.count_redis_failure("live")
            if self._publishing_outage.should_log_failure():
                log.warning("live messages lost", messages=len(batch), reason=reason_of(error))
        else:
            if (away := self._publishing_outage.end()) is not None:
                log.info("live messages published again", away_s=away)

    async def _publish_batch(self, batch: list[tuple[str, bytes]]) -> None:
        async with self._redis.pipeline(transaction=False) as pipeline:
            for topic, message in batch:
                pipeline.publish(CHANNEL_PREFIX + topic, message)
            await pipeline.execute()

    async def _receive(self) -> None:
        while True:
            try:
                await self._receive_until_lost()
            except Exception as error:  # noqa: BLE001  (on any error the listeners need a new connection)
                self._metrics.count_redis_failure("live")
                if self._receiving_outage.should_log_failure():
                    log.warning("live connection lost", reason=reason_of(error))
            await asyncio.sleep(RECONNECT_SECONDS)

    async def _receive_until_lost(self) -> None:
        async with self._subscriber.pubsub() as pubsub:
            self._expect_gaps()
            async with self._subscribing:
                await pubsub.subscribe(IDLE_CHANNEL, *self._listeners)
                self._pubsub = pubsub
            if (away := self._receiving_outage.end()) is not None:
                log.info("live connection restored", away_s=away)
            try:
                await self._dispatch_until_silent(pubsub)
            finally:
                self._pubsub = None

    async def _dispatch_until_silent(self, pubsub: PubSub) -> None:
        """Dispatch messages until the connection stays silent after a ping."""
        was_silent = False
        while True:
            message = await pubsub.get_message(timeout=SILENCE_SECONDS)
            if message is not None:
                self._dispatch(message)
            elif was_silent:
                return
            else:
                await pubsub.ping()
            was_silent = message is None

    def _dispatch(self, message: dict[str, Any]) -> None:
        if message["type"] not in {"message", "subscribe"}:
            return
        for listener in self._listeners.get(message["channel"].decode(), ()):
            if message["type"] == "message":
                listener.put(message["data"])
            elif not listener.is_connected:
                listener.is_connected = True
                listener.put(Mark.GAP)

    def _expect_gaps(self) -> None:
        for listeners in self._listeners.values():
            for listener in listeners:
                listener.is_connected = False

    async def _subscribe(self, channel: str) -> None:
        async with self._subscribing:
            if self._pubsub is not None:  # otherwise `_receive_until_lost` is about to subscribe to all channels
                await self._run_or_expect_gaps(self._pubsub.subscribe(channel))

    async def _unsubscribe(self, channel: str) -> None:
        async with self._subscribing:
            if self._pubsub is not None and channel not in self._listeners:  # no new listener
                await self._run_or_expect_gaps(self._pubsub.unsubscribe(channel))

    async def _run_or_expect_gaps(self, command: Awaitable[object]) -> None:
        try:
            await command
        except (RedisError, OSError):  # the connection is lost, or was replaced
            self._expect_gaps()
