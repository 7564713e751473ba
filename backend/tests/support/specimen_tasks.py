"""What a remark causes in the background: the author of the note is notified.

Only the programs of `tests/noting_main.py` have this task; elsewhere the event has no handler.
"""

from dataclasses import dataclass
from uuid import UUID

from domain.live.notification import Notice, NotificationKind
from domain.taskiq_broker import TaskRegistry
from service.factory import Work
from tests.support.specimen import notes_of


@dataclass(frozen=True, slots=True)
class RemarkWritten:
    """A user wrote a remark on a note."""

    note_id: UUID


async def notify_of_remark(work: Work, event: RemarkWritten) -> None:
    """Notify the author of a note about a remark."""
    if note := await notes_of(work).get(event.note_id):
        link = f"/notes/{note.id}"
        await work.live.notifications.notify(Notice(note.author.id, NotificationKind("remark"), "A remark.", link=link))


def declare_tasks(registry: TaskRegistry) -> None:
    """Add the task to the tasks of the product."""
    registry.event_handler(RemarkWritten)(notify_of_remark)
