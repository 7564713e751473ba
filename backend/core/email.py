"""Ways to deliver a mail: an SMTP server, or a directory that `/dev/mailbox` shows."""

import asyncio
import os
import ssl
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cache
from pathlib import Path

import aiosmtplib

from core.settings import Settings
from core.smtp_server import EmailRejected, SmtpServer, Tls

# A server that answers nothing holds a job up no longer than this.
SMTP_TIMEOUT_SECONDS = 15.0
SMTP_TOTAL_SECONDS = 45.0
# RFC 5321 4.2.1: answers from here on are final.
PERMANENT = 500


class SmtpMailer:
    """Hands mails to the SMTP server that `SMTP_URL` names."""

    def __init__(self, url: str) -> None:
        """Send to the server at `url`.

        Raises:
            ValueError: the URL names none.
        """
        self._server = SmtpServer.from_url(url)

    async def send(self, message: EmailMessage) -> None:
        """Deliver `message` to the server, over TLS unless the URL says `tls=none`.

        Raises:
            EmailRejected: the recipient or the message was refused for good.
            aiosmtplib.SMTPException: the server is out of reach, offers no TLS, or refuses us or the mail for now.
            OSError: the server is out of reach, or its certificate proves nothing.
            TimeoutError: the server is slow.
        """
        try:
            async with asyncio.timeout(SMTP_TOTAL_SECONDS):
                await self._deliver(message)
        except (aiosmtplib.SMTPRecipientsRefused, aiosmtplib.SMTPDataError, aiosmtplib.SMTPNotSupported) as error:
            if is_final(error):
                raise EmailRejected(str(error)) from error
            raise

    async def _deliver(self, message: EmailMessage) -> None:
        server = self._server
        await aiosmtplib.send(
            message,
            hostname=server.host,
            port=server.port,
            username=server.username,
            password=server.password,
            use_tls=server.tls is Tls.IMPLICIT,
            start_tls=server.tls is Tls.STARTTLS,
            tls_context=None if server.tls is Tls.NONE else await asyncio.to_thread(_tls_context),
            timeout=SMTP_TIMEOUT_SECONDS,
        )


def is_final(error: aiosmtplib.SMTPException) -> bool:
    """Whether the refusal concerns this mail and will be the same tomorrow.

    A refusal of our password or our sender is none: the operator can put that right, and no mail should be lost by it.
    """
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        return all(refusal.code >= PERMANENT for refusal in error.recipients)
    if isinstance(error, aiosmtplib.SMTPDataError):
        return error.code >= PERMANENT
    return isinstance(error, aiosmtplib.SMTPNotSupported)  # the address is not ASCII, the server's world is


@cache
def _tls_context() -> ssl.SSLContext:
    """Return what checks certificates against the machine's authorities, or those of `SSL_CERT_FILE`."""
    return ssl.create_default_context()


@dataclass(frozen=True, slots=True)
class StoredEmail:
    """A mail in the development mailbox."""

    id: str
    message: EmailMessage


class Mailbox:
    """Keeps mails as files, one per `Message-ID`, so that a job that runs twice leaves one mail."""

    def __init__(self, directory: Path) -> None:
        """Keep mails in `directory`, which is made when the first arrives."""
        self._directory = directory

    async def send(self, message: EmailMessage) -> None:
        """Store `message`; a second one with its `Message-ID` takes its place.

        Raises:
            OSError: the directory cannot be written.
        """
        await asyncio.to_thread(self._write, message)

    async def newest_first(self) -> list[StoredEmail]:
        """Return every mail, the last one sent first."""
        return await asyncio.to_thread(self._read_all)

    async def find(self, mail_id: str) -> StoredEmail | None:
        """Return the mail with this id, or None."""
        return next((mail for mail in await self.newest_first() if mail.id == mail_id), None)

    def _write(self, message: EmailMessage) -> None:
        self._directory.mkdir(parents=True, exist_ok=True)
        target = self._directory / f"{_file_stem(message)}.eml"
        unfinished = target.with_suffix(f".{os.getpid()}.tmp")
        unfinished.write_bytes(message.as_bytes(policy=message.policy + policy.SMTP))
        unfinished.replace(target)

    def _read_all(self) -> list[StoredEmail]:
        files = sorted(self._directory.glob("*.eml"), key=lambda file: file.stat().st_mtime, reverse=True)
        return [StoredEmail(id=file.stem, message=_parse(file)) for file in files]


def _file_stem(message: EmailMessage) -> str:
    local_part = str(message["Message-ID"]).strip("<>").split("@", 1)[0]
    return "".join(character for character in local_part if character.isalnum() or character in "-_.")


def _parse(file: Path) -> EmailMessage:
    return message_from_bytes(file.read_bytes(), policy=policy.default)


def create_mailer(settings: Settings) -> SmtpMailer | Mailbox:
    """Return the mailer that the settings ask for: SMTP when `SMTP_URL` is set, otherwise the mailbox."""
    if settings.smtp_url is not None:
        return SmtpMailer(settings.smtp_url.get_secret_value())
    return Mailbox(settings.mailbox_directory)
