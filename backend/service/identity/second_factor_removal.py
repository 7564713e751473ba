"""Removes the second factors of a locked-out user, for admins and operators."""

from uuid import UUID

from domain.events import CredentialsChange
from domain.identity.mfa import MfaNotEnabled
from domain.identity.security_event import SecurityEventKind
from domain.user import UserNotFound, normalise_email
from repository.identity.mfa_repository import MfaRepository
from repository.identity.passkey_repository import PasskeyRepository
from repository.user_repository import UserRepository
from service.identity.credential_changes import CredentialChanges


class SecondFactorRemoval:
    """Removes the authenticator app, the recovery codes and the passkeys of an account, within one unit of work."""

    def __init__(
        self, mfa: MfaRepository, passkeys: PasskeyRepository, users: UserRepository, *, changes: CredentialChanges
    ) -> None:
        self._mfa = mfa
        self._passkeys = passkeys
        self._users = users
        self._changes = changes

    async def remove_by_email(self, email: str) -> None:
        """Remove the second factors of the user with this address, on behalf of an operator.

        Raises:
            UserNotFound: no account has this address.
            MfaNotEnabled: the user has no second factors.
        """
        user = await self._users.get_by_email(normalise_email(email))
        if user is None:
            raise UserNotFound
        await self.remove(user.id)

    async def remove(self, user_id: UUID) -> None:
        """Leave the user with their password and linked identities, and end all their sessions.

        Raises:
            MfaNotEnabled: the user has no second factor.
        """
        status = await self._mfa.get_status(user_id)
        if not status.totp_enabled and not status.passkeys:
            raise MfaNotEnabled
        await self._changes.revoke_sessions_and_notify(
            user_id,
            SecurityEventKind.MFA_RESET,
            CredentialsChange.MFA_RESET,
            totp=status.totp_enabled,
            passkeys=status.passkeys,
        )
        await self._mfa.remove(user_id)
        await self._passkeys.remove_all(user_id)
