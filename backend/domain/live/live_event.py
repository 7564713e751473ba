"""Live events: messages to an open browser, and the errors of subscribing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from domain.errors import AppError

# Where a stream begins, and wherever it may have missed something: clients read again what they show. Its data names
# the user whose stream it is, because the browser's cookies may have become another user's.
READY = "ready"
# A new notification. Its id lets a browser that was disconnected resume behind it.
NOTIFICATION = "notification"
# Some notifications were read, perhaps on another device.
NOTIFICATIONS_READ = "notifications_read"

# One for each open tab.
MAX_STREAMS_PER_USER = 10
# Proxies close connections that are silent for about a minute.
HEARTBEAT = timedelta(seconds=15)
# A session that has ended is noticed within this time.
SESSION_CHECK = timedelta(milliseconds=500)


class TooManyStreams(AppError):
    """The user has the maximum number of open streams."""

    message = "You have too many pages open. Close some and try again."


@dataclass(frozen=True, slots=True)
class LiveEvent:
    """Something that just happened. A browser can resume behind an event that has an id."""

    kind: str
    data: Mapping[str, object]
    id: UUID | None = None
