"""Facts that other parts of the product react to; `domain/tasks.py` says who reacts and how."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


@dataclass(frozen=True, slots=True)
class UserSignedUp:
    """Somebody created an account."""

    user_id: UUID


class CredentialsChange(StrEnum):
    """What changed about how somebody proves who they are."""

    PASSWORD_CHANGED = "password_changed"  # noqa: S105  (the name of a change)
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
class CredentialsChanged:
    """How somebody proves who they are has changed, or seems to be in somebody else's hands: they should hear of it."""

    user_id: UUID
    change: CredentialsChange
    ip_address: str | None
    user_agent: str | None
