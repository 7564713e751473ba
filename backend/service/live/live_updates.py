"""Collects live events during a unit of work and publishes them after the commit."""

from collections.abc import Mapping
from uuid import UUID

import orjson

from core.redis.live import LiveBus
from domain.live.live_event import LiveEvent
from service.unit_of_work import Collector


class LiveUpdates(Collector):
    """The live events that a unit of work publishes after its commit.

    Best effort: a browser that is not connected reads the state later.
    """

    def __init__(self, bus: LiveBus) -> None:
        self._bus = bus
        self._messages: list[tuple[str, bytes]] = []

    def publish(self, user_id: UUID, kind: str, data: Mapping[str, object], *, event_id: UUID | None = None) -> None:
        """Send an event to the open browsers of a user after the commit.

        Args:
            user_id: the recipient.
            kind: the name that the browser listens for.
            data: JSON, ids, times and dataclasses.
            event_id: the id of the notification that it announces. A browser that reconnects gets missed notifications
                again, but no other events.

        Raises:
            TypeError: `data` contains another type.
        """
        event = {"kind": kind, "data": data, "id": event_id}
        self._messages.append((str(user_id), to_json(event)))

    async def after_commit(self) -> None:
        """Publish the collected events."""
        messages, self._messages = self._messages, []
        self._bus.publish(messages)


def to_json(data: Mapping[str, object]) -> bytes:
    """Return `data` as JSON, in the format of API responses.

    Raises:
        TypeError: `data` contains a type that has no JSON form.
    """
    return orjson.dumps(data, default=_plain, option=orjson.OPT_UTC_Z)


def _plain(value: object) -> str:
    if isinstance(value, UUID):  # asyncpg's own subclass
        return str(value)
    raise TypeError


def read_event(message: bytes) -> LiveEvent:
    """Return the event in a message."""
    event = orjson.loads(message)
    return LiveEvent(event["kind"], event["data"], UUID(event["id"]) if event["id"] else None)
