"""Renders every email with example data, for work on the templates."""

from datetime import UTC, datetime
from email.message import EmailMessage
from uuid import UUID

from domain.events import AccountDeleted, CredentialsChange, CredentialsChanged
from domain.identity.one_time_token import OneTimeToken, TokenPurpose
from domain.permissions import Role
from domain.user import User
from service.mail.emails import EmailTemplates

_ID = UUID("019aa000-0000-7000-8000-000000000000")
_ADA = User(_ID, "ada@example.com", "Ada", True, True, (Role.MEMBER,), datetime(2026, 1, 1, tzinfo=UTC))
_TOKEN = "Zm9yLXRoZS1wcmV2aWV3LW9ubHktbm90LWEtdG9rZW4"  # noqa: S105  (an example)
_BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"


def mail_previews(templates: EmailTemplates) -> dict[str, EmailMessage]:
    """Return every email that the product sends, by a name that is safe in a URL."""
    return {
        "welcome": templates.welcome(_ADA, message_id=_ID),
        **{purpose.value: _link(templates, purpose) for purpose in TokenPurpose},
        "account_exists": templates.account_exists(_ADA, message_id=_ID),
        "account_deleted": templates.farewell(AccountDeleted(_ADA.email, _ADA.name), message_id=_ID),
        **{f"notice_{change.value}": _notice(templates, change) for change in CredentialsChange},
    }


def _link(templates: EmailTemplates, purpose: TokenPurpose) -> EmailMessage:
    return templates.link(_ADA, OneTimeToken(_ID, _ID, purpose, _ADA.email), _TOKEN, message_id=_ID)


def _notice(templates: EmailTemplates, change: CredentialsChange) -> EmailMessage:
    event = CredentialsChanged(_ID, change, ip_address="203.0.113.7", user_agent=_BROWSER)
    return templates.security_notice(_ADA, event, message_id=_ID)
