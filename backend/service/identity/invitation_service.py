"""Inviting users: an admin makes the account, and its user sets the password."""

from datetime import timedelta
from uuid import UUID

from domain.identity.invitation import EmailHasAccount, Invitation, NotInvited
from domain.identity.one_time_token import InvalidLink, TokenPurpose
from domain.identity.security_event import SecurityEventKind
from domain.identity.sign_in import SignedIn
from domain.user import User, normalise_email
from repository.user_repository import UserRepository
from service.identity.account_guard import AccountGuard
from service.identity.audit_trail import AuditTrail
from service.identity.one_time_links import OneTimeLinks
from service.identity.sign_in_completion import SignInCompletion
from service.security import PasswordHasher

# A run deletes at most this many accounts; the next run follows immediately.
CLEAN_UP_BATCH = 500


class InvitationService:
    """Invites users, and lets them accept.

    An invited account has no password. The first proof of its address ends the invitation: the emailed link, a password
    reset, or a provider that vouches for the address (docs/decisions/0074).

    Args:
        unaccepted_kept: how long an account is kept after the last invitation.
    """

    def __init__(
        self,
        users: UserRepository,
        *,
        guard: AccountGuard,
        links: OneTimeLinks,
        hasher: PasswordHasher,
        completion: SignInCompletion,
        audit: AuditTrail,
        unaccepted_kept: timedelta,
    ) -> None:
        self._users = users
        self._guard = guard
        self._links = links
        self._hasher = hasher
        self._completion = completion
        self._audit = audit
        self._unaccepted_kept = unaccepted_kept

    async def invite(self, invitation: Invitation) -> User:
        """Create an account and email its user a link to set the password.

        Raises:
            NotAuthenticated: the caller is not signed in.
            PermissionDenied: the actor lacks `write:users`.
            GrantsTooMuch: the roles grant more than the actor holds.
            EmailHasAccount: the address has an account.
        """
        await self._guard.require_grantable(invitation.roles)
        return await self.invite_as_operator(invitation)

    async def invite_as_operator(self, invitation: Invitation) -> User:
        """Do the same for the operator. The operator may grant every role.

        Raises:
            NotAuthenticated: the account was deleted at the same moment.
            EmailHasAccount: the address has an account.
        """
        user = await self._users.add_unless_taken(
            normalise_email(invitation.email),
            name=invitation.name,
            password_hash=None,
            roles=invitation.roles,
            is_invited=True,
            language=invitation.language,
        )
        if user is None:
            raise EmailHasAccount(field="email")
        self._audit.record(SecurityEventKind.USER_INVITED, user.id, roles=user.roles)
        return await self._mail(user)

    async def resend(self, user_id: UUID) -> User:
        """Mail a new link, which lasts as long as the first one did. The last one stops working.

        Raises:
            NotAuthenticated: the caller is not signed in.
            PermissionDenied: the actor lacks `write:users`.
            UserNotFound: there is no such account.
            GrantsTooMuch: it would get more than the actor holds.
            NotInvited: its user has accepted, or was never invited, or is deactivated and could not accept.
        """
        await self._guard.lock_changeable(user_id)
        user = await self._users.renew_invitation(user_id)
        if user is None:
            raise NotInvited
        self._audit.record(SecurityEventKind.INVITATION_RESENT, user_id)
        return await self._mail(user)

    async def withdraw(self, user_id: UUID) -> None:
        """Delete an account that its user has not accepted yet. The link stops working.

        Raises:
            NotAuthenticated: the caller is not signed in.
            PermissionDenied: the actor lacks `write:users`.
            UserNotFound: there is no such account.
            GrantsTooMuch: it would get more than the actor holds.
            NotInvited: its user has accepted, or was never invited.
        """
        await self._guard.lock_changeable(user_id)
        user = await self._users.delete_invited(user_id)
        if user is None:
            raise NotInvited
        self._audit.record(SecurityEventKind.INVITATION_WITHDRAWN, user_id, email=user.email)

    async def find(self, token: str) -> User:
        """Return the user that the emailed token invites.

        Raises:
            InvalidLink: the invitation was accepted, withdrawn or sent again, or has expired.
        """
        found = await self._links.find(token, TokenPurpose.INVITATION)
        user = await self._users.get(found.user_id)
        if user is None:  # withdrawn between the two reads
            raise InvalidLink
        return user

    async def accept(self, token: str, password: str) -> SignedIn:
        """Set the password of the account that the emailed token invites to, and sign its user in.

        The token proves the address. There are no older credentials to remove: the account was made without any, and
        none can be added before the proof.

        Raises:
            InvalidLink: the invitation was accepted, withdrawn or sent again, or has expired.
            PasswordTooCommon: many people have this password.
            PasswordTooPersonal: it is easily guessed.
            TooBusy: too many passwords wait to be hashed.
        """
        found = await self._links.find(token, TokenPurpose.INVITATION)
        password_hash = await self._hasher.hash_new(password, email=found.email)
        await self._users.lock(found.user_id)
        await self._links.redeem(token, TokenPurpose.INVITATION)
        await self._users.reset_password(found.user_id, password_hash)
        await self._links.withdraw(found.user_id)
        return await self._completion.open_session(found.user_id, SecurityEventKind.INVITATION_ACCEPTED)

    async def delete_unaccepted(self) -> bool:
        """Delete a batch of accounts with old invitations, and return whether there may be more."""
        deleted = await self._users.delete_unaccepted(older_than=self._unaccepted_kept, limit=CLEAN_UP_BATCH)
        for user in deleted:
            self._audit.record(SecurityEventKind.ACCOUNT_DELETED, user.id, email=user.email, reason="not accepted")
        return len(deleted) == CLEAN_UP_BATCH

    async def _mail(self, user: User) -> User:
        await self._links.issue(user.id, TokenPurpose.INVITATION, email=user.email, language=user.language)
        return user
