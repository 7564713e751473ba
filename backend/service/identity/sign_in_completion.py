"""The last step of every sign-in: open a session, or wait for a second factor."""

import secrets
from datetime import timedelta
from typing import Any

from domain.identity.security_event import SecurityEventKind
from domain.identity.sign_in import SecondFactorRequired, SignedIn
from domain.user import User
from repository.identity.mfa_repository import MfaRepository
from repository.identity.pending_sign_in_repository import PendingSignInRepository
from service.identity.audit_trail import AuditTrail
from service.identity.mfa_requirement import MfaRequirement
from service.identity.session_issuer import SessionIssuer
from service.security import TOKEN_BYTES, hash_token


class SignInCompletion:
    """Completes a sign-in within one unit of work."""

    def __init__(
        self,
        mfa: MfaRepository,
        pending: PendingSignInRepository,
        issuer: SessionIssuer,
        *,
        requirement: MfaRequirement,
        audit: AuditTrail,
    ) -> None:
        self._mfa = mfa
        self._pending = pending
        self._issuer = issuer
        self._requirement = requirement
        self._audit = audit

    async def complete(
        self,
        user: User,
        *,
        in_browser: bool = True,
        proof_age: timedelta = timedelta(),
        **details: Any,  # noqa: ANN401  (JSON for the audit log)
    ) -> SignedIn | SecondFactorRequired:
        """Open a session after the first factor, unless the account requires a second one.

        Args:
            user: the authenticated user.
            in_browser: whether the client keeps its session in cookies. Only then can a second factor follow, and the
                new session replaces the one in the cookies.
            proof_age: how long ago the user proved the factor.
            details: details of the sign-in for the audit log.
        """
        status = await self._mfa.get_status(user.id)
        methods = status.methods(is_required=self._requirement.concerns(user))
        if methods:
            return SecondFactorRequired(tuple(methods), await self._begin(user) if in_browser else None)
        return await self.open_session(user, in_browser=in_browser, proof_age=proof_age, **details)

    async def open_session(
        self,
        user: User,
        kind: SecurityEventKind = SecurityEventKind.SIGNED_IN,
        *,
        in_browser: bool = True,
        proof_age: timedelta = timedelta(),
        **details: Any,  # noqa: ANN401  (JSON for the audit log)
    ) -> SignedIn:
        """Open a session after all factors, and end the previous session of the browser."""
        self._audit.record(kind, user.id, **details)
        present = await self._requirement.apply(user)
        tokens = await self._issuer.open(present, proof_age=proof_age)
        if in_browser and (replaced := await self._issuer.end_replaced()):
            self._audit.record(SecurityEventKind.SIGNED_OUT, replaced.user_id, replaced_session=str(replaced.id))
        return SignedIn(present, tokens)

    async def _begin(self, user: User) -> str:
        token = secrets.token_urlsafe(TOKEN_BYTES)
        await self._pending.add(user.id, hash_token(token))
        self._audit.record(SecurityEventKind.SECOND_FACTOR_ASKED, user.id)
        return token
