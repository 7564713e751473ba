"""The emails that were sent, and the links in them."""

import re

from core.email import Mailbox
from domain.identity.one_time_token import TokenPurpose
from service.factory import Factory
from tests.conftest import run_due_jobs

TOKEN_IN_LINK = re.compile(r"^http://127\.0\.0\.1:8000(/[a-z-]+)#token=([\w-]{43})\s", re.MULTILINE)
PAGES = {
    TokenPurpose.VERIFY_EMAIL: "/verify-email",
    TokenPurpose.RESET_PASSWORD: "/reset-password",
    TokenPurpose.CHANGE_EMAIL: "/confirm-email",
    TokenPurpose.INVITATION: "/accept-invitation",
}


class Emails:
    """The emails, once every job has run."""

    def __init__(self, factory: Factory, mailbox: Mailbox) -> None:
        self._factory = factory
        self._mailbox = mailbox

    async def to(self, email: str) -> list[str]:
        """Return subjects and texts of the emails to an address, in no particular order."""
        await run_due_jobs(self._factory)
        emails = [mail.message for mail in await self._mailbox.newest_first() if mail.message["To"] == email]
        return [f"{mail['Subject']}\n{mail.get_body(('plain',)).get_content()}" for mail in emails]  # type: ignore[union-attr]

    async def subjects_to(self, email: str) -> set[str]:
        return {mail.partition("\n")[0] for mail in await self.to(email)}

    async def token(self, email: str, purpose: TokenPurpose) -> str:
        """Return the token of the newest link of its kind to an address."""
        tokens = await self.tokens(email, purpose)
        assert tokens, f"no link to {PAGES[purpose]} was mailed to {email}"
        return tokens[-1]

    async def tokens(self, email: str, purpose: TokenPurpose) -> list[str]:
        """Return the tokens of every link of a kind to an address, the first one first."""
        await run_due_jobs(self._factory)
        found = []
        for mail in reversed(await self._mailbox.newest_first()):
            if mail.message["To"] == email:
                found += TOKEN_IN_LINK.findall(mail.message.get_body(("plain",)).get_content())  # type: ignore[union-attr]
        return [token for page, token in found if page == PAGES[purpose]]
