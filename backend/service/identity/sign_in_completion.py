"""The last step of every sign-in: open a session, or wait for a second factor."""

import secrets
from datetime import timedelta
from typing import Any
from uuid import UUID

from domain.identity.security_event import SecurityEventKind
from domain.identity.sign_in import SecondFactorRequired, SignedIn
from domain.session import AccountGone
from domain.user import User
from repository.identity.mfa_repository import MfaRepository
from repository.identity.pending_sign_in_repository import PendingSignInRepository
from repository.user_repository import UserRepository
from service.identity.audit_trail import AuditTrail
from service.identity.mfa_requirement import MfaRequirement
from service.identity.session_issuer import SessionIssuer
from service.security import TOKEN_BYTES, hash_token


class SignInCompletion:
    """Completes a sign-in within one unit of work.

    The user is locked and read again, because what the sign-in began with may have changed while a password was
    checked: changes that end sessions wait for the new one and end it, or the sign-in waits for them.
    """

    def __init__(
        self,
        users: UserRepository,
        mfa: MfaRepository,
        pending: PendingSignInRepository,
        issuer: SessionIssuer,
        *,
        requirement: MfaRequirement,
        audit: AuditTrail,
    ) -> None:
        self._users = users
        self._mfa = mfa
        self._pending = pending
        self._issuer = issuer
        self._requirement = requirement
        self._audit = audit

    async def complete(
        self,
        user_id: UUID,
        *,
        in_browser: bool = True,
        proof_age: timedelta = timedelta(),
        **details: Any,  # noqa: ANN401  (JSON for the audit log)
    ) -> SignedIn | SecondFactorRequired:
        """Open a session after the first factor, unless the account requires a second one.

        Args:
            user_id: the authenticated user.
            in_browser: whether the client keeps its session in cookies. Only then can a second factor follow, and the
                new session replaces the one in the cookies.
            proof_age: how long ago the user proved the factor.
            details: details of the sign-in for the audit log.

        Raises:
            AccountGone: the account was deleted or deactivated meanwhile.
        """
        user = await self._lock(user_id)
        status = await self._mfa.get_status(user.id)
        methods = status.methods(is_required=self._requirement.concerns(user))
        if methods:
            return SecondFactorRequired(tuple(methods), await self._begin(user) if in_browser else None)
        return await self._open(
            user, SecurityEventKind.SIGNED_IN, in_browser=in_browser, proof_age=proof_age, **details
        )

    async def open_session(
        self,
        user_id: UUID,
        kind: SecurityEventKind = SecurityEventKind.SIGNED_IN,
        *,
        proof_age: timedelta = timedelta(),
        **details: Any,  # noqa: ANN401  (JSON for the audit log)
    ) -> SignedIn:
        """Open a session after all factors, and end the previous session of the browser.

        Raises:
            AccountGone: the account was deleted or deactivated meanwhile.
        """
        return await self._open(await self._lock(user_id), kind, in_browser=True, proof_age=proof_age, **details)

    async def _lock(self, user_id: UUID) -> User:
        user = await self._users.lock_to_sign_in(user_id)
        if user is None:
            raise AccountGone
        return user

    async def _open(
        self,
        user: User,
        kind: SecurityEventKind,
        *,
        in_browser: bool,
        proof_age: timedelta,
        **details: Any,  # noqa: ANN401  (JSON for the audit log)
    ) -> SignedIn:
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
