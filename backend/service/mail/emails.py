"""Renders the emails to users, in plain text and HTML."""

from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate
from functools import cache
from typing import TYPE_CHECKING
from uuid import UUID

from core import product
from core.settings import Settings
from domain.events import AccountDeleted, CredentialsChange, CredentialsChanged
from domain.identity.one_time_token import OneTimeToken, TokenPurpose
from domain.one_line import one_line
from domain.user import User
from service.identity.devices import describe_device
from service.identity.email_addresses import recipient_of

if TYPE_CHECKING:
    from jinja2 import Template

# The subject and the sentence of the notice about each change to an account.
NOTICES: dict[CredentialsChange, tuple[str, str]] = {
    CredentialsChange.PASSWORD_CHANGED: ("Your password was changed", "The password for your account was changed."),
    CredentialsChange.PASSWORD_RESET: (
        "Your password was reset",
        "Your password was reset with a link sent to this address. You have been signed out on all devices.",
    ),
    CredentialsChange.EMAIL_CHANGE_REQUESTED: (
        "Your email address is about to change",
        "We received a request to change your email address. We'll change it once the new address is confirmed.",
    ),
    CredentialsChange.EMAIL_CHANGED: (
        "Your email address was changed",
        "Your account now uses a different email address. You can no longer sign in with this one.",
    ),
    CredentialsChange.REFRESH_TOKEN_REUSED: (
        "We ended one of your sessions",
        "An old sign-in token was used again, so it may have been stolen. To be safe, we ended that session.",
    ),
    CredentialsChange.API_TOKEN_CREATED: (
        "An API token was created",
        "A new API token was created. It lets a program use your account.",
    ),
    CredentialsChange.IDENTITY_LINKED: (
        "A way to sign in was added",
        "An account at another provider was linked to yours. It can now be used to sign in.",
    ),
    CredentialsChange.IDENTITY_UNLINKED: (
        "A way to sign in was removed",
        "An account at another provider was unlinked from yours. It can no longer be used to sign in.",
    ),
    CredentialsChange.MFA_ENABLED: (
        "Two-factor authentication was turned on",
        "Signing in now requires a code from your authenticator app in addition to your password.",
    ),
    CredentialsChange.MFA_DISABLED: (
        "Two-factor authentication was turned off",
        "Signing in no longer requires a code from your authenticator app.",
    ),
    CredentialsChange.MFA_RESET: (
        "Your second factors were removed",
        "An admin removed the authenticator app, the recovery codes and the passkeys from your account.",
    ),
    CredentialsChange.RECOVERY_CODES_REPLACED: (
        "Your recovery codes were replaced",
        "Your account has new recovery codes. The old ones no longer work.",
    ),
    CredentialsChange.RECOVERY_CODE_USED: (
        "A recovery code was used",
        "One of your recovery codes was used to sign in.",
    ),
    CredentialsChange.PASSKEY_ADDED: (
        "A passkey was added",
        "A new passkey was added to your account. It can be used to sign in.",
    ),
    CredentialsChange.PASSKEY_REMOVED: ("A passkey was removed", "A passkey was removed from your account."),
}

# The template, the subject and the page of the front end for each purpose of a link.
LINKS: dict[TokenPurpose, tuple[str, str, str]] = {
    TokenPurpose.VERIFY_EMAIL: ("welcome", f"Welcome to {product.NAME}", "/verify-email"),
    TokenPurpose.RESET_PASSWORD: ("reset_password", "Reset your password", "/reset-password"),
    TokenPurpose.CHANGE_EMAIL: ("confirm_email", "Confirm your new email address", "/confirm-email"),
}


# Keeps automatic replies away: RFC 3834 for all programs, the second header for Exchange.
OF_A_PROGRAM = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}


class EmailTemplates:
    """Renders emails, each from a text and an HTML template. Built once, which takes 50 ms."""

    def __init__(self, settings: Settings) -> None:
        self._sender = _sender(settings.mail_from)
        self._support = settings.support_email
        self._public_url = settings.public_origin
        self._kept_days = settings.unverified_account_days
        self._templates = _templates()  # all of them now, so that rendering reads no file

    @property
    def names(self) -> list[str]:
        """The names of all emails."""
        return sorted(name.removesuffix(".txt.j2") for name in self._templates if name.endswith(".txt.j2"))

    def welcome(self, user: User, *, message_id: UUID) -> EmailMessage:
        """Return the welcome email for a user whose address needs no confirmation."""
        template, subject, _ = LINKS[TokenPurpose.VERIFY_EMAIL]
        values = {"name": _proved_name(user), "email": user.email, "link": None}
        return self.render(template, to=user.email, subject=subject, message_id=message_id, **values)

    def link(self, user: User, token: OneTimeToken, text: str, *, message_id: UUID) -> EmailMessage:
        """Return the email with the link of `token`.

        The token stands in the URL's fragment. Browsers do not send fragments, so no log and no `Referer` contains it.
        """
        template, subject, path = LINKS[token.purpose]
        name = _proved_name(user) if token.email == user.email else None
        values = {"name": name, "email": token.email, "link": f"{self._public_url}{path}#token={text}"}
        return self.render(template, to=token.email, subject=subject, message_id=message_id, **values)

    def account_exists(self, user: User, *, message_id: UUID) -> EmailMessage:
        """Return the email about a sign-up with the address of an existing account."""
        subject = "You already have an account"
        values = {"name": _proved_name(user), "email": user.email}
        return self.render("account_exists", to=user.email, subject=subject, message_id=message_id, **values)

    def farewell(self, event: AccountDeleted, *, message_id: UUID) -> EmailMessage:
        """Return the email to the former owner of a deleted account."""
        subject = "Your account was deleted"
        return self.render("account_deleted", to=event.email, subject=subject, message_id=message_id, name=event.name)

    def security_notice(self, user: User, event: CredentialsChanged, *, message_id: UUID) -> EmailMessage:
        """Return the email that tells the owner what changed about their account."""
        subject, sentence = NOTICES[event.change]
        is_locked_out = event.change is CredentialsChange.EMAIL_CHANGED
        return self.render(
            "security_notice",
            to=event.email or user.email,
            subject=subject,
            message_id=message_id,
            name=_proved_name(user) if event.email in {None, user.email} else None,
            sentence=sentence,
            ip_address=event.ip_address,
            device=describe_device(event.user_agent),
            account_url=None if is_locked_out else f"{self._public_url}/account",
        )

    def render(self, template: str, *, to: str, subject: str, message_id: UUID, **values: str | None) -> EmailMessage:
        """Return an email with a text and an HTML part.

        Args:
            template: the name that `*.txt.j2` and `*.html.j2` share.
            to: the recipient's address.
            subject: one line.
            message_id: stays the same when the email is sent again, so that mail programs recognise the duplicate.
            values: further variables of the templates, beside product, subject, public_url and kept_days.
        """
        lines = {name: value and one_line(value) for name, value in values.items()}
        context = {
            "product": product.NAME,
            "subject": subject,
            "public_url": self._public_url,
            "kept_days": self._kept_days,
            **lines,
        }
        message = EmailMessage(policy=policy.default if to.isascii() else policy.SMTPUTF8)
        message["From"] = self._sender
        if self._support:
            message["Reply-To"] = self._support
        message["To"] = recipient_of(to)
        message["Subject"] = subject
        message["Date"] = formatdate(usegmt=True)
        message["Message-ID"] = f"<{message_id}@{self._sender.domain}>"
        for header, value in OF_A_PROGRAM.items():
            message[header] = value
        message.set_content(self._templates[f"{template}.txt.j2"].render(context))
        html = self._templates[f"{template}.html.j2"].render(context)
        message.add_alternative(html, subtype="html")
        return message


def _sender(text: str) -> Address:
    """Return the address with its name, or with the product's."""
    [sender] = policy.default.header_factory("From", text).addresses
    return Address(sender.display_name or product.NAME, addr_spec=sender.addr_spec)


def _proved_name(user: User) -> str | None:
    """Return the user's name, or None while the address is not confirmed: a stranger may have chosen it."""
    return user.name if user.is_verified else None


@cache
def _templates() -> "dict[str, Template]":
    from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

    environment = Environment(
        loader=PackageLoader("service.mail", "email_templates"),
        autoescape=select_autoescape(["html.j2"]),
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return {name: environment.get_template(name) for name in environment.list_templates()}
