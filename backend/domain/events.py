"""Facts that other parts of the product react to; `domain/tasks.py` says who reacts and how."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from domain.identity.one_time_token import TokenPurpose
from domain.mail.mailing import CausesMail, CountedMail, MailKind


@dataclass(frozen=True, slots=True)
class UserSignedUp(CausesMail):
    """A new account exists."""

    is_quiet: ClassVar[bool] = True

    user_id: UUID
    email: str | None = None  # jobs of earlier releases have none

    @property
    def counted_as(self) -> CountedMail:
        """The welcome mail."""
        return CountedMail(MailKind.SIGN_UP, self.email or str(self.user_id))


@dataclass(frozen=True, slots=True)
class SignUpRepeated(CausesMail):
    """A sign-up used an address that has an account, which the sender must not be told."""

    is_quiet: ClassVar[bool] = True

    email: str

    @property
    def counted_as(self) -> CountedMail:
        """The mail to the account's owner."""
        return CountedMail(MailKind.SIGN_UP, self.email)


@dataclass(frozen=True, slots=True)
class OneTimeTokenIssued(CausesMail):
    """A token waits to be sent to its address; what it says follows from its id and a key, and stands nowhere."""

    token_id: UUID
    purpose: TokenPurpose = TokenPurpose.VERIFY_EMAIL  # jobs of earlier releases have neither
    email: str | None = None

    @property
    def counted_as(self) -> CountedMail:
        """The mail with the link."""
        return CountedMail(MailKind(self.purpose.value), self.email or str(self.token_id))


@dataclass(frozen=True, slots=True)
class PasswordResetRequested(CausesMail):
    """A reset link is wanted for the account with this address, if there is one."""

    is_quiet: ClassVar[bool] = True

    email: str
    ip_address: str | None
    user_agent: str | None

    @property
    def counted_as(self) -> CountedMail:
        """The mail with the link, whether or not there will be one."""
        return CountedMail(MailKind.RESET_PASSWORD, self.email)


@dataclass(frozen=True, slots=True)
class AccountDeleted(CausesMail):
    """An account is gone, and with it everything but its owner's address."""

    email: str
    name: str | None  # unless the address was never confirmed: then a stranger may have chosen it

    @property
    def counted_as(self) -> CountedMail:
        """The farewell."""
        return CountedMail(MailKind.NOTICE, self.email)


@dataclass(frozen=True, slots=True)
class CommentWritten:
    """Somebody commented on a post, perhaps on their own."""

    comment_id: UUID


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
class ReportFinished:
    """A report can be downloaded."""

    report_id: UUID
    user_id: UUID


@dataclass(frozen=True, slots=True)
class ReportGivenUp:
    """All attempts to make a report failed."""

    report_id: UUID


class CredentialsChange(StrEnum):
    """What changed about how somebody proves who they are."""

    PASSWORD_CHANGED = "password_changed"  # noqa: S105  (the name of a change)
    PASSWORD_RESET = "password_reset"  # noqa: S105
    EMAIL_CHANGE_REQUESTED = "email_change_requested"
    EMAIL_CHANGED = "email_changed"
    REFRESH_TOKEN_REUSED = "refresh_token_reused"  # noqa: S105
    API_TOKEN_CREATED = "api_token_created"  # noqa: S105
    IDENTITY_LINKED = "identity_linked"
    IDENTITY_UNLINKED = "identity_unlinked"
    MFA_ENABLED = "mfa_enabled"
    MFA_DISABLED = "mfa_disabled"
    MFA_RESET = "mfa_reset"
    RECOVERY_CODES_REPLACED = "recovery_codes_replaced"
    RECOVERY_CODE_USED = "recovery_code_used"
    PASSKEY_ADDED = "passkey_added"
    PASSKEY_REMOVED = "passkey_removed"


@dataclass(frozen=True, slots=True)
class CredentialsChanged(CausesMail):
    """How somebody proves who they are has changed, or seems to be in somebody else's hands: they should hear of it."""

    user_id: UUID
    change: CredentialsChange
    ip_address: str | None
    user_agent: str | None
    # Where they are to hear of it, when that is not the account's address any more.
    email: str | None = None

    @property
    def counted_as(self) -> CountedMail:
        """The notice."""
        return CountedMail(MailKind.NOTICE, self.email or str(self.user_id))
