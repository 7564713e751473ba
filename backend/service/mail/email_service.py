"""Sends emails to users."""

from collections.abc import Callable
from email.message import EmailMessage
from typing import Protocol
from uuid import UUID, uuid4

from core.smtp_server import EmailRejected
from domain.events import AccountDeleted, CredentialsChanged
from domain.jobs.job import PermanentError
from domain.language import Language
from repository.identity.one_time_token_repository import OneTimeTokenRepository
from repository.user_repository import UserRepository
from service.mail.emails import EmailTemplates
from service.security import OneTimeSecrets


class Mailer(Protocol):
    """Delivers emails: by SMTP, or into the development mailbox."""

    async def send(self, message: EmailMessage) -> None:
        """Deliver `message`, whose `Message-ID` stays the same when it is sent again."""


class EmailService:
    """Sends emails to users, holding no connection to the database while it sends.

    An email may be sent again after a crash. It then has the same `Message-ID`, which is the id of the job.
    """

    def __init__(
        self,
        users: UserRepository,
        tokens: OneTimeTokenRepository,
        mailer: Mailer,
        templates: EmailTemplates,
        *,
        secrets: OneTimeSecrets,
        job_id: UUID | None,
        count: Callable[[str], None],
    ) -> None:
        self._count = count
        self._users = users
        self._tokens = tokens
        self._mailer = mailer
        self._templates = templates
        self._secrets = secrets
        self._job_id = job_id

    async def send_welcome(self, user_id: UUID) -> None:
        """Welcome a new user. Do nothing if the account was deleted.

        Raises:
            PermanentError: the mail server rejected the email for good.
        """
        user = await self._users.get(user_id)
        if user is not None:
            await self._send(self._templates.welcome(user, message_id=self._job_id or user.id))

    async def send_link(self, token_id: UUID, *, language: Language | None) -> None:
        """Email the link of a token. Do nothing if the token was replaced, used or has expired.

        Raises:
            PermanentError: the mail server rejected the email for good.
        """
        token = await self._tokens.get(token_id)
        user = await self._users.get(token.user_id) if token else None
        if token is not None and user is not None:
            text = self._secrets.text_of(token.id)
            await self._send(
                self._templates.link(user, token, text, message_id=self._job_id or token.id, language=language)
            )

    async def send_account_exists(self, email: str, *, language: Language | None) -> None:
        """Tell the owner of an address that it already has an account.

        Do nothing if that account was deleted or disabled.

        Raises:
            PermanentError: the mail server rejected the email for good.
        """
        user = await self._users.get_by_email(email)
        if user is not None and user.is_active:
            await self._send(
                self._templates.account_exists(user, message_id=self._job_id or user.id, language=language)
            )

    async def send_security_notice(self, event: CredentialsChanged) -> None:
        """Email the owner of an account about a change. Do nothing if the account was deleted.

        Raises:
            PermanentError: the mail server rejected the email for good.
        """
        user = await self._users.get(event.user_id)
        if user is not None:
            await self._send(self._templates.security_notice(user, event, message_id=self._job_id or user.id))

    async def send_farewell(self, event: AccountDeleted) -> None:
        """Tell the former owner that their account was deleted.

        Raises:
            PermanentError: the mail server rejected the email for good.
        """
        await self._send(self._templates.farewell(event, message_id=self._job_id or uuid4()))

    async def _send(self, mail: EmailMessage) -> None:
        try:
            await self._mailer.send(mail)
        except EmailRejected as refusal:  # another attempt would fail as well, and harm the sender's reputation
            self._count("rejected")
            raise PermanentError(f"The mail server refused the mail: {refusal}") from refusal
        except Exception:
            self._count("failed")
            raise
        self._count("sent")
