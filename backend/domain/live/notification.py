"""A message to a user, whether or not they are online."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import NewType
from uuid import UUID

from domain.errors import NotFound

MESSAGE_MAX_LENGTH = 500
LINK_MAX_LENGTH = 500

# Notifications older than this are deleted, read or not.
NOTIFICATIONS_KEPT = timedelta(days=90)
# The most that are sent again to a browser that was disconnected; it finds older ones in the list.
REPLAY_LIMIT = 200
# A notification that was written before another may be committed after it. Longer than transactions that write some.
REPLAY_OVERLAP = timedelta(minutes=1)


# The subject of a notification. Each feature declares its own kinds, beside the event that causes it.
NotificationKind = NewType("NotificationKind", str)


class NotificationNotFound(NotFound):
    """No such notification, or it belongs to another user."""

    message = "Notification not found."


@dataclass(frozen=True, slots=True)
class Notification:
    """A message to a user in one line, with the page that shows more."""

    id: UUID
    kind: NotificationKind
    message: str
    link: str
    read_at: datetime | None
    created_at: datetime
    # The source of the message, for other languages; None for notifications of earlier releases.
    template: str | None = None
    values: Mapping[str, str] | None = None

    def as_event(self) -> dict[str, object]:
        """Return the live event for open browsers, which then load the message in their language."""
        told = asdict(self)
        del told["template"], told["values"]
        return told


@dataclass(frozen=True, slots=True)
class Notice:
    """A notification to write. The account must exist.

    Args:
        user_id: the recipient.
        kind: the subject.
        message: one line of plain text, in English and with placeholders for the values.
        link: the page of the front end that shows it, as a path.
        values: the values of the placeholders.
    """

    user_id: UUID
    kind: NotificationKind
    message: str
    link: str
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The message in English, with its values."""
        return self.message.format(**self.values) if self.values else self.message
