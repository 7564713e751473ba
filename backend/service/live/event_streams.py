"""The event streams that this process keeps open for signed-in browsers."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Collection, Iterable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from types import TracebackType
from typing import Protocol, Self
from uuid import UUID

import structlog

from core.metrics.metrics import Metrics
from core.redis.live import Listener, LiveBus, Mark
from core.runtime import background
from core.runtime.outages import Outage
from domain.errors import DatabaseUnavailable
from domain.live.live_event import (
    HEARTBEAT,
    MAX_STREAMS_PER_USER,
    NOTIFICATION,
    READY,
    SESSION_CHECK,
    LiveEvent,
    TooManyStreams,
)
from domain.live.notification import Notification
from domain.permissions import SYSTEM, Actor
from domain.session import NotAuthenticated
from service.live.live_updates import read_event

log = structlog.get_logger()

# How many sent notifications a stream remembers, so that one that was looked up and also arrived live is sent once.
REMEMBERED = 500


class KnowsOpenSessions(Protocol):
    """Knows which sessions are open."""

    async def open_among(self, session_ids: Collection[UUID]) -> frozenset[UUID]:
        """Return those of `session_ids` that are open and belong to an active user."""


class KnowsNotifications(Protocol):
    """Knows the notifications that a browser missed."""

    async def latest_id(self) -> UUID:
        """Return the id of the actor's newest notification, or an id before all others."""

    async def find_since(self, notification_id: UUID) -> Sequence[Notification]:
        """Return the actor's notifications after this one, oldest first, with some from shortly before it."""


class StreamIdentity(Protocol):
    """The part of `work.identity` that streams need."""

    @property
    def sessions(self) -> KnowsOpenSessions:
        """Sign-in sessions."""


class StreamLive(Protocol):
    """The part of `work.live` that streams need."""

    @property
    def notifications(self) -> KnowsNotifications:
        """Notifications."""


class StreamWork(Protocol):
    """The part of a unit of work that streams look things up with. None is open while a stream waits."""

    @property
    def identity(self) -> StreamIdentity:
        """The identity area."""

    @property
    def live(self) -> StreamLive:
        """The live area."""


class OpensStreamWork(Protocol):
    """Opens a unit of work on behalf of an actor."""

    def __call__(self, actor: Actor) -> AbstractAsyncContextManager[StreamWork]:
        """Return the unit of work, to be entered."""


class EventStream:
    """The stream of one browser. `EventStreams.open` makes it, and the request that sends it enters it."""

    def __init__(self, streams: "EventStreams", actor: Actor, *, after: UUID | None) -> None:
        self.actor = actor
        self._streams = streams
        self._after = after
        self._topic = str(actor.user_id)
        self._listener = Listener()
        self._sent: deque[UUID] = deque(maxlen=REMEMBERED)

    async def __aenter__(self) -> Self:
        """Subscribe to the events of the user."""
        await self._streams.bus.subscribe(self._topic, self._listener)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Unsubscribe, and free the place of this stream."""
        self._streams.forget(self)
        await self._streams.bus.unsubscribe(self._topic, self._listener)

    async def events(self) -> AsyncIterator[LiveEvent | None]:
        """Yield events until the session ends or the server stops, with None as a heartbeat.

        Missed notifications are looked up in the database, so none is lost. Other events may be.
        """
        while (item := await self._next()) is not Mark.END:
            if item is None:
                yield None
            elif isinstance(item, bytes):
                for event in self._unsent([read_event(item)]):
                    yield event
            else:
                for event in self._unsent(await self._missed()):
                    yield event
                yield LiveEvent(READY, {"user_id": self._topic}, self._after)

    def end(self) -> None:
        """End the stream at the next read."""
        self._listener.end()

    async def _next(self) -> bytes | Mark | None:
        try:
            async with asyncio.timeout(HEARTBEAT.total_seconds()):
                return await self._listener.receive()
        except TimeoutError:
            return None

    async def _missed(self) -> list[LiveEvent]:
        async with self._streams.open_work(self.actor) as work:
            if self._after is None:  # a new browser starts with the present
                self._after = await work.live.notifications.latest_id()
                return []
            missed = await work.live.notifications.find_since(self._after)
        return [LiveEvent(NOTIFICATION, notification.as_event(), notification.id) for notification in missed]

    def _unsent(self, events: Iterable[LiveEvent]) -> Iterator[LiveEvent]:
        for event in events:
            if event.id is None:
                yield event
            elif event.id not in self._sent:
                self._sent.append(event.id)
                self._after = max(self._after or event.id, event.id)
                yield event


class EventStreams:
    """The open streams of this process. They hold no database connection and share one Redis connection."""

    def __init__(self, bus: LiveBus, open_work: OpensStreamWork, metrics: Metrics) -> None:
        self.bus = bus
        self.open_work = open_work
        self._metrics = metrics
        self._open: set[EventStream] = set()
        self._is_closed = False
        self._watching: asyncio.Task[None] | None = None
        self._outage = Outage()

    def __len__(self) -> int:
        """Return the number of open streams."""
        return len(self._open)

    def open(self, actor: Actor, *, after: UUID | None) -> EventStream:
        """Return a stream for the actor's session. The caller must enter it.

        Args:
            actor: the listening user.
            after: the id of the last event that the browser received, if it reconnects.

        Raises:
            NotAuthenticated: the actor has no session that could end the stream.
            TooManyStreams: the user has too many open streams.
        """
        if actor.user_id is None or actor.session_id is None:
            raise NotAuthenticated
        if sum(stream.actor.user_id == actor.user_id for stream in self._open) >= MAX_STREAMS_PER_USER:
            raise TooManyStreams
        stream = EventStream(self, actor, after=after)
        self._open.add(stream)
        self._count()
        if self._is_closed:
            stream.end()
        elif self._watching is None:
            self._watching = background.start(self._watch_sessions())
        return stream

    def forget(self, stream: EventStream) -> None:
        """Free the place of a stream."""
        self._open.discard(stream)
        self._count()

    def close(self) -> None:
        """End every stream, including any that is opened later."""
        self._is_closed = True
        for stream in self._open:
            stream.end()
        if self._watching is not None:
            self._watching.cancel()

    def _count(self) -> None:
        self._metrics.live_streams.set(len(self._open))

    async def _watch_sessions(self) -> None:
        """End streams whose session has ended. One query checks all of them, for as long as there are any."""
        while self._open:
            await asyncio.sleep(SESSION_CHECK.total_seconds())
            try:
                await self._end_signed_out()
            except DatabaseUnavailable:  # without the database no session can end
                if self._outage.should_log_failure():
                    log.warning("sessions of live streams not checked")
            else:
                if (away := self._outage.end()) is not None:
                    log.info("sessions of live streams checked again", away_s=away)
        self._watching = None

    async def _end_signed_out(self) -> None:
        asked = {stream: stream.actor.session_id for stream in self._open}
        async with self.open_work(SYSTEM) as work:
            still_open = await work.identity.sessions.open_among({one for one in asked.values() if one is not None})
        for stream, session_id in asked.items():
            if session_id not in still_open:
                stream.end()
