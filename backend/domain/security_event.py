"""What happened to accounts and who did it from where: the audit log."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID


class SecurityEventKind(StrEnum):
    """What the audit log knows."""

    SIGNED_UP = "signed_up"
    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGNED_OUT = "signed_out"
    SESSION_REVOKED = "session_revoked"
    OTHER_SESSIONS_REVOKED = "other_sessions_revoked"
    REFRESH_TOKEN_REUSED = "refresh_token_reused"  # noqa: S105  (the name of an event)
    ACCOUNT_CHANGED = "account_changed"
    ACCOUNT_DELETED = "account_deleted"
    ADMIN_CREATED = "admin_created"
    SESSIONS_ENDED = "sessions_ended"
    REAUTHENTICATED = "reauthenticated"
    REAUTHENTICATION_FAILED = "reauthentication_failed"


@dataclass(frozen=True, slots=True)
class NewSecurityEvent:
    """An entry of the audit log before it is written."""

    kind: SecurityEventKind
    user_id: UUID | None
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SecurityEvent:
    """One entry of the audit log. It outlives the account that it is about."""

    id: UUID
    created_at: datetime
    kind: SecurityEventKind
    user_id: UUID | None
    actor_id: UUID | None
    session_id: UUID | None
    ip_address: str | None
    user_agent: str | None
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SecurityEventFilter:
    """Which entries a list is about; None leaves a question open."""

    kind: SecurityEventKind | None = None
    user_id: UUID | None = None
    ip_address: str | None = None
    since: datetime | None = None
    until: datetime | None = None
