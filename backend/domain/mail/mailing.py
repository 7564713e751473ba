"""The kinds of emails, as the limits on sending count them."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class MailKind(StrEnum):
    """Why an email is sent. Each kind is counted separately, so that requests for one cannot use up another's limit."""

    SIGN_UP = "sign_up"
    VERIFY_EMAIL = "verify_email"
    RESET_PASSWORD = "reset_password"  # noqa: S105  (a reason for a mail)
    CHANGE_EMAIL = "change_email"
    INVITATION = "invitation"
    NOTICE = "notice"
    # A notice of a change that is never refused, because the account's owner may need it.
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class CountedMail:
    """An email as the limits see it.

    The recipient is an address, or the id of the account whose address it goes to. It is None if a job finds out
    whether there is one, and then counts it.
    """

    kind: MailKind
    recipient: str | UUID | None


@dataclass(frozen=True, slots=True)
class CausesMail:
    """An event that causes an email, directly or through further jobs.

    Whatever a request publishes is counted where its jobs are written, so that no sender and no recipient gets past the
    limits. What jobs publish follows from an event that was counted, or is the product's own.
    """

    @property
    def counted_as(self) -> CountedMail:
        """How the email is counted. Events that name no recipient share one limit."""
        return CountedMail(MailKind.NOTICE, type(self).__name__)
