"""A document about a user's activity, built in the background."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from domain.errors import AppError, NotFound
from domain.language import DEFAULT_LANGUAGE, Language
from domain.live.notification import Notice, NotificationKind

MEDIA_TYPE = "application/pdf"
WEEKS = 12
# The newest posts are listed; a document with more of them would be too long to read.
MAX_LISTED_POSTS = 200

REPORT_READY = NotificationKind("report_ready")

FAILED_STEP = "We couldn’t create this report. Please request a new one."


class ReportNotFound(NotFound):
    """No such report, or none that the actor may see."""

    message = "Report not found."


class ReportNotReady(AppError):
    """The report is not ready, or could not be built."""

    message = "This report is not ready to download."


class ReportKind(StrEnum):
    """The subject of a report."""

    ACTIVITY = "activity"


class ReportState(StrEnum):
    """The state of a report."""

    PENDING = "pending"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


UNFINISHED = (ReportState.PENDING, ReportState.RUNNING)


@dataclass(frozen=True, slots=True)
class Report:
    """A report that a user asked for. `step` is the current step, or why the report failed."""

    id: UUID
    user_id: UUID
    kind: ReportKind
    state: ReportState
    progress: int
    step: str | None
    size_bytes: int | None
    created_at: datetime
    finished_at: datetime | None

    @property
    def file_name(self) -> str:
        """The name of the downloaded file."""
        return f"{self.kind}-report-{self.created_at:%Y-%m-%d}.pdf"


class ReportStep(StrEnum):
    """The steps of building a report, as users see them."""

    COLLECTING = "Collecting your posts"
    COUNTING = "Counting week by week"
    TYPESETTING = "Laying out pages"
    STORING = "Saving the document"

    @property
    def progress(self) -> int:
        """The progress at the beginning of the step, in percent."""
        return _PROGRESS[self]


_PROGRESS = {
    ReportStep.COLLECTING: 10,
    ReportStep.COUNTING: 30,
    ReportStep.TYPESETTING: 50,
    ReportStep.STORING: 90,
}


@dataclass(frozen=True, slots=True)
class PostActivity:
    """One post in a report."""

    title: str
    published: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ReportedCount:
    """The number of rows that a user wrote or received, under the name that a `Counter` declares.

    Args:
        name: the name of the counter.
        total: how many there are since the user signed up.
        per_week: how many of them are from each week; empty for a part of another number.
    """

    name: str
    total: int
    per_week: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ActivityReport:
    """The contents of an activity report.

    Args:
        author: whose activity it is.
        made_at: when the user asked for it.
        mondays: the first days of its weeks, the oldest first.
        counts: the counts that dashboards show as well.
        posts: the newest posts.
        has_more_posts: whether there are older ones, which are not listed.
        language: the language of the text.
    """

    author: str
    made_at: datetime
    mondays: tuple[date, ...]
    counts: tuple[ReportedCount, ...]
    posts: tuple[PostActivity, ...]
    has_more_posts: bool = False
    language: Language = DEFAULT_LANGUAGE


@dataclass(frozen=True, slots=True)
class ReportRequested:
    """A user asked for a report."""

    report_id: UUID


@dataclass(frozen=True, slots=True)
class ReportFinished:
    """A report can be downloaded."""

    report_id: UUID
    user_id: UUID

    ready_message: ClassVar = "Your report is ready."

    def notice(self) -> Notice:
        """Return the notice for the user, who may have left the page."""
        return Notice(self.user_id, REPORT_READY, self.ready_message, link=f"/reports/{self.report_id}")


@dataclass(frozen=True, slots=True)
class ReportGivenUp:
    """All attempts to make a report failed."""

    report_id: UUID


def report_key(report_id: UUID) -> str:
    """Return the key of the report's file."""
    return f"reports/{report_id}/report.pdf"


def weeks_until(day: date) -> tuple[date, ...]:
    """Return the Mondays of the weeks that a report made on `day` covers, the oldest first."""
    this_monday = day - timedelta(days=day.weekday())
    return tuple(this_monday - timedelta(weeks=weeks) for weeks in reversed(range(WEEKS)))
