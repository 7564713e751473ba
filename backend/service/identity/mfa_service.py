"""Two-factor authentication: turning it on and off, and recovery codes."""

from uuid import UUID

from domain.events import CredentialsChange
from domain.identity.mfa import Enrollment, MfaAlreadyEnabled, MfaNotEnabled, MfaStatus, WrongSecondFactor
from domain.identity.security_event import SecurityEventKind
from domain.permissions import Actor
from repository.identity.mfa_repository import MfaRepository
from repository.user_repository import UserRepository
from service.base_service import BaseService
from service.identity.credential_changes import CredentialChanges
from service.identity.recovery_codes import hash_recovery_code, new_recovery_codes
from service.identity.totp import TotpCodes


class MfaService(BaseService):
    """Turns two-factor authentication on and off."""

    def __init__(
        self,
        actor: Actor,
        mfa: MfaRepository,
        *,
        users: UserRepository,
        totp: TotpCodes,
        changes: CredentialChanges,
    ) -> None:
        super().__init__(actor)
        self._mfa = mfa
        self._users = users
        self._totp = totp
        self._changes = changes

    async def get_status(self) -> MfaStatus:
        """Return which second factors the actor has.

        Raises:
            NotAuthenticated: the caller is not signed in.
        """
        return await self._mfa.get_status(self._require_signed_in())

    async def enroll(self) -> Enrollment:
        """Make a seed for the actor's authenticator app. It becomes active when a code is confirmed.

        Raises:
            NotAuthenticated: the caller is not signed in.
            EmailUnverified: the account's address is not verified.
            MfaAlreadyEnabled: an app is enrolled already.
        """
        user = await self._users.get_signed_in(self._require_verified())
        enrollment, sealed = self._totp.enroll(user.email)
        if not await self._mfa.enroll(user.id, sealed):
            raise MfaAlreadyEnabled
        return enrollment

    async def confirm(self, code: str) -> list[str]:
        """Turn two-factor authentication on, and return the recovery codes, which cannot be shown again.

        Raises:
            NotAuthenticated: the caller is not signed in, or the session has just ended.
            EmailUnverified: the account's address is not verified.
            MfaNotEnabled: no app was enrolled.
            WrongSecondFactor: the code is not one of the app's.
            MfaAlreadyEnabled: another request was faster.
        """
        user_id = self._require_verified()
        await self._changes.require_open_session()
        seed = await self._mfa.get_unconfirmed(user_id)
        if seed is None:
            raise MfaNotEnabled
        step = self._totp.matching_step(seed, code)
        if step is None:
            raise WrongSecondFactor
        if not await self._mfa.confirm(seed, step=step):
            raise MfaAlreadyEnabled
        await self._changes.revoke_sessions_and_notify(
            user_id, SecurityEventKind.MFA_ENABLED, CredentialsChange.MFA_ENABLED
        )
        return await self._new_recovery_codes(user_id)

    async def replace_recovery_codes(self) -> list[str]:
        """Return new recovery codes; the old ones stop working.

        Raises:
            NotAuthenticated: the caller is not signed in, or the session has just ended.
            EmailUnverified: the account's address is not verified.
            MfaNotEnabled: two-factor authentication is off.
        """
        user_id = self._require_verified()
        await self._changes.require_open_session()
        if not (await self._mfa.get_status(user_id)).totp_enabled:
            raise MfaNotEnabled
        await self._changes.revoke_sessions_and_notify(
            user_id, SecurityEventKind.RECOVERY_CODES_REPLACED, CredentialsChange.RECOVERY_CODES_REPLACED
        )
        return await self._new_recovery_codes(user_id)

    async def disable(self) -> None:
        """Turn two-factor authentication off. Passkeys stay.

        Raises:
            NotAuthenticated: the caller is not signed in, or the session has just ended.
            MfaNotEnabled: it is off.
        """
        user_id = self._require_signed_in()
        await self._changes.require_open_session()
        await self._changes.revoke_sessions_and_notify(
            user_id, SecurityEventKind.MFA_DISABLED, CredentialsChange.MFA_DISABLED
        )
        if not await self._mfa.remove(user_id):
            raise MfaNotEnabled

    async def _new_recovery_codes(self, user_id: UUID) -> list[str]:
        codes = new_recovery_codes()
        await self._mfa.replace_recovery_codes(user_id, [hash_recovery_code(code) for code in codes])
        return codes
