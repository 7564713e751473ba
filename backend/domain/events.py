"""Facts about accounts that other parts of the product react to. `domain/tasks.py` has the handlers.

An event of a feature is declared beside its entity.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self
from uuid import UUID

from domain.identity.one_time_token import TokenPurpose
from domain.language import Language
from domain.mail.mailing import CausesMail, CountedMail, MailKind


@dataclass(frozen=True, slots=True)
class UserSignedUp(CausesMail):
    """A new account exists."""

    user_id: UUID
    email: str | None = None  # jobs of earlier releases have none

    @property
    def counted_as(self) -> CountedMail:
        """The welcome email."""
        return CountedMail(MailKind.SIGN_UP, self.email or str(self.user_id))


@dataclass(frozen=True, slots=True)
class SignUpRepeated(CausesMail):
    """A sign-up used an address that has an account. The sender must not learn that."""

    email: str
    # That of the request, for an account without a language.
    language: Language | None = None

    @property
    def counted_as(self) -> CountedMail:
        """The email to the account's owner."""
        return CountedMail(MailKind.SIGN_UP, self.email)


@dataclass(frozen=True, slots=True)
class OneTimeTokenIssued(CausesMail):
    """A one-time token waits to be emailed. Its text is derived from its id and a key, and is stored nowhere."""

    token_id: UUID
    purpose: TokenPurpose = TokenPurpose.VERIFY_EMAIL  # jobs of earlier releases have neither
    email: str | None = None
    # That of the request, for an account without a language.
    language: Language | None = None

    @property
    def counted_as(self) -> CountedMail:
        """The email with the link."""
        return CountedMail(MailKind(self.purpose.value), self.email or str(self.token_id))


@dataclass(frozen=True, slots=True)
class PasswordResetRequested(CausesMail):
    """A user asked for a password reset link for this address, which may have no account."""

    email: str
    ip_address: str | None
    user_agent: str | None
    # That of the request, for an account without a language.
    language: Language | None = None

    @property
    def counted_as(self) -> CountedMail:
        """The request. The job counts the email, if the address has an account."""
        return CountedMail(MailKind.RESET_PASSWORD, None)


@dataclass(frozen=True, slots=True)
class AccountDeleted(CausesMail):
    """An account was deleted; only its owner's address is left."""

    email: str
    name: str | None  # unless the address was never confirmed: then a stranger may have chosen it
    # That of the request, for an account without a language.
    language: Language | None = None

    @property
    def counted_as(self) -> CountedMail:
        """The farewell email."""
        return CountedMail(MailKind.WARNING, self.email)


class CredentialsChange(StrEnum):
    """A kind of change to a user's credentials."""

    # Whether the change gives access, as often as a thief likes. It is refused rather than made without a notice.
    gives_access: bool

    def __new__(cls, value: str, gives_access: bool = False) -> Self:  # noqa: D102, FBT001, FBT002
        member = str.__new__(cls, value)
        member._value_, member.gives_access = value, gives_access
        return member

    PASSWORD_CHANGED = "password_changed"  # noqa: S105  (the name of a change)
    PASSWORD_RESET = "password_reset"  # noqa: S105
    EMAIL_CHANGE_REQUESTED = "email_change_requested", True
    EMAIL_CHANGED = "email_changed"
    REFRESH_TOKEN_REUSED = "refresh_token_reused"  # noqa: S105
    API_TOKEN_CREATED = "api_token_created", True
    IDENTITY_LINKED = "identity_linked"
    IDENTITY_UNLINKED = "identity_unlinked"
    MFA_ENABLED = "mfa_enabled"
    MFA_DISABLED = "mfa_disabled"
    MFA_RESET = "mfa_reset"
    RECOVERY_CODES_REPLACED = "recovery_codes_replaced"
    RECOVERY_CODE_USED = "recovery_code_used"
    PASSKEY_ADDED = "passkey_added", True
    PASSKEY_REMOVED = "passkey_removed"


@dataclass(frozen=True, slots=True)
class CredentialsChanged(CausesMail):
    """A user's credentials changed, or may be in the wrong hands. The account's owner is told."""

    user_id: UUID
    change: CredentialsChange
    ip_address: str | None
    user_agent: str | None
    # The address to tell, if it is no longer the account's.
    email: str | None = None

    @property
    def counted_as(self) -> CountedMail:
        """The security notice. It is counted by account, and by address where it goes to one that the account had."""
        kind = MailKind.NOTICE if self.change.gives_access else MailKind.WARNING
        had = self.email if self.change is CredentialsChange.EMAIL_CHANGED else None
        return CountedMail(kind, had or self.user_id)
