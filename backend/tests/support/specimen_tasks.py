"""The background work of a remark: the author of the memo is notified.

Only the programs of `tests/specimen_main.py` have this task; elsewhere the event has no handler.
"""

from dataclasses import dataclass
from uuid import UUID

from domain.live.notification import Notice, NotificationKind
from domain.taskiq_broker import TaskRegistry
from service.factory import Work
from tests.support.specimen import memos_of


@dataclass(frozen=True, slots=True)
class RemarkWritten:
    """A user wrote a remark on a memo."""

    memo_id: UUID


async def notify_of_remark(work: Work, event: RemarkWritten) -> None:
    """Notify the author of a memo about a remark."""
    if memo := await memos_of(work).get(event.memo_id):
        link = f"/memos/{memo.id}"
        await work.live.notifications.notify(Notice(memo.author.id, NotificationKind("remark"), "A remark.", link=link))


def declare_tasks(registry: TaskRegistry) -> None:
    """Add the task to the tasks of the product."""
    registry.event_handler(RemarkWritten)(notify_of_remark)
