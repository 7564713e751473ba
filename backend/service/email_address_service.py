"""Proving that somebody reads the mails to an address, and changing it."""

from uuid import UUID

from domain.events import CredentialsChange
from domain.one_time_token import TokenPurpose
from domain.permissions import Actor
from domain.security_event import SecurityEventKind
from domain.session import NotAuthenticated
from domain.user import User, normalise_email
from repository.user_repository import UserRepository
from service.audit_trail import AuditTrail
from service.base_service import BaseService
from service.one_time_links import OneTimeLinks


class EmailAddressService(BaseService):
    """Verifies and changes the addresses of accounts."""

    def __init__(
        self,
        actor: Actor,
        users: UserRepository,
        lookups: UserRepository,
        *,
        links: OneTimeLinks,
        audit: AuditTrail,
    ) -> None:
        """Serve `actor`.

        Args:
            actor: on whose behalf.
            users: accounts, for what is written.
            lookups: accounts, for what is looked up.
            links: issues and redeems the tokens that mails carry.
            audit: reports what happened.
        """
        super().__init__(actor)
        self._users = users
        self._lookups = lookups
        self._links = links
        self._audit = audit

    async def request_verification(self) -> None:
        """Let a link that verifies the actor's address be mailed to it; one that is verified needs none.

        Raises:
            NotAuthenticated: nobody is signed in.
        """
        user = await self._current_user()
        if not user.is_verified:
            await self._links.issue(user.id, TokenPurpose.VERIFY_EMAIL, email=user.email)

    async def welcome(self, user_id: UUID) -> bool:
        """Greet a new user with a link that verifies their address, and return whether they needed one.

        Raises:
            NotAuthenticated: the account was deleted at the same moment.
        """
        user = await self._lookups.get(user_id)
        if user is None or user.is_verified:
            return False
        await self._links.issue(user.id, TokenPurpose.VERIFY_EMAIL, email=user.email)
        return True

    async def verify(self, token: str) -> None:
        """Note that whoever got the token reads the mails to their address.

        Raises:
            InvalidLink: the token is not good for this, or not any more.
        """
        redeemed = await self._links.redeem(token, TokenPurpose.VERIFY_EMAIL)
        await self._users.mark_verified(redeemed.user_id)
        self._audit.record(SecurityEventKind.EMAIL_VERIFIED, redeemed.user_id)

    async def request_change(self, new_email: str) -> None:
        """Let a link that confirms the new address be mailed to it, and warn the old one. Nothing changes before that.

        Raises:
            NotAuthenticated: nobody is signed in.
        """
        user = await self._current_user()
        await self._links.issue(user.id, TokenPurpose.CHANGE_EMAIL, email=normalise_email(new_email))
        self._audit.record(SecurityEventKind.EMAIL_CHANGE_REQUESTED, user.id)
        self._audit.warn_owner(user.id, CredentialsChange.EMAIL_CHANGE_REQUESTED, email=user.email)

    async def confirm_change(self, token: str) -> None:
        """Give the account the address that the token was mailed to, and tell the old one.

        Raises:
            InvalidLink: the token is not good for this, or not any more.
            EmailTaken: another account got the address meanwhile.
        """
        found = await self._links.find(token, TokenPurpose.CHANGE_EMAIL)
        old_email = await self._email_of(found.user_id)
        redeemed = await self._links.redeem(token, TokenPurpose.CHANGE_EMAIL)
        await self._users.change_email(redeemed.user_id, redeemed.email)
        await self._links.withdraw(redeemed.user_id)
        self._audit.record(SecurityEventKind.EMAIL_CHANGED, redeemed.user_id)
        self._audit.warn_owner(redeemed.user_id, CredentialsChange.EMAIL_CHANGED, email=old_email)

    async def _current_user(self) -> User:
        user = await self._lookups.get(self._require_signed_in())
        if user is None:
            raise NotAuthenticated
        return user

    async def _email_of(self, user_id: UUID) -> str | None:
        user = await self._lookups.get(user_id)
        return user.email if user else None
