"""Something that a user is told about, whether they are there at the moment or not."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from domain.errors import AppError

MESSAGE_MAX_LENGTH = 500
LINK_MAX_LENGTH = 500

# Read or not, nobody looks for them any more after this time.
NOTIFICATIONS_KEPT = timedelta(days=90)
# As many are sent again to a browser that was away; it finds the older ones in the list.
REPLAY_LIMIT = 200
# A notification that was written before another may be committed after it. Longer than transactions that write some.
REPLAY_OVERLAP = timedelta(minutes=1)


class NotificationKind(StrEnum):
    """What a notification is about."""

    COMMENT = "comment"
    REPORT_READY = "report_ready"


class NotificationNotFound(AppError):
    """No such notification, or it is somebody else's."""

    message = "Notification not found."


@dataclass(frozen=True, slots=True)
class Notification:
    """One line that tells a user what happened, and the page of the front end that shows it."""

    id: UUID
    kind: NotificationKind
    message: str
    link: str
    read_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class CommentOnPost:
    """A comment with what its post's author wants to know about it."""

    post_id: UUID
    post_title: str
    post_author_id: UUID
    author_id: UUID
    author_name: str | None
