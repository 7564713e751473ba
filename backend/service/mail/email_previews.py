"""Renders every email with example data, for work on the templates."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from functools import partial
from typing import TypeAlias
from uuid import UUID

from domain.events import AccountDeleted, CredentialsChange, CredentialsChanged
from domain.identity.one_time_token import OneTimeToken, TokenPurpose
from domain.language import DEFAULT_LANGUAGE, Language
from domain.permissions import Role
from domain.user import User
from service.mail.emails import EmailTemplates

# Renders one email.
Preview: TypeAlias = Callable[[], EmailMessage]

_ID = UUID("019aa000-0000-7000-8000-000000000000")
_ADA = User(_ID, "ada@example.com", "Ada", True, True, (Role.MEMBER,), datetime(2026, 1, 1, tzinfo=UTC))
_TOKEN = "Zm9yLXRoZS1wcmV2aWV3LW9ubHktbm90LWEtdG9rZW4"  # noqa: S105  (an example)
_BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"


def mail_previews(templates: EmailTemplates) -> dict[str, Preview]:
    """Return a function for each email in each language, by a name that is safe in a URL."""
    languages = sorted(Language, key=lambda language: language is not DEFAULT_LANGUAGE)
    return {
        name if language is DEFAULT_LANGUAGE else f"{name}_{language}": preview
        for language in languages
        for name, preview in _previews(templates, replace(_ADA, language=language)).items()
    }


def _previews(templates: EmailTemplates, user: User) -> dict[str, Preview]:
    deleted = AccountDeleted(user.email, user.name, user.language)
    return {
        "welcome": partial(templates.welcome, user, message_id=_ID),
        **{purpose.value: partial(_link, templates, user, purpose) for purpose in TokenPurpose},
        "account_exists": partial(templates.account_exists, user, message_id=_ID),
        "account_deleted": partial(templates.farewell, deleted, message_id=_ID),
        **{f"notice_{change.value}": partial(_notice, templates, user, change) for change in CredentialsChange},
    }


def _link(templates: EmailTemplates, user: User, purpose: TokenPurpose) -> EmailMessage:
    return templates.link(user, OneTimeToken(_ID, _ID, purpose, user.email), _TOKEN, message_id=_ID)


def _notice(templates: EmailTemplates, user: User, change: CredentialsChange) -> EmailMessage:
    event = CredentialsChanged(_ID, change, ip_address="203.0.113.7", user_agent=_BROWSER)
    return templates.security_notice(user, event, message_id=_ID)
