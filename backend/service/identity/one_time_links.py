"""Links that a mail carries to prove that its reader has the address; shared by the services that ask for the proof."""

from typing import NoReturn
from uuid import UUID, uuid4

from domain.events import OneTimeTokenIssued
from domain.identity.client_info import ClientInfo
from domain.identity.one_time_token import LIFETIMES, InvalidLink, OneTimeToken, TokenPurpose
from domain.identity.security_event import SecurityEventKind
from domain.language import Language
from repository.identity.one_time_token_repository import OneTimeTokenRepository
from service.identity.autonomous import OpensIdentityTransaction
from service.jobs.outbox import Outbox
from service.security import OneTimeSecrets, hash_token


class OneTimeLinks:
    """Issues and redeems one-time tokens, within one unit of work."""

    def __init__(
        self,
        tokens: OneTimeTokenRepository,
        *,
        secrets: OneTimeSecrets,
        outbox: Outbox,
        autonomous_transaction: OpensIdentityTransaction,
        client: ClientInfo,
    ) -> None:
        self._tokens = tokens
        self._secrets = secrets
        self._outbox = outbox
        self._autonomous_transaction = autonomous_transaction
        self._language = client.language

    async def issue(
        self, user_id: UUID, purpose: TokenPurpose, *, email: str, language: Language | None = None
    ) -> None:
        """Send a link to `email`; the user's previous one for the same purpose stops working.

        Raises:
            NotAuthenticated: the account was deleted at the same moment.
        """
        token = OneTimeToken(uuid4(), user_id, purpose, email)
        token_hash = hash_token(self._secrets.text_of(token.id))
        await self._tokens.put(token, token_hash=token_hash, lifetime=LIFETIMES[purpose])
        self._outbox.publish(OneTimeTokenIssued(token.id, purpose, email, language or self._language))

    async def is_open(self, user_id: UUID, purpose: TokenPurpose) -> bool:
        """Return whether the user has a link for `purpose` that works."""
        return await self._tokens.has(user_id, purpose)

    async def find(self, text: str, purpose: TokenPurpose) -> OneTimeToken:
        """Return the token that a link carries, without using it. A refusal is recorded in the audit log.

        Raises:
            InvalidLink: it is not valid for `purpose`, or has expired or been used.
        """
        token = await self._tokens.find(hash_token(text), purpose)
        if token is None:
            await self._refuse(purpose)
        return token

    async def redeem(self, text: str, purpose: TokenPurpose) -> OneTimeToken:
        """Use the token that `find` returned; of several attempts at once exactly one succeeds.

        Raises:
            InvalidLink: it has been used.
        """
        token = await self._tokens.redeem(hash_token(text), purpose)
        if token is None:  # a concurrent attempt has just used it
            raise InvalidLink
        return token

    async def withdraw(self, user_id: UUID) -> None:
        """Invalidate every link that could change the user's credentials."""
        await self._tokens.withdraw(user_id, [TokenPurpose.RESET_PASSWORD, TokenPurpose.CHANGE_EMAIL])

    async def delete_expired(self) -> int:
        """Delete expired tokens and return how many."""
        return await self._tokens.delete_expired()

    async def _refuse(self, purpose: TokenPurpose) -> NoReturn:
        async with self._autonomous_transaction() as work:  # the refusal rolls this unit of work back
            work.identity.audit.record(SecurityEventKind.LINK_REFUSED, None, purpose=purpose)
        raise InvalidLink
