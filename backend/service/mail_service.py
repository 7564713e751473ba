"""Mails to users, in plain text and HTML."""

from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate, parseaddr
from uuid import UUID

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from core.settings import Settings
from domain.events import CredentialsChange, CredentialsChanged
from domain.user import User
from repository.user_repository import UserRepository
from service.ports import Mailer

PRODUCT_NAME = "Lamina"

# What is written to the owner of an account about each change: the subject, and a sentence.
NOTICES: dict[CredentialsChange, tuple[str, str]] = {
    CredentialsChange.PASSWORD_CHANGED: ("Your password was changed", "The password of your account was changed."),
    CredentialsChange.REFRESH_TOKEN_REUSED: (
        "One of your sessions was ended",
        "Somebody used a sign-in of yours that had been replaced already, so we ended that session.",
    ),
    CredentialsChange.API_TOKEN_CREATED: (
        "An API token was created",
        "An API token was created, with which a program can use your account.",
    ),
    CredentialsChange.IDENTITY_LINKED: (
        "A way to sign in was added",
        "An identity at another provider was linked to your account, and can be used to sign in to it.",
    ),
    CredentialsChange.IDENTITY_UNLINKED: (
        "A way to sign in was removed",
        "An identity at another provider was unlinked from your account, and cannot be used to sign in to it any more.",
    ),
    CredentialsChange.MFA_ENABLED: (
        "Two-factor authentication was turned on",
        "Signing in to your account now asks for a code of your authenticator app, too.",
    ),
    CredentialsChange.MFA_DISABLED: (
        "Two-factor authentication was turned off",
        "Signing in to your account no longer asks for a code of your authenticator app.",
    ),
    CredentialsChange.MFA_RESET: (
        "Your second factors were removed",
        "An administrator removed the authenticator app, the recovery codes and the passkeys of your account.",
    ),
    CredentialsChange.RECOVERY_CODES_REPLACED: (
        "Your recovery codes were replaced",
        "Your account has new recovery codes. The old ones no longer work.",
    ),
    CredentialsChange.RECOVERY_CODE_USED: (
        "A recovery code was used",
        "Somebody signed in to your account with one of your recovery codes.",
    ),
    CredentialsChange.PASSKEY_ADDED: ("A passkey was added", "Your account has a new passkey to sign in with."),
    CredentialsChange.PASSKEY_REMOVED: ("A passkey was removed", "A passkey of your account was removed."),
}


class MailTemplates:
    """Renders a mail from the pair of templates with its name; built once at start-up."""

    def __init__(self, settings: Settings) -> None:
        """Take sender and links from `settings`."""
        self._sender = settings.mail_from
        self._public_url = settings.public_origin
        environment = Environment(
            loader=PackageLoader("service", "mail_templates"),
            autoescape=select_autoescape(["html.j2"]),
            undefined=StrictUndefined,
            auto_reload=False,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        # Read all of them now, so that sending a mail touches no disk.
        self._templates = {name: environment.get_template(name) for name in environment.list_templates()}

    def render(self, template: str, *, to: str, subject: str, message_id: UUID, **values: str | None) -> EmailMessage:
        """Return a mail with a text and an HTML part.

        Args:
            template: the name that `*.txt.j2` and `*.html.j2` share.
            to: the recipient's address.
            subject: one line.
            message_id: the same when the same mail is sent again, so that it can be recognised as a duplicate.
            values: what the templates use besides product, subject and public_url.
        """
        context = {"product": PRODUCT_NAME, "subject": subject, "public_url": self._public_url, **values}
        message = EmailMessage()
        message["From"] = self._sender
        message["To"] = Address(addr_spec=to)
        message["Subject"] = subject
        message["Date"] = formatdate(usegmt=True)
        message["Message-ID"] = f"<{message_id}@{self._message_id_domain()}>"
        message.set_content(self._templates[f"{template}.txt.j2"].render(context))
        html = self._templates[f"{template}.html.j2"].render(context)
        message.add_alternative(html, subtype="html")
        return message

    def _message_id_domain(self) -> str:
        return parseaddr(self._sender)[1].rpartition("@")[2] or "localhost"


class MailService:
    """Sends mails to users. A mail may be sent again after a crash, with the same `Message-ID`."""

    def __init__(self, users: UserRepository, mailer: Mailer, templates: MailTemplates, *, job_id: UUID | None) -> None:
        """Send through `mailer`; `job_id` identifies the mails of a job. `users` holds no connection while one is sent."""
        self._users = users
        self._mailer = mailer
        self._templates = templates
        self._job_id = job_id

    async def send_welcome(self, user_id: UUID) -> None:
        """Greet a new user; does nothing when the account is gone already."""
        user = await self._users.get(user_id)
        if user is not None:
            await self._mailer.send(self._welcome(user))

    async def send_security_notice(self, event: CredentialsChanged) -> None:
        """Tell the owner what changed about their account; does nothing when the account is gone already."""
        user = await self._users.get(event.user_id)
        if user is not None:
            await self._mailer.send(self._security_notice(user, event))

    def _security_notice(self, user: User, event: CredentialsChanged) -> EmailMessage:
        subject, sentence = NOTICES[event.change]
        return self._templates.render(
            "security_notice",
            to=user.email,
            subject=subject,
            message_id=self._job_id or user.id,
            name=user.name,
            sentence=sentence,
            ip_address=event.ip_address,
            user_agent=event.user_agent,
        )

    def _welcome(self, user: User) -> EmailMessage:
        return self._templates.render(
            "welcome",
            to=user.email,
            subject=f"Welcome to {PRODUCT_NAME}",
            message_id=self._job_id or user.id,
            name=user.name,
            email=user.email,
        )
