"""Sends mails to users."""

from email.message import EmailMessage
from typing import Protocol
from uuid import UUID, uuid4

from core.smtp_server import EmailRejected
from domain.events import AccountDeleted, CredentialsChanged
from domain.jobs.job import PermanentError
from repository.identity.one_time_token_repository import OneTimeTokenRepository
from repository.user_repository import UserRepository
from service.mail.emails import EmailTemplates
from service.security import OneTimeSecrets


class Mailer(Protocol):
    """Delivers emails: by SMTP, or into the development mailbox."""

    async def send(self, message: EmailMessage) -> None:
        """Deliver `message`, whose `Message-ID` stays the same when it is sent again."""


class EmailService:
    """Sends mails to users. A mail may be sent again after a crash, with the same `Message-ID`."""

    def __init__(
        self,
        users: UserRepository,
        tokens: OneTimeTokenRepository,
        mailer: Mailer,
        templates: EmailTemplates,
        *,
        secrets: OneTimeSecrets,
        job_id: UUID | None,
    ) -> None:
        """Send through `mailer`, holding no connection while a mail is sent.

        Args:
            users: whom to write to.
            tokens: which links there are.
            mailer: delivers.
            templates: what is written.
            secrets: tells what a token says.
            job_id: identifies the mails of a job.
        """
        self._users = users
        self._tokens = tokens
        self._mailer = mailer
        self._templates = templates
        self._secrets = secrets
        self._job_id = job_id

    async def send_welcome(self, user_id: UUID) -> None:
        """Greet a new user; does nothing when the account is gone already.

        Raises:
            PermanentError: the mail server refused the mail for good.
        """
        user = await self._users.get(user_id)
        if user is not None:
            await self._send(self._templates.welcome(user, message_id=self._job_id or user.id))

    async def send_link(self, token_id: UUID) -> None:
        """Mail the link of a token; does nothing when it was replaced already, or is good for nothing any more.

        Raises:
            PermanentError: the mail server refused the mail for good.
        """
        token = await self._tokens.get(token_id)
        user = await self._users.get(token.user_id) if token else None
        if token is not None and user is not None:
            text = self._secrets.text_of(token.id)
            await self._send(self._templates.link(user, token, text, message_id=self._job_id or token.id))

    async def send_account_exists(self, email: str) -> None:
        """Tell the owner of an address that it has an account already; does nothing when that is not so any more.

        Raises:
            PermanentError: the mail server refused the mail for good.
        """
        user = await self._users.get_by_email(email)
        if user is not None and user.is_active:
            await self._send(self._templates.account_exists(user, message_id=self._job_id or user.id))

    async def send_security_notice(self, event: CredentialsChanged) -> None:
        """Tell the owner what changed about their account; does nothing when the account is gone already.

        Raises:
            PermanentError: the mail server refused the mail for good.
        """
        user = await self._users.get(event.user_id)
        if user is not None:
            await self._send(self._templates.security_notice(user, event, message_id=self._job_id or user.id))

    async def send_farewell(self, event: AccountDeleted) -> None:
        """Tell somebody that their account is gone.

        Raises:
            PermanentError: the mail server refused the mail for good.
        """
        await self._send(self._templates.farewell(event, message_id=self._job_id or uuid4()))

    async def _send(self, mail: EmailMessage) -> None:
        try:
            await self._mailer.send(mail)
        except EmailRejected as refusal:  # every further attempt would be refused, and cost the sender's reputation
            raise PermanentError(f"The mail server refused the mail: {refusal}") from refusal
