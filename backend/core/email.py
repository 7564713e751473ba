"""Ways to deliver a mail: an SMTP server, or a directory that `/dev/mailbox` shows."""

import asyncio
import os
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import unquote, urlsplit

import aiosmtplib

from core.settings import Settings

SMTP_TIMEOUT_SECONDS = 20.0
SMTP_DEFAULT_PORT = 587  # RFC 6409, message submission
SMTPS_DEFAULT_PORT = 465  # RFC 8314, implicit TLS


class SmtpMailer:
    """Hands mails to the SMTP server that `SMTP_URL` names."""

    def __init__(self, url: str) -> None:
        """Read the server's address from `url`: `smtp://` upgrades by STARTTLS when offered, `smtps://` is TLS."""
        parts = urlsplit(url)
        self._implicit_tls = parts.scheme == "smtps"
        self._host = parts.hostname or "localhost"
        self._port = parts.port or (SMTPS_DEFAULT_PORT if self._implicit_tls else SMTP_DEFAULT_PORT)
        self._username = unquote(parts.username) if parts.username else None
        self._password = unquote(parts.password) if parts.password else None

    async def send(self, message: EmailMessage) -> None:
        """Deliver `message` to the server.

        Raises:
            aiosmtplib.SMTPException: the server is out of reach or refused the mail.
        """
        await aiosmtplib.send(
            message,
            hostname=self._host,
            port=self._port,
            username=self._username,
            password=self._password,
            use_tls=self._implicit_tls,
            start_tls=False if self._implicit_tls else None,
            timeout=SMTP_TIMEOUT_SECONDS,
        )


@dataclass(frozen=True, slots=True)
class StoredMail:
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

    async def newest_first(self) -> list[StoredMail]:
        """Return every mail, the last one sent first."""
        return await asyncio.to_thread(self._read_all)

    async def find(self, mail_id: str) -> StoredMail | None:
        """Return the mail with this id, or None."""
        return next((mail for mail in await self.newest_first() if mail.id == mail_id), None)

    def _write(self, message: EmailMessage) -> None:
        self._directory.mkdir(parents=True, exist_ok=True)
        target = self._directory / f"{_file_stem(message)}.eml"
        unfinished = target.with_suffix(f".{os.getpid()}.tmp")
        unfinished.write_bytes(message.as_bytes(policy=policy.SMTP))
        unfinished.replace(target)

    def _read_all(self) -> list[StoredMail]:
        files = sorted(self._directory.glob("*.eml"), key=lambda file: file.stat().st_mtime, reverse=True)
        return [StoredMail(id=file.stem, message=_parse(file)) for file in files]


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
