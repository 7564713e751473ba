"""Delivers emails to an SMTP server, or to a directory that `/dev/mailbox` shows."""

import asyncio
import os
import ssl
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cache
from pathlib import Path
from typing import Any

import aiosmtplib

from core.settings import Settings
from core.smtp_server import EmailRejected, MailServerRefused, SmtpServer, Tls

# Time limits for a server that does not respond: for each step, and for the whole delivery.
SMTP_TIMEOUT_SECONDS = 15.0
SMTP_TOTAL_SECONDS = 45.0
# RFC 5321 4.2.1: reply codes from here on are permanent errors.
PERMANENT = 500


class SmtpMailer:
    """Sends emails through the SMTP server at `url`.

    Raises:
        ValueError: the URL is malformed.
    """

    def __init__(self, url: str) -> None:
        self._server = SmtpServer.from_url(url)

    async def send(self, message: EmailMessage) -> None:
        """Send `message`, over TLS unless the URL says `tls=none`.

        Raises:
            EmailRejected: the server rejected the recipient or the message permanently.
            aiosmtplib.SMTPException: the server is unreachable, offers no TLS, or rejects us or the email temporarily.
            OSError: the server is unreachable, or its certificate is not trusted.
            TimeoutError: the delivery took too long.
        """
        try:
            async with asyncio.timeout(SMTP_TOTAL_SECONDS):
                await self._deliver(message)
        except (aiosmtplib.SMTPRecipientsRefused, aiosmtplib.SMTPDataError, aiosmtplib.SMTPNotSupported) as error:
            if is_permanent(error):
                raise EmailRejected(str(error)) from error
            raise

    async def probe(self, message: EmailMessage | None = None) -> None:
        """Connect and sign in as for an email, and send `message` if there is one.

        Raises:
            MailServerRefused: the server is unreachable, is not trusted, or refuses.
        """
        try:
            if message is not None:
                await self.send(message)
                return
            async with aiosmtplib.SMTP(**await self._connection()) as client:
                if self._server.username is not None:
                    await client.login(self._server.username, self._server.password or "")
        except (EmailRejected, aiosmtplib.SMTPException, OSError) as error:
            raise MailServerRefused(str(error).rstrip(".") or type(error).__name__) from error

    async def _deliver(self, message: EmailMessage) -> None:
        server = self._server
        await aiosmtplib.send(message, username=server.username, password=server.password, **await self._connection())

    async def _connection(self) -> dict[str, Any]:
        server = self._server
        return {
            "hostname": server.host,
            "port": server.port,
            "use_tls": server.tls is Tls.IMPLICIT,
            "start_tls": server.tls is Tls.STARTTLS,
            "tls_context": None if server.tls is Tls.NONE else await asyncio.to_thread(_tls_context),
            "timeout": SMTP_TIMEOUT_SECONDS,
        }


def is_permanent(error: aiosmtplib.SMTPException) -> bool:
    """Whether the server rejected this email permanently.

    A rejected password or sender does not count: the operator can fix it, and no email should be lost until then.
    """
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        return all(refusal.code >= PERMANENT for refusal in error.recipients)
    if isinstance(error, aiosmtplib.SMTPDataError):
        return error.code >= PERMANENT
    return isinstance(error, aiosmtplib.SMTPNotSupported)  # the address is not ASCII and the server requires it


@cache
def _tls_context() -> ssl.SSLContext:
    """Return a context that verifies certificates against the system's CAs, or those of `SSL_CERT_FILE`."""
    return ssl.create_default_context()


@dataclass(frozen=True, slots=True)
class StoredEmail:
    """An email in the development mailbox."""

    id: str
    message: EmailMessage


class Mailbox:
    """Keeps emails as files in `directory`, one per `Message-ID`: a job that runs twice leaves one email.

    The directory is created when the first email arrives.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    async def send(self, message: EmailMessage) -> None:
        """Store `message`; it replaces one with the same `Message-ID`.

        Raises:
            OSError: the directory is not writable.
        """
        await asyncio.to_thread(self._write, message)

    async def probe(self, message: EmailMessage | None = None) -> None:
        """Store `message`, if there is one.

        Raises:
            OSError: the directory is not writable.
        """
        if message is not None:
            await self.send(message)

    async def newest_first(self) -> list[StoredEmail]:
        """Return all emails, newest first."""
        return await asyncio.to_thread(self._read_all)

    async def find(self, email_id: str) -> StoredEmail | None:
        """Return the email with this id, or None."""
        return next((email for email in await self.newest_first() if email.id == email_id), None)

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
    """Return the SMTP mailer if `SMTP_URL` is set, otherwise the development mailbox."""
    if settings.smtp_url is not None:
        return SmtpMailer(settings.smtp_url.get_secret_value())
    return Mailbox(settings.mailbox_directory)
