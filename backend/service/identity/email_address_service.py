"""Verifying and changing the email address of an account."""

from typing import NoReturn
from uuid import UUID

from domain.events import CredentialsChange
from domain.identity.one_time_token import HolderRequired, OneTimeToken, TokenPurpose
from domain.identity.security_event import SecurityEventKind
from domain.permissions import Actor
from domain.user import WrongPassword, normalise_email
from repository.user_repository import UserRepository
from service.base_service import BaseService
from service.identity.address_proof import AddressProof
from service.identity.attempt_limits import AttemptLimits
from service.identity.audit_trail import AuditTrail
from service.identity.autonomous import OpensIdentityTransaction
from service.identity.credential_changes import CredentialChanges
from service.identity.one_time_links import OneTimeLinks
from service.security import PasswordHasher


class EmailAddressService(BaseService):
    """Verifies and changes the addresses of accounts."""

    def __init__(  # noqa: PLR0913
        self,
        actor: Actor,
        users: UserRepository,
        *,
        links: OneTimeLinks,
        proof: AddressProof,
        changes: CredentialChanges,
        hasher: PasswordHasher,
        limits: AttemptLimits,
        audit: AuditTrail,
        autonomous_transaction: OpensIdentityTransaction,
    ) -> None:
        super().__init__(actor)
        self._users = users
        self._links = links
        self._proof = proof
        self._changes = changes
        self._hasher = hasher
        self._limits = limits
        self._audit = audit
        self._autonomous_transaction = autonomous_transaction

    async def request_verification(self) -> None:
        """Send a link to the actor's address that verifies it, unless it is verified already.

        Raises:
            NotAuthenticated: the caller is not signed in.
        """
        user = await self._users.get_signed_in(self._require_signed_in())
        if not user.is_verified:
            await self._links.issue(user.id, TokenPurpose.VERIFY_EMAIL, email=user.email)

    async def welcome(self, user_id: UUID) -> bool:
        """Greet a new user with a link that verifies their address, and return whether they needed one.

        Raises:
            NotAuthenticated: the account was deleted at the same moment.
        """
        user = await self._users.get(user_id)
        if user is None or user.is_verified:
            return False
        await self._links.issue(user.id, TokenPurpose.VERIFY_EMAIL, email=user.email)
        return True

    async def verify(self, token: str, *, password: str | None, only_as_holder: bool) -> None:
        """Accept the token as the proof of the account's address. The first proof removes older credentials.

        Args:
            token: the token of the emailed link.
            password: the account's, with which it is kept when the actor is not signed in to the account.
            only_as_holder: whether to refuse a proof that would remove the password and the sessions.

        Raises:
            InvalidLink: the token is invalid, expired, or for another purpose.
            HolderRequired: `only_as_holder` is set, and the caller has not proved to hold the account.
            WrongPassword: the password is wrong.
            TooManyAttempts: too many passwords were tried.
            TooBusy: too many passwords wait to be checked.
        """
        found = await self._links.find(token, TokenPurpose.VERIFY_EMAIL)
        is_by_holder = await self._is_by_holder(found, password, is_required=only_as_holder)
        was_proved = await self._users.lock(found.user_id)
        redeemed = await self._links.redeem(token, TokenPurpose.VERIFY_EMAIL)
        if not was_proved:
            await self._proof.hand_over(redeemed.user_id, to_holder=is_by_holder)
        await self._users.mark_verified(redeemed.user_id)
        self._audit.record(SecurityEventKind.EMAIL_VERIFIED, redeemed.user_id)

    async def request_change(self, new_email: str) -> None:
        """Let a link that confirms the new address be mailed to it, and warn the old one. Nothing changes before that.

        Raises:
            NotAuthenticated: the caller is not signed in, or the session has just ended.
        """
        user = await self._users.get_signed_in(self._require_signed_in())
        await self._changes.require_open_session()
        await self._links.issue(user.id, TokenPurpose.CHANGE_EMAIL, email=normalise_email(new_email))
        self._audit.record(SecurityEventKind.EMAIL_CHANGE_REQUESTED, user.id)
        self._audit.warn_owner(user.id, CredentialsChange.EMAIL_CHANGE_REQUESTED, email=user.email)

    async def confirm_change(self, token: str, *, password: str | None, only_as_holder: bool) -> None:
        """Give the account the address that the token was mailed to, and tell the old one.

        It proves a new address, which may belong to a person who never saw the account. So it removes every credential
        unless the actor is signed in to the account, or knows its password.

        Args:
            token: the token of the emailed link.
            password: the account's, for when the actor is not signed in to the account.
            only_as_holder: whether to refuse a proof that would remove the password and the sessions.

        Raises:
            InvalidLink: the token is invalid, expired, or for another purpose.
            EmailTaken: another account got the address meanwhile.
            HolderRequired: `only_as_holder` is set, and the caller has not proved to hold the account.
            WrongPassword: the password is wrong.
            TooManyAttempts: too many passwords were tried.
            TooBusy: too many passwords wait to be checked.
        """
        found = await self._links.find(token, TokenPurpose.CHANGE_EMAIL)
        old_email = await self._email_of(found.user_id)
        is_by_holder = await self._is_by_holder(found, password, is_required=only_as_holder)
        was_proved = await self._users.lock(found.user_id)
        redeemed = await self._links.redeem(token, TokenPurpose.CHANGE_EMAIL)
        await self._users.change_email(redeemed.user_id, redeemed.email)
        if not (was_proved and is_by_holder):
            await self._proof.hand_over(redeemed.user_id, to_holder=is_by_holder)
        await self._links.withdraw(redeemed.user_id)
        await self._changes.revoke_sessions_and_notify(
            redeemed.user_id, SecurityEventKind.EMAIL_CHANGED, CredentialsChange.EMAIL_CHANGED, email=old_email
        )

    async def _is_by_holder(self, token: OneTimeToken, password: str | None, *, is_required: bool) -> bool:
        """Return whether the proof comes from the holder of the account, and not just from a reader of the email."""
        if self._proof.is_by_holder(token.user_id):
            return True
        if password is not None:
            await self._check_password(token.user_id, password)
        elif is_required:
            raise HolderRequired
        return password is not None

    async def _check_password(self, user_id: UUID, password: str) -> None:
        async with self._limits.proof(user_id):
            if not await self._hasher.verify(password, await self._users.get_password_hash(user_id)):
                await self._refuse(user_id)

    async def _refuse(self, user_id: UUID) -> NoReturn:
        async with self._autonomous_transaction() as work:  # the refusal rolls this unit of work back
            work.identity.audit.record(SecurityEventKind.REAUTHENTICATION_FAILED, user_id)
        raise WrongPassword(field="password")

    async def _email_of(self, user_id: UUID) -> str | None:
        user = await self._users.get(user_id)
        return user.email if user else None
