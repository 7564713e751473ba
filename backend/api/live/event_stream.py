"""Server-sent events (WHATWG HTML, section 9.2)."""

from collections.abc import AsyncIterator

from fastapi.sse import KEEPALIVE_COMMENT, format_sse_event
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from domain.errors import DatabaseUnavailable
from domain.live.live_event import LiveEvent
from service.live.event_streams import EventStream
from service.live.live_updates import to_json

# How long a browser waits before it reconnects.
RETRY_MILLISECONDS = 3_000
# `X-Accel-Buffering` tells nginx to pass on every event immediately.
HEADERS = {"X-Accel-Buffering": "no"}


class LiveResponse(StreamingResponse):
    """Sends a stream of live events, and closes it when the request ends for any reason."""

    media_type = "text/event-stream"

    def __init__(self, stream: EventStream) -> None:
        super().__init__(_lines(stream), headers=HEADERS)
        self._stream = stream

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send events until the stream ends or the browser disconnects."""
        async with self._stream:
            await super().__call__(scope, receive, send)


async def _lines(stream: EventStream) -> AsyncIterator[bytes]:
    yield format_sse_event(retry=RETRY_MILLISECONDS)
    try:
        async for event in stream.events():
            yield KEEPALIVE_COMMENT if event is None else _line(event)
    except DatabaseUnavailable:  # the browser reconnects with the last id it received
        return


def _line(event: LiveEvent) -> bytes:
    return format_sse_event(
        event=event.kind, data_str=to_json(event.data).decode(), id=None if event.id is None else str(event.id)
    )
