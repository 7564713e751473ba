"""Verifies second factors, and consumes those that work once.

Use it in an autonomous transaction: counters, consumed codes and audit entries must survive a refusal.
"""

from uuid import UUID

from domain.identity.mfa import ChallengePurpose, MfaMethod, SecondFactor, TooManyCodes
from domain.identity.security_event import SecurityEventKind
from repository.identity.mfa_repository import MfaRepository
from repository.identity.passkey_repository import PasskeyRepository
from service.identity.audit_trail import AuditTrail
from service.identity.passkey_ceremony import Json, PasskeyCeremony
from service.identity.recovery_codes import hash_recovery_code
from service.identity.totp import TotpCodes


class SecondFactors:
    """Verifies second factors within one unit of work."""

    def __init__(
        self,
        mfa: MfaRepository,
        passkeys: PasskeyRepository,
        *,
        totp: TotpCodes,
        ceremony: PasskeyCeremony,
        audit: AuditTrail,
    ) -> None:
        self._mfa = mfa
        self._passkeys = passkeys
        self._totp = totp
        self._ceremony = ceremony
        self._audit = audit

    async def check(
        self, user_id: UUID, factor: SecondFactor, *, holder: bytes, purpose: ChallengePurpose
    ) -> MfaMethod | None:
        """Return which second factor of the user this is, or None if it is wrong or was used before.

        Args:
            user_id: whose factor it has to be.
            factor: the code or the assertion.
            holder: whom a passkey's challenge was given to.
            purpose: the purpose of the challenge.

        Raises:
            TooManyCodes: codes have to wait after too many wrong ones.
        """
        if factor.code is not None:
            method, is_right = MfaMethod.TOTP, await self._use_code(user_id, factor.code)
        elif factor.recovery_code is not None:
            code_hash = hash_recovery_code(factor.recovery_code)
            method, is_right = MfaMethod.RECOVERY_CODE, await self._mfa.use_recovery_code(user_id, code_hash)
        else:
            credential = factor.credential or {}
            owner_id = await self.use_passkey(credential, holder=holder, purpose=purpose, user_id=user_id)
            return MfaMethod.PASSKEY if owner_id else None
        if not is_right:
            self._report(user_id, method)
        return method if is_right else None

    async def use_passkey(
        self, credential: Json, *, holder: bytes, purpose: ChallengePurpose, user_id: UUID | None = None
    ) -> UUID | None:
        """Return the owner of the passkey that signed the challenge of `holder`, or None if it did not.

        The challenge is consumed in any case.

        Args:
            credential: the assertion.
            holder: whom the challenge was given to.
            purpose: the purpose of the challenge.
            user_id: whose passkey it has to be, if it is known.
        """
        challenge = await self._passkeys.take_challenge(holder, purpose)
        key = await self._passkeys.get_key(self._ceremony.credential_id(credential))
        if key is not None and user_id not in {None, key.user_id}:
            key = None
        sign_count = self._ceremony.new_sign_count(credential, challenge, key) if challenge and key else None
        if key is None or sign_count is None or not await self._passkeys.mark_used(key, sign_count=sign_count):
            self._report(key.user_id if key else user_id, MfaMethod.PASSKEY)
            return None
        return key.user_id

    async def _use_code(self, user_id: UUID, code: str) -> bool:
        seed = await self._mfa.count_try(user_id)
        if seed is None and (await self._mfa.get_status(user_id)).totp_enabled:
            raise TooManyCodes
        step = self._totp.matching_step(seed, code) if seed else None
        if seed is None or step is None:
            return False
        return await self._mfa.use_step(seed.id, step=step, sealed=self._totp.seal_again(seed))

    def _report(self, user_id: UUID | None, method: MfaMethod) -> None:
        self._audit.record(SecurityEventKind.SECOND_FACTOR_FAILED, user_id, method=method)
