"""Sign up, sign in, sign out."""

from uuid import UUID

from domain.identity.security_event import SecurityEventKind
from domain.identity.sign_in import SecondFactorRequired, SignedIn
from domain.permissions import Actor
from domain.user import normalise_email
from repository.identity.sign_in_session_repository import SignInSessionRepository
from service.base_service import BaseService
from service.identity.attempt_limits import AttemptLimits
from service.identity.audit_trail import AuditTrail
from service.identity.password_check import PasswordCheck
from service.identity.registration import Registration
from service.identity.sign_in_completion import SignInCompletion
from service.security import hash_token


class AuthService(BaseService):
    """Signs users up, in and out with a password.

    `service/identity/` has the other ways to sign in: passkeys, second factors and OpenID Connect.
    """

    def __init__(
        self,
        actor: Actor,
        *,
        registration: Registration,
        passwords: PasswordCheck,
        limits: AttemptLimits,
        completion: SignInCompletion,
        sessions: SignInSessionRepository,
        audit: AuditTrail,
    ) -> None:
        super().__init__(actor)
        self._registration = registration
        self._passwords = passwords
        self._limits = limits
        self._completion = completion
        self._sessions = sessions
        self._audit = audit

    async def sign_up(self, email: str, *, password: str, name: str | None) -> SignedIn | None:
        """Create an account and sign it in.

        Return None if only an email may reveal whether the address had one already.

        Raises:
            SignUpClosed: accounts are made by invitation only.
            EmailTaken: the address has an account, and that may be revealed.
            PasswordTooCommon: the password is too common.
            PasswordTooPersonal: the password is too close to the address or the product's name.
            TooManyAttempts: too many accounts were created from the client's address.
            TooBusy: too many passwords wait to be hashed.
        """
        user = await self._registration.register(email, password=password, name=name)
        if user is None:
            return None
        return await self._completion.open_session(user.id, SecurityEventKind.SIGNED_UP)

    async def sign_in(self, email: str, *, password: str, in_browser: bool = True) -> SignedIn | SecondFactorRequired:
        """Check a password and open a session, unless the account requires a second factor.

        Args:
            email: the address of the account.
            password: its password.
            in_browser: whether the client keeps its session in cookies, which a second factor needs.

        Raises:
            InvalidCredentials: the address is unknown, the password is wrong, or the account may not sign in.
            TooManyAttempts: too many passwords were tried from this client or for this account.
            TooBusy: too many passwords wait to be checked.
        """
        address = normalise_email(email)
        async with self._limits.sign_in(address):
            checked = await self._passwords.check(address, password)
            # First, because a change of the password locks the user before the sessions.
            await self._passwords.require_unchanged(checked)
            return await self._completion.complete(checked.user_id, in_browser=in_browser)

    async def sign_out(self, *, refresh_token: str | None) -> None:
        """End the session of the actor, or else the one that the refresh token belongs to, if it is open."""
        if self._actor.user_id is not None and self._actor.session_id is not None:
            await self._end(self._actor.session_id, user_id=self._actor.user_id)
        elif refresh_token and (state := await self._sessions.get_token(hash_token(refresh_token))):
            await self._end(state.session_id, user_id=state.user_id)

    async def _end(self, session_id: UUID, *, user_id: UUID) -> None:
        if await self._sessions.sign_out(session_id, user_id=user_id):
            self._audit.record(SecurityEventKind.SIGNED_OUT, user_id)
