"""The end of every sign-in, however it began: a session, or the question for a second factor."""

import secrets
from datetime import timedelta
from typing import Any

from domain.identity.mfa import MfaRequired
from domain.identity.security_event import SecurityEventKind
from domain.session import SessionTokens
from domain.user import User
from repository.identity.mfa_repository import MfaRepository
from service.identity.audit_trail import AuditTrail
from service.identity.autonomous import OpensAutonomousTransaction
from service.identity.mfa_requirement import MfaRequirement
from service.identity.session_issuer import SessionIssuer
from service.security import TOKEN_BYTES, hash_token


class SignInCompletion:
    """Opens the session of somebody whose sign-in is complete, within one unit of work."""

    def __init__(
        self,
        lookups: MfaRepository,
        issuer: SessionIssuer,
        *,
        requirement: MfaRequirement,
        audit: AuditTrail,
        autonomous_transaction: OpensAutonomousTransaction,
    ) -> None:
        """Open sessions through `issuer`; `lookups` knows who has a second factor, `requirement` who must have one."""
        self._lookups = lookups
        self._issuer = issuer
        self._requirement = requirement
        self._audit = audit
        self._autonomous_transaction = autonomous_transaction

    async def complete(
        self,
        user: User,
        *,
        in_browser: bool = True,
        proof_age: timedelta = timedelta(),
        **details: Any,  # noqa: ANN401  (JSON for the audit log)
    ) -> SessionTokens:
        """Open a session for somebody who has proved one factor, unless their account asks for two.

        Call it before anything is written: a refusal is noted in a unit of work of its own.

        Args:
            user: who it is.
            in_browser: whether the client keeps its session in cookies. Only then can a second factor follow, and the
                new session replaces the one that the cookies hold.
            proof_age: how long ago the user proved the factor.
            details: what the audit log should know of the sign-in.

        Raises:
            MfaRequired: the account asks for a second factor; the error names the sign-in that waits for it.
        """
        status = await self._lookups.get_status(user.id)
        methods = status.methods(is_required=self._requirement.concerns(user))
        if methods:
            raise MfaRequired(methods, token=await self._begin(user) if in_browser else None)
        return await self.open_session(user, in_browser=in_browser, proof_age=proof_age, **details)

    async def open_session(
        self,
        user: User,
        kind: SecurityEventKind = SecurityEventKind.SIGNED_IN,
        *,
        in_browser: bool = True,
        proof_age: timedelta = timedelta(),
        **details: Any,  # noqa: ANN401  (JSON for the audit log)
    ) -> SessionTokens:
        """Open a session for a user who has proved enough, and end the one that the browser held until now."""
        self._audit.record(kind, user.id, **details)
        tokens = await self._issuer.open(await self._requirement.apply(user), proof_age=proof_age)
        if in_browser and (replaced := await self._issuer.end_replaced()):
            self._audit.record(SecurityEventKind.SIGNED_OUT, replaced.user_id, replaced_session=str(replaced.id))
        return tokens

    async def _begin(self, user: User) -> str:
        token = secrets.token_urlsafe(TOKEN_BYTES)
        async with self._autonomous_transaction() as work:  # the refusal rolls this unit of work back
            await work.identity.pending_sign_in_repository.add(user.id, hash_token(token))
            work.identity.audit.record(SecurityEventKind.SECOND_FACTOR_ASKED, user.id)
        return token
