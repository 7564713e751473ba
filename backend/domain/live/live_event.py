"""What a signed-in browser is told while it is open: live updates, and the errors of listening to them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from domain.errors import AppError

# Where a stream begins, and wherever it may have missed something: clients read again what they show. Its data names
# the user whose stream it is, because the browser's cookies may have become another user's.
READY = "ready"
# A new notification; it has its id and is sent again to whoever was away.
NOTIFICATION = "notification"
# Some notifications were read, perhaps on another device.
NOTIFICATIONS_READ = "notifications_read"

# A browser has one for each tab.
MAX_STREAMS_PER_USER = 10
# Proxies close connections that are silent for longer than about a minute.
HEARTBEAT = timedelta(seconds=15)
# A session that has ended is noticed within this time.
SESSION_CHECK = timedelta(milliseconds=500)


class TooManyStreams(AppError):
    """The user has as many open streams as one may have."""

    message = "You have too many pages open. Close some and try again."


@dataclass(frozen=True, slots=True)
class LiveEvent:
    """Something that happened a moment ago; with an id it can be resumed behind, without one it is not sent again."""

    kind: str
    data: Mapping[str, object]
    id: UUID | None = None
