"""Facts that other parts of the product react to; `domain/tasks.py` says who reacts and how."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class UserSignedUp:
    """Somebody created an account."""

    user_id: UUID


@dataclass(frozen=True, slots=True)
class AvatarChanged:
    """Somebody shows another picture than before, or none any more."""

    user_id: UUID
    shown: UUID | None
    replaced: UUID | None


@dataclass(frozen=True, slots=True)
class ReportRequested:
    """Somebody asked for a report, which has to be made now."""

    report_id: UUID


@dataclass(frozen=True, slots=True)
class ReportGivenUp:
    """All attempts to make a report failed."""

    report_id: UUID
