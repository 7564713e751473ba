"""Collects what browsers are told about a unit of work until it has been committed."""

from collections.abc import Mapping
from uuid import UUID

import orjson

from core.redis.live import LiveBus
from domain.live.live_event import LiveEvent
from service.unit_of_work import Collector


class LiveUpdates(Collector):
    """The live events that a unit of work sends after its commit. Best effort: who is away reads the state later."""

    def __init__(self, bus: LiveBus) -> None:
        self._bus = bus
        self._messages: list[tuple[str, bytes]] = []

    def publish(self, user_id: UUID, kind: str, data: Mapping[str, object], *, event_id: UUID | None = None) -> None:
        """Tell the open browsers of a user about something, once it is committed.

        Args:
            user_id: whom.
            kind: the name that the browser listens for.
            data: JSON, ids, times and dataclasses.
            event_id: the id of the notification that it is about; other events are not sent again to a browser that
                was away.

        Raises:
            TypeError: `data` holds something else.
        """
        event = {"kind": kind, "data": data, "id": event_id}
        self._messages.append((str(user_id), to_json(event)))

    async def after_commit(self) -> None:
        """Publish the collected events."""
        messages, self._messages = self._messages, []
        self._bus.publish(messages)


def to_json(data: Mapping[str, object]) -> bytes:
    """Return `data` as JSON, written like the answers of the API.

    Raises:
        TypeError: `data` holds something that JSON has no word for.
    """
    return orjson.dumps(data, default=_plain, option=orjson.OPT_UTC_Z)


def _plain(value: object) -> str:
    if isinstance(value, UUID):  # the driver's own subclass
        return str(value)
    raise TypeError


def read_event(message: bytes) -> LiveEvent:
    """Return the event in a message."""
    event = orjson.loads(message)
    return LiveEvent(event["kind"], event["data"], UUID(event["id"]) if event["id"] else None)
