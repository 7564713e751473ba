"""Looks at the mail server, and sends an email if asked to."""

from collections.abc import Sequence
from email.message import EmailMessage
from email.utils import make_msgid

from core import product
from core.smtp_server import MailServerRefused
from service.operations.checks.finding import Finding, Installation, failed, ok

NAME = "email"


async def check_email(installation: Installation) -> Sequence[Finding]:
    """Connect and sign in to the mail server; send an email if there is a recipient."""
    settings, recipient = installation.settings, installation.recipient
    message = _message(settings.mail_from, recipient) if recipient else None
    try:
        await installation.mailer.probe(message)
    except MailServerRefused as error:
        return [failed(NAME, f"The mail server refuses: {error}.", "correct SMTP_URL and MAIL_FROM")]
    if settings.smtp_url is None:
        return [ok(NAME, f"emails are kept in {settings.mailbox_directory}")]
    if message is None:
        return [ok(NAME, "the mail server lets us in; none was sent, --send-email-to ADDRESS does")]
    return [ok(NAME, f"sent to {recipient}; look whether it arrives")]


def _message(sender: str, recipient: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = sender, recipient
    message["Subject"] = f"{product.NAME}: emails work"
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2].rstrip(">"))
    message.set_content("This email was sent by the command that checks the installation.\n")
    return message
