"""Carries messages to whoever listens at the moment, in any process, over Redis pub/sub.

Nothing is kept: a message that nobody hears is gone. A listener is told where it may have missed some, and nothing worse.
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

from core.runtime import background

log = structlog.get_logger()

CHANNEL_PREFIX = "lamina:live:"
# Subscribed to from the beginning, so that the connection has a subscription however many listeners come and go.
IDLE_CHANNEL = CHANNEL_PREFIX + "idle"
# What a listener has not taken by then, it is too slow for.
LISTENER_CAPACITY = 100
# What an outage of Redis may hold up; the oldest messages are dropped first.
QUEUE_CAPACITY = 1_000
PUBLISH_BATCH = 100
# Twice this long without a word, not even an answer to a ping, and the connection is dead.
SILENCE_SECONDS = 5.0
RECONNECT_SECONDS = 0.5


class Mark(Enum):
    """What a listener may meet in place of a message."""

    GAP = "messages before this may be missing"
    END = "no message will follow"


class Listener:
    """The messages of one topic that its reader has not taken yet; a bounded number."""

    def __init__(self) -> None:
        self.is_connected = False
        self._waiting: deque[bytes | Mark] = deque()
        self._arrived = asyncio.Event()

    async def take(self) -> bytes | Mark:
        """Return the next message, or the mark in its place, as soon as there is one."""
        while not self._waiting:
            self._arrived.clear()
            await self._arrived.wait()
        return self._waiting.popleft()

    def put(self, item: bytes | Mark) -> None:
        """Hand over a message; a reader that is too slow loses all that wait, and finds a gap in their place."""
        if len(self._waiting) >= LISTENER_CAPACITY:
            self._waiting.clear()
            item = Mark.GAP
        self._waiting.append(item)
        self._arrived.set()

    def end(self) -> None:
        """Let the reader find the end next."""
        self._waiting.clear()
        self.put(Mark.END)


class LiveBus:
    """One subscription for all listeners of a process, and the way out for its messages. It connects on first use."""

    def __init__(self, redis: Redis, *, subscriber: Redis) -> None:
        """Send through `redis`.

        Args:
            redis: the client that everybody uses.
            subscriber: a client that does not reconnect by itself, since what is lost meanwhile would go unnoticed.
        """
        self._redis = redis
        self._subscriber = subscriber
        self._listeners: dict[str, set[Listener]] = {}
        self._queued: deque[tuple[str, bytes]] = deque(maxlen=QUEUE_CAPACITY)
        self._publishing: asyncio.Task[None] | None = None
        self._receiving: asyncio.Task[None] | None = None
        self._pubsub: PubSub | None = None
        self._subscribing = asyncio.Lock()

    def publish(self, messages: Iterable[tuple[str, bytes]]) -> None:
        """Send messages, each to its topic, without waiting for it; they are lost when Redis is away."""
        self._queued.extend(messages)
        if self._queued and self._publishing is None:
            self._publishing = background.start(self._publish_queued())

    async def subscribe(self, topic: str, listener: Listener) -> None:
        """Hand the topic's messages to `listener`, behind a gap; from there on it misses nothing without being told."""
        channel = CHANNEL_PREFIX + topic
        self._listeners.setdefault(channel, set()).add(listener)
        if self._receiving is None:
            self._receiving = background.start(self._receive())
        await self._subscribe(channel)

    async def unsubscribe(self, topic: str, listener: Listener) -> None:
        """Stop handing messages to `listener`."""
        channel = CHANNEL_PREFIX + topic
        listeners = self._listeners.get(channel, set())
        listeners.discard(listener)
        if not listeners and self._listeners.pop(channel, None) is not None:
            await self._unsubscribe(channel)

    async def close(self) -> None:
        """Let the last messages go out and end every listener."""
        if self._publishing is not None:
            await self._publishing
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
        except Exception as error:  # noqa: BLE001  (one batch that cannot be sent must not hold up the next)
            log.warning("live messages lost", messages=len(batch), reason=type(error).__name__)

    async def _publish_batch(self, batch: list[tuple[str, bytes]]) -> None:
        async with self._redis.pipeline(transaction=False) as pipeline:
            for topic, message in batch:
                pipeline.publish(CHANNEL_PREFIX + topic, message)
            await pipeline.execute()

    async def _receive(self) -> None:
        while True:
            try:
                await self._receive_until_lost()
            except Exception as error:  # noqa: BLE001  (whatever happened, the listeners wait for a new connection)
                log.warning("live connection lost", reason=type(error).__name__)
            await asyncio.sleep(RECONNECT_SECONDS)

    async def _receive_until_lost(self) -> None:
        async with self._subscriber.pubsub() as pubsub:
            self._expect_gaps()
            async with self._subscribing:
                await pubsub.subscribe(IDLE_CHANNEL, *self._listeners)
                self._pubsub = pubsub
            try:
                await self._dispatch_until_silent(pubsub)
            finally:
                self._pubsub = None

    async def _dispatch_until_silent(self, pubsub: PubSub) -> None:
        """Hand out what arrives until the connection is silent although it was asked for an answer."""
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
            if self._pubsub is not None:  # otherwise it is about to subscribe to everything
                await self._run_or_expect_gaps(self._pubsub.subscribe(channel))

    async def _unsubscribe(self, channel: str) -> None:
        async with self._subscribing:
            if self._pubsub is not None and channel not in self._listeners:  # nobody has come meanwhile
                await self._run_or_expect_gaps(self._pubsub.unsubscribe(channel))

    async def _run_or_expect_gaps(self, command: Awaitable[object]) -> None:
        try:
            await command
        except (RedisError, OSError):  # the connection is lost, or was made anew on the way
            self._expect_gaps()
