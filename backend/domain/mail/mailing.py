"""Which mails there are, as far as it decides how often one may be sent."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar


class MailKind(StrEnum):
    """Why a mail is sent. Each kind is counted by itself, so that requests for one kind cannot use up another."""

    SIGN_UP = "sign_up"
    VERIFY_EMAIL = "verify_email"
    RESET_PASSWORD = "reset_password"  # noqa: S105  (a reason for a mail)
    CHANGE_EMAIL = "change_email"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class CountedMail:
    """A mail as the limits see it. The recipient is an address, or the id of the account whose address it goes to."""

    kind: MailKind
    recipient: str


@dataclass(frozen=True, slots=True)
class CausesMail:
    """An event that is followed by a mail, now or after further jobs.

    Whatever a request publishes is counted where its jobs are written, so that no sender and no recipient gets past the
    limits. What jobs publish follows from an event that was counted, or is the product's own.
    """

    # Whether a mail beyond the recipient's limit is left out without a word. Otherwise the request is refused.
    is_quiet: ClassVar[bool] = False

    @property
    def counted_as(self) -> CountedMail:
        """How the mail is counted; those of an event that does not say for whom it is share one limit."""
        return CountedMail(MailKind.NOTICE, type(self).__name__)
