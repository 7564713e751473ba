"""The audit log: events of accounts, with the actor and the address."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID


class SecurityEventKind(StrEnum):
    """The kinds of entries in the audit log."""

    SIGNED_UP = "signed_up"
    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGNED_OUT = "signed_out"
    SESSION_REVOKED = "session_revoked"
    OTHER_SESSIONS_REVOKED = "other_sessions_revoked"
    REFRESH_TOKEN_REUSED = "refresh_token_reused"  # noqa: S105  (the name of an event)
    ACCOUNT_CHANGED = "account_changed"
    ADMIN_CREATED = "admin_created"
    USER_INVITED = "user_invited"
    INVITATION_RESENT = "invitation_resent"
    INVITATION_WITHDRAWN = "invitation_withdrawn"
    INVITATION_ACCEPTED = "invitation_accepted"
    SESSIONS_ENDED = "sessions_ended"
    REAUTHENTICATED = "reauthenticated"
    REAUTHENTICATION_FAILED = "reauthentication_failed"
    API_TOKEN_CREATED = "api_token_created"  # noqa: S105
    API_TOKEN_REVOKED = "api_token_revoked"  # noqa: S105
    IDENTITY_LINKED = "identity_linked"
    IDENTITY_UNLINKED = "identity_unlinked"
    SECOND_FACTOR_ASKED = "second_factor_asked"
    SECOND_FACTOR_FAILED = "second_factor_failed"
    MFA_ENABLED = "mfa_enabled"
    MFA_DISABLED = "mfa_disabled"
    MFA_RESET = "mfa_reset"
    RECOVERY_CODES_REPLACED = "recovery_codes_replaced"
    PASSKEY_ADDED = "passkey_added"
    PASSKEY_REMOVED = "passkey_removed"
    SIGN_UP_REPEATED = "sign_up_repeated"
    LINK_REFUSED = "link_refused"
    EMAIL_VERIFIED = "email_verified"
    CREDENTIALS_REMOVED = "credentials_removed"
    PASSWORD_RESET_REQUESTED = "password_reset_requested"  # noqa: S105
    PASSWORD_RESET = "password_reset"  # noqa: S105
    PASSWORD_CHANGED = "password_changed"  # noqa: S105
    PASSWORD_CHANGE_FAILED = "password_change_failed"  # noqa: S105
    EMAIL_CHANGE_REQUESTED = "email_change_requested"
    EMAIL_CHANGED = "email_changed"
    PROFILE_CHANGED = "profile_changed"
    ACCOUNT_DELETED = "account_deleted"
    DATA_EXPORT_REQUESTED = "data_export_requested"
    JOBS_RETRIED = "jobs_retried"
    JOBS_DISCARDED = "jobs_discarded"


# Events that a client can repeat at will, with or without an account. Those of one network and account share one entry
# per hour, whose details count them, so that no client can bury other entries or fill the table.
COUNTED_KINDS = frozenset(
    {
        SecurityEventKind.SIGN_IN_FAILED,
        SecurityEventKind.SECOND_FACTOR_ASKED,
        SecurityEventKind.SECOND_FACTOR_FAILED,
        SecurityEventKind.REAUTHENTICATION_FAILED,
        SecurityEventKind.PASSWORD_CHANGE_FAILED,
        SecurityEventKind.PASSWORD_RESET_REQUESTED,
        SecurityEventKind.SIGN_UP_REPEATED,
        SecurityEventKind.LINK_REFUSED,
        SecurityEventKind.PROFILE_CHANGED,
    }
)
COUNTED_FOR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class NewSecurityEvent:
    """An entry of the audit log before it is written."""

    kind: SecurityEventKind
    user_id: UUID | None
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SecurityEvent:
    """One entry of the audit log. It outlives the account."""

    id: UUID
    created_at: datetime
    kind: SecurityEventKind
    user_id: UUID | None
    actor_id: UUID | None
    session_id: UUID | None
    ip_address: str | None
    user_agent: str | None
    request_id: str | None
    details: Mapping[str, Any]
    # Of accounts that still exist.
    user_email: str | None
    user_name: str | None
    actor_email: str | None
    actor_name: str | None


@dataclass(frozen=True, slots=True)
class SecurityEventFilter:
    """Filters of a list of entries; None does not filter."""

    kind: SecurityEventKind | None = None
    user_id: UUID | None = None
    ip_address: str | None = None
    since: datetime | None = None
    until: datetime | None = None
