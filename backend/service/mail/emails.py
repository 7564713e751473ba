"""Renders the emails to users, in plain text and HTML, in their language."""

from collections.abc import Callable
from dataclasses import dataclass
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate
from functools import cache
from typing import TYPE_CHECKING
from uuid import UUID

from core import product
from core.settings import Settings
from core.translation import catalogue, load_catalogues, mark, translated
from domain.events import AccountDeleted, CredentialsChange, CredentialsChanged
from domain.identity.one_time_token import OneTimeToken, TokenPurpose
from domain.language import DEFAULT_LANGUAGE, Language
from domain.one_line import one_line
from domain.user import User
from service.identity.devices import describe_device
from service.identity.email_addresses import recipient_of

if TYPE_CHECKING:
    from jinja2 import Template
    from jinja2.nodes import EvalContext

# The subject and the sentence of the notice about each change to an account.
NOTICES: dict[CredentialsChange, tuple[str, str]] = {
    CredentialsChange.PASSWORD_CHANGED: (
        mark("Your password was changed"),
        mark("The password for your account was changed."),
    ),
    CredentialsChange.PASSWORD_RESET: (
        mark("Your password was reset"),
        mark("Your password was reset with a link sent to this address. You have been signed out on all devices."),
    ),
    CredentialsChange.EMAIL_CHANGE_REQUESTED: (
        mark("Your email address is about to change"),
        mark("We received a request to change your email address. We’ll change it once the new address is confirmed."),
    ),
    CredentialsChange.EMAIL_CHANGED: (
        mark("Your email address was changed"),
        mark("Your account now uses a different email address. You can no longer sign in with this one."),
    ),
    CredentialsChange.REFRESH_TOKEN_REUSED: (
        mark("We ended one of your sessions"),
        mark("An old sign-in token was used again, so it may have been stolen. To be safe, we ended that session."),
    ),
    CredentialsChange.API_TOKEN_CREATED: (
        mark("An API token was created"),
        mark("A new API token was created. It lets a program use your account."),
    ),
    CredentialsChange.IDENTITY_LINKED: (
        mark("A way to sign in was added"),
        mark("An account at another provider was linked to yours. It can now be used to sign in."),
    ),
    CredentialsChange.IDENTITY_UNLINKED: (
        mark("A way to sign in was removed"),
        mark("An account at another provider was unlinked from yours. It can no longer be used to sign in."),
    ),
    CredentialsChange.MFA_ENABLED: (
        mark("Two-factor authentication was turned on"),
        mark("Signing in now requires a code from your authenticator app in addition to your password."),
    ),
    CredentialsChange.MFA_DISABLED: (
        mark("Two-factor authentication was turned off"),
        mark("Signing in no longer requires a code from your authenticator app."),
    ),
    CredentialsChange.MFA_RESET: (
        mark("Your second factors were removed"),
        mark("An admin removed the authenticator app, the recovery codes and the passkeys from your account."),
    ),
    CredentialsChange.RECOVERY_CODES_REPLACED: (
        mark("Your recovery codes were replaced"),
        mark("Your account has new recovery codes. The old ones no longer work."),
    ),
    CredentialsChange.RECOVERY_CODE_USED: (
        mark("A recovery code was used"),
        mark("One of your recovery codes was used to sign in."),
    ),
    CredentialsChange.PASSKEY_ADDED: (
        mark("A passkey was added"),
        mark("A new passkey was added to your account. It can be used to sign in."),
    ),
    CredentialsChange.PASSKEY_REMOVED: (
        mark("A passkey was removed"),
        mark("A passkey was removed from your account."),
    ),
}

# The template, the subject and the page of the front end for each purpose of a link.
LINKS: dict[TokenPurpose, tuple[str, str, str]] = {
    TokenPurpose.VERIFY_EMAIL: ("welcome", mark("Welcome to {product}"), "/verify-email"),
    TokenPurpose.RESET_PASSWORD: ("reset_password", mark("Reset your password"), "/reset-password"),
    TokenPurpose.CHANGE_EMAIL: ("confirm_email", mark("Confirm your new email address"), "/confirm-email"),
    TokenPurpose.INVITATION: ("invitation", mark("You’re invited to {product}"), "/accept-invitation"),
}


# Keeps automatic replies away: RFC 3834 for all programs, the second header for Exchange.
OF_A_PROGRAM = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}


class EmailTemplates:
    """Renders emails, each from a text and an HTML template, in the language of the recipient.

    That is the language of the account, or else the one that is given, or else English. Built once, which takes 50 ms.
    """

    def __init__(self, settings: Settings) -> None:
        self._sender = _sender(settings.mail_from)
        self._support = settings.support_email
        self._public_url = settings.public_origin
        self._kept_days = settings.unverified_account_days
        self._templates = _templates()  # all of them now, so that rendering reads no file
        load_catalogues(Language)

    @property
    def names(self) -> list[str]:
        """The names of all emails."""
        return sorted(name.removesuffix(".txt.j2") for name in self._templates if name.endswith(".txt.j2"))

    def welcome(self, user: User, *, message_id: UUID) -> EmailMessage:
        """Return the welcome email for a user whose address needs no confirmation."""
        template, subject, _ = LINKS[TokenPurpose.VERIFY_EMAIL]
        letter = self._letter_to(user)
        return self.render(template, letter, subject=subject, message_id=message_id, link=None)

    def link(
        self, user: User, token: OneTimeToken, text: str, *, message_id: UUID, language: Language | None = None
    ) -> EmailMessage:
        """Return the email with the link of `token`.

        The token stands in the URL's fragment. Browsers do not send fragments, so no log and no `Referer` contains it.
        """
        template, subject, path = LINKS[token.purpose]
        letter = self._letter_to(user, at=token.email, language=language)
        link = f"{self._public_url}{path}#token={text}"
        return self.render(template, letter, subject=subject, message_id=message_id, link=link)

    def account_exists(self, user: User, *, message_id: UUID, language: Language | None = None) -> EmailMessage:
        """Return the email about a sign-up with the address of an existing account."""
        letter = self._letter_to(user, language=language)
        return self.render("account_exists", letter, subject=mark("You already have an account"), message_id=message_id)

    def farewell(self, event: AccountDeleted, *, message_id: UUID) -> EmailMessage:
        """Return the email to the former owner of a deleted account."""
        letter = Letter(event.email, event.name, event.language or DEFAULT_LANGUAGE)
        return self.render("account_deleted", letter, subject=mark("Your account was deleted"), message_id=message_id)

    def security_notice(self, user: User, event: CredentialsChanged, *, message_id: UUID) -> EmailMessage:
        """Return the email that notifies the owner of a change to their account."""
        subject, sentence = NOTICES[event.change]
        letter = self._letter_to(user, at=event.email)
        is_locked_out = event.change is CredentialsChange.EMAIL_CHANGED
        return self.render(
            "security_notice",
            letter,
            subject=subject,
            message_id=message_id,
            sentence=translated(sentence, letter.language),
            ip_address=event.ip_address,
            device=describe_device(event.user_agent, letter.language),
            account_url=None if is_locked_out else f"{self._public_url}/account",
        )

    def render(
        self, template: str, letter: "Letter", *, subject: str, message_id: UUID, **values: str | None
    ) -> EmailMessage:
        """Return an email with a text and an HTML part.

        Args:
            template: the name that `*.txt.j2` and `*.html.j2` share.
            letter: whom it is for, in which language.
            subject: one line, in English.
            message_id: stays the same when the email is sent again, so that mail programs recognise the duplicate.
            values: further variables of the templates, beside those of `_context`.
        """
        lines = {name: value and one_line(value) for name, value in values.items()}
        subject = translated(subject, letter.language, product=product.NAME)
        context = {**self._context(letter), "subject": subject, **lines}
        message = EmailMessage(policy=policy.default if letter.to.isascii() else policy.SMTPUTF8)
        message["From"] = self._sender
        if self._support:
            message["Reply-To"] = self._support
        message["To"] = recipient_of(letter.to)
        message["Subject"] = subject
        message["Date"] = formatdate(usegmt=True)
        message["Message-ID"] = f"<{message_id}@{self._sender.domain}>"
        for header, value in OF_A_PROGRAM.items():
            message[header] = value
        message.set_content(self._templates[f"{template}.txt.j2"].render(context))
        html = self._templates[f"{template}.html.j2"].render(context)
        message.add_alternative(html, subtype="html")
        message["Content-Language"] = letter.language
        return message

    def _context(self, letter: "Letter") -> dict[str, object]:
        name, language = letter.name and one_line(letter.name), letter.language
        greeting = (
            translated(mark("Hello {name},"), language, name=name) if name else translated(mark("Hello,"), language)
        )
        return {
            "_": _translator(language),
            "language": language,
            "product": product.NAME,
            "public_url": self._public_url,
            "kept_days": self._kept_days,
            "email": one_line(letter.to),
            "name": name,
            "greeting": greeting,
        }

    @staticmethod
    def _letter_to(user: User, *, at: str | None = None, language: Language | None = None) -> "Letter":
        """Return whom an email to a user is for; `at` is another address than the account's.

        No name while the address is not confirmed: a stranger may have chosen it.
        """
        is_proved = user.is_verified and at in {None, user.email}
        return Letter(at or user.email, user.name if is_proved else None, user.language or language or DEFAULT_LANGUAGE)


@dataclass(frozen=True, slots=True)
class Letter:
    """Whom an email is for: the address, the name to greet, and the language."""

    to: str
    name: str | None
    language: Language


def _sender(text: str) -> Address:
    """Return the address with its name, or with the product's."""
    [sender] = policy.default.header_factory("From", text).addresses
    return Address(sender.display_name or product.NAME, addr_spec=sender.addr_spec)


def _translator(language: Language) -> Callable[..., str]:
    """Return the function `_` of templates, which translates a text and fills its placeholders, such as `%(name)s`."""
    from jinja2 import pass_eval_context
    from markupsafe import Markup

    @pass_eval_context
    def translate(context: "EvalContext", text: str, **values: object) -> str:
        found = catalogue(language).gettext(text)
        return (Markup(found) if context.autoescape else found) % values  # noqa: S704  (our own text)

    return translate


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
